package policy

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestModuleReadmes(t *testing.T) {
	const most = 150
	session := regexp.MustCompile(`consoletest\.Session\(t, "(\.\./)*README\.md"\)`)
	list := regexp.MustCompile(`(?s)<!-- begin \w+: generated.*<!-- end \w+ -->\n`)
	for _, folder := range commands(t) {
		module, _, _ := strings.Cut(folder, "/")
		readme := filepath.Join(root, module, "README.md")
		if lines := strings.Count(list.ReplaceAllString(string(read(t, readme)), ""), "\n"); lines > most {
			t.Errorf("%s has %d lines beside the list of commands, at most %d", readme, lines, most)
		}
		executed := false
		walk(t, filepath.Join(root, module), func(path string) {
			if strings.HasSuffix(path, "_test.go") && session.Match(read(t, path)) {
				executed = true
			}
		})
		if !executed {
			t.Errorf("no test of %s calls consoletest.Session with its README", module)
		}
	}
}

// A document shows commands as a session, which a test runs. What no test can run stands in a block marked sh, after a
// comment that says why, or which test runs it elsewhere.
func TestNoUntestedCommands(t *testing.T) {
	runBy := regexp.MustCompile(`<!-- run by (Test\w+) in (\S+) -->\n$`)
	reason := regexp.MustCompile(`<!-- not run by a test: .+ -->\n$`)
	walk(t, root, func(path string) {
		if !strings.HasSuffix(path, ".md") || strings.Contains(path, "/testdata/") {
			return
		}
		text := string(read(t, path))
		for _, fence := range regexp.MustCompile("(?m)^```(sh|bash|shell|zsh)\n").FindAllStringIndex(text, -1) {
			place := fmt.Sprintf("%s:%d", path, 1+strings.Count(text[:fence[0]], "\n"))
			if by := runBy.FindStringSubmatch(text[:fence[0]]); by != nil {
				if !hasTest(t, by[2], by[1]) {
					t.Errorf("%s: no test %s in %s", place, by[1], by[2])
				}
			} else if !reason.MatchString(text[:fence[0]]) {
				t.Errorf("%s: commands that no test runs, without a reason", place)
			}
		}
	})
}

// walk calls visit with every file below the folder that git would keep.
func walk(t *testing.T, folder string, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "bin") {
			return fs.SkipDir
		}
		if err == nil && entry.Type().IsRegular() {
			visit(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
