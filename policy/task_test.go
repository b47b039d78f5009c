package policy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tables of the ten course tasks name modules, commands and tests that exist. Called with the programs on PATH.
func courseTasks(t *testing.T, document, heading string) {
	_, section, ok := strings.Cut(string(read(t, filepath.Join(root, document))), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("%s has no section %q", document, heading)
	}
	row := regexp.MustCompile(`(?m)^\| (\d+)\. [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`)
	var tasks []string
	for _, columns := range row.FindAllStringSubmatch(section, -1) {
		tasks = append(tasks, columns[1])
		for _, module := range codeSpans(columns[2]) {
			exists(t, document, module)
		}
		if link := regexp.MustCompile(`\]\((.+)\)`).FindStringSubmatch(columns[3]); link != nil {
			exists(t, document, link[1])
		} else {
			for _, command := range codeSpans(columns[3]) {
				if !commandExists(t, command) {
					t.Errorf("%s: there is no command %q", document, command)
				}
			}
		}
		folder := ""
		for _, span := range codeSpans(columns[4]) {
			if !strings.HasPrefix(span, "Test") {
				folder = span
				exists(t, document, folder)
			} else if !hasTest(t, folder, span) {
				t.Errorf("%s: no test %s in %s", document, span, folder)
			}
		}
		if folder == "" || !strings.Contains(columns[4], "`Test") {
			t.Errorf("%s: task %s names no test", document, columns[1])
		}
	}
	for _, number := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"} {
		if !slices.Contains(tasks, number) {
			t.Errorf("%s: task %s is not answered", document, number)
		}
	}
}

func codeSpans(markdown string) []string {
	var spans []string
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(markdown, -1) {
		spans = append(spans, m[1])
	}
	return spans
}

func exists(t *testing.T, document, name string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, name)); err != nil {
		t.Errorf("%s: %v", document, err)
	}
}

// commandExists asks the program, or the Makefile, for the command before the flags.
func commandExists(t *testing.T, command string) bool {
	program, rest, _ := strings.Cut(command, " ")
	if program == "make" {
		return strings.Contains(string(read(t, filepath.Join(root, "Makefile"))), "\n"+rest+":")
	}
	return slices.ContainsFunc(
		parseEntries(t, commandsOfHelp(t, program)),
		func(e entry) bool { return e.command == commandWords(rest) },
	)
}

func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		return strings.Contains(string(read(t, file)), "\nfunc "+name+"(t *testing.T)")
	})
}
