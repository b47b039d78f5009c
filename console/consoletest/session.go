package consoletest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Session runs the terminal sessions of a Markdown file: every block that begins with ```console. A line "$
// COMMAND" is run by bash, in one temporary directory for the whole file, which is also HOME; a command may go on
// in the next line after a backslash, and "> " begins further lines of a here-document. The lines after it have to
// be exactly what the command writes to stdout and stderr. A line "..." stands for any lines, "..." within a line
// for any text. If the command fails, its last line has to be "# exit CODE".
//
// Programs given to Main are on PATH. With UPDATE=1 in the environment the file is rewritten with the real output,
// save for commands whose expected output has "..." in it.
func Session(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	lines := strings.Split(string(data), "\n")
	var updated []string
	commands := 0
	for i := 0; i < len(lines); {
		updated = append(updated, lines[i])
		i++
		if strings.TrimSpace(lines[i-1]) != "```console" {
			continue
		}
		for i < len(lines) && lines[i] != "```" {
			s := readStep(lines, i)
			if s.command == "" {
				t.Fatalf("%s:%d: expected a line that begins with $", file, i+1)
			}
			commands++
			got := s.run(dir)
			updated = append(updated, lines[i:i+s.typed]...)
			if !s.matches(got) {
				if os.Getenv("UPDATE") != "1" || s.open() {
					t.Errorf("%s:%d: $ %s\nwant:\n%s\ngot:\n%s", file, i+1, s.command,
						strings.Join(s.want, "\n"), strings.Join(got, "\n"))
				}
			}
			if s.open() {
				got = s.want
			}
			updated = append(updated, got...)
			i += s.typed + len(s.want)
		}
	}
	if commands == 0 {
		t.Fatalf("%s has no terminal session", file)
	}
	if text := strings.Join(updated, "\n"); os.Getenv("UPDATE") == "1" && text != string(data) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// step is one command of a session and what it should write.
type step struct {
	command string
	typed   int // lines that the command takes in the file
	want    []string
}

func readStep(lines []string, i int) step {
	first, ok := strings.CutPrefix(lines[i], "$ ")
	if !ok {
		return step{}
	}
	s := step{command: first, typed: 1}
	for i+s.typed < len(lines) {
		next := lines[i+s.typed]
		here, isHere := strings.CutPrefix(next, "> ")
		switch {
		case strings.HasSuffix(s.command, "\\"):
			s.command += "\n" + next
		case isHere && strings.Contains(first, "<<"):
			s.command += "\n" + here
		default:
			for _, line := range lines[i+s.typed:] {
				if line == "```" || strings.HasPrefix(line, "$ ") {
					break
				}
				s.want = append(s.want, line)
			}
			return s
		}
		s.typed++
	}
	return s
}

// open reports whether some of the output does not matter.
func (s step) open() bool {
	for _, line := range s.want {
		if strings.Contains(line, "...") {
			return true
		}
	}
	return false
}

// run returns the lines that the command writes.
func (s step) run(dir string) []string {
	cmd := exec.Command("bash", "-c", s.command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8", "TZ=UTC", "NO_COLOR=1",
		"XDG_DATA_HOME="+filepath.Join(dir, ".local/share"), "XDG_CONFIG_HOME="+filepath.Join(dir, ".config"),
		"XDG_CACHE_HOME="+filepath.Join(dir, ".cache"), "XDG_STATE_HOME="+filepath.Join(dir, ".local/state"))
	out, err := cmd.CombinedOutput()
	text := strings.ReplaceAll(string(out), dir, "~")
	if err != nil {
		text = strings.TrimSuffix(text, "\n")
		if text != "" {
			text += "\n"
		}
		text += fmt.Sprintf("# exit %d", cmd.ProcessState.ExitCode())
	}
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func (s step) matches(got []string) bool {
	var re strings.Builder
	re.WriteString(`\A`)
	for _, line := range s.want {
		if line == "..." {
			re.WriteString(`(.*\n)*`)
		} else {
			re.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), `\.\.\.`, `.*`) + `\n`)
		}
	}
	re.WriteString(`\z`)
	text := ""
	for _, line := range got {
		text += line + "\n"
	}
	return regexp.MustCompile(re.String()).MatchString(text)
}
