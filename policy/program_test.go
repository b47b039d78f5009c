package policy

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pythonweb/goweb/console/consoletest"
)

// commands returns the folders of all programs, below the root: "storage/cmd/lrucache".
func commands(t *testing.T) []string {
	t.Helper()
	var folders []string
	for _, module := range modules(t) {
		found, err := filepath.Glob(filepath.Join(root, module, "cmd", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range found {
			folders = append(folders, strings.TrimPrefix(filepath.ToSlash(folder), root+"/"))
		}
	}
	return folders
}

// What the documents say about the programs, as make build makes them, is what the programs do.
func TestPrograms(t *testing.T) {
	bin := t.TempDir()
	// With paths what is compiled for go vet is used again.
	if out, err := workspaceCommand("make", "build", "BIN="+bin, "TRIMPATH="); err != nil {
		t.Fatalf("make build: %v\n%s", err, out)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, document := range []string{"README.md", "README.uk.md"} {
		t.Run(document, func(t *testing.T) { consoletest.Session(t, filepath.Join(root, document)) })
	}
	t.Run("picture", assistantPicture)
	t.Run("tasks", func(t *testing.T) {
		courseTasks(t, "README.md", "The ten course tasks")
		courseTasks(t, "README.uk.md", "Десять завдань курсу")
	})
	var programs []string
	for _, folder := range commands(t) {
		module, _, _ := strings.Cut(folder, "/")
		program := path.Base(folder)
		programs = append(programs, program)
		t.Run(program, func(t *testing.T) {
			help := commandsOfHelp(t, program)
			generated(t, module+"/README.md", program, "## Commands\n\n```\n"+strings.Join(help, "\n")+"\n```\n\n")
			entries := parseEntries(t, help)
			manualIsWhole(t, program)
			if manual := commandsOfManual(t, program); !slices.Equal(manual, entries) {
				t.Errorf("the manual page lists\n%v\nthe help\n%v", manual, entries)
			}
			for _, shell := range []string{"bash", "zsh", "fish"} {
				completionFollows(t, shell, program, entries)
			}
		})
	}
	t.Run("binaries", func(t *testing.T) { binaries(t, bin, programs) })
	t.Run("documents", func(t *testing.T) { inlineCommands(t, programs) })
}

// entry is a command and what it does.
type entry struct{ command, text string }

// commandsOfHelp returns the lines that the program's help has below "Commands:".
func commandsOfHelp(t *testing.T, program string) []string {
	t.Helper()
	_, list, ok := strings.Cut(shell(t, "bash", program+" --help"), "\nCommands:\n")
	if !ok {
		t.Fatalf("%s --help lists no commands", program)
	}
	list, _, _ = strings.Cut(list, "\n\n")
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(list, "\n"), "\n") {
		lines = append(lines, strings.TrimPrefix(line, "  "))
	}
	return lines
}

// parseEntries splits lines of help, "outbox retry [ID]  send again". The second column of a long command is a line
// below.
func parseEntries(t *testing.T, lines []string) []entry {
	t.Helper()
	var entries []entry
	column := regexp.MustCompile(` {2,}`)
	for _, line := range lines {
		parts := column.Split(line, 2)
		switch {
		case parts[0] != "" && len(parts) == 2:
			entries = append(entries, entry{commandWords(parts[0]), parts[1]})
		case parts[0] != "":
			entries = append(entries, entry{commandWords(line), ""})
		case len(entries) > 0 && len(parts) == 2:
			last := &entries[len(entries)-1]
			last.text = strings.TrimSpace(last.text + " " + parts[1])
		default:
			t.Fatalf("no line of help: %q", line)
		}
	}
	return entries
}

// commandWords returns the words before the arguments and flags of a usage.
func commandWords(usage string) string {
	word := regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	words := strings.Fields(usage)
	for i := range words {
		if !word.MatchString(words[i]) {
			return strings.Join(words[:i], " ")
		}
	}
	return strings.Join(words, " ")
}

// commandsOfManual returns the sections of the manual page, each with its first sentence.
func commandsOfManual(t *testing.T, program string) []entry {
	t.Helper()
	var entries []entry
	plain := strings.NewReplacer(`\(aq`, "'", `\(ga`, "`", `\(ha`, "^", `\(ti`, "~", `\e`, `\`, `\-`, "-", `\&`, "")
	lines := strings.Split(shell(t, "bash", program+" man"), "\n")
	for i, line := range lines {
		if usage, ok := strings.CutPrefix(line, `.SS "`+program+" "); ok {
			text := []rune(strings.TrimSuffix(plain.Replace(lines[i+1]), "."))
			text[0] = unicode.ToLower(text[0])
			entries = append(entries, entry{commandWords(plain.Replace(strings.TrimSuffix(usage, `"`))), string(text)})
		}
	}
	return entries
}

// manualIsWhole looks for the sections that every manual page has; FILES where something is kept in files.
func manualIsWhole(t *testing.T, program string) {
	t.Helper()
	sections := []string{"ENVIRONMENT", "EXAMPLES", "EXIT STATUS", "SEE ALSO"}
	if slices.Contains([]string{"assistant", "junksort", "lanchat", "schooldb"}, program) {
		sections = append(sections, "FILES")
	}
	page := shell(t, "bash", program+" man")
	for _, section := range sections {
		if !strings.Contains(page, "\n.SH "+section+"\n") {
			t.Errorf("the manual page of %s has no section %s (console.Describe gives it)", program, section)
		}
	}
}

// completionFollows asks a shell what may stand after the words of each command that has commands below it.
func completionFollows(t *testing.T, name, program string, entries []entry) {
	t.Helper()
	after := map[string][]string{}
	for _, e := range entries {
		words := strings.Fields(e.command)
		for i := range words {
			above := strings.Join(words[:i], " ")
			if !slices.Contains(after[above], words[i]) {
				after[above] = append(after[above], words[i])
			}
		}
	}
	for above, want := range after {
		got := strings.Fields(shell(t, name, completionScript(name, program, above)))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s completes %q with %q, the help lists %q", name, strings.TrimSpace(program+" "+above), got, want)
		}
	}
}

// completionScript prints what the shell would offer after the words, one a line. The line editors of bash and zsh
// are replaced by the least that the program's script needs; the tests of console press the keys.
func completionScript(shell, program, above string) string {
	switch words := strings.TrimSpace(program + " " + above); shell {
	case "bash":
		return fmt.Sprintf(`compopt() { :; }
source <(%s completion bash)
COMP_WORDS=(%s "") COMP_CWORD=%d
_%s_complete
printf '%%s\n' "${COMPREPLY[@]}"`, program, words, len(strings.Fields(words)), program)
	case "zsh":
		return fmt.Sprintf(`compdef() { :; }
_files() { :; }
_describe() { print -l -- "${(@)items%%%%:*}"; }
source <(%s completion zsh)
words=(%s "") CURRENT=%d
_%s
true`, program, words, 1+len(strings.Fields(words)), program)
	default:
		return fmt.Sprintf("%s completion fish | source\ncomplete -C '%s ' | string split -f1 \\t\ntrue", program, words)
	}
}

// shell runs a script in an empty folder and returns what it prints.
func shell(t *testing.T, name, script string) string {
	t.Helper()
	cmd := exec.Command(consoletest.Need(t, name, name), "-c", script)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+cmd.Dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", name, err, script, out)
	}
	return string(out)
}
