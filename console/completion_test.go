package console_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
)

func TestComplete(t *testing.T) {
	tests := []struct {
		words string // the last one is being typed
		want  string
		files bool
	}{
		{"", "item fail list wait count rm", false},
		{"i", "item", false},
		{"item ", "add show", false},
		{"--store x item s", "show", false},
		{"item add ", "", true},
		{"item add --t", "--tag", false},
		{"item add --", "--tag --number --wait --store --verbose --config --json --quiet --no-color --help --version", false},
		{"item add --tag ", "", true},
		{"item add --tag=", "", true},
		{"item add -- ", "", true},
		{"list --format ", "table json csv markdown", false},
		{"list --format m", "markdown", false},
		{"list --format = m", "markdown", false}, // as bash splits it
		{"list --format=c", "--format=csv", false},
		{"list ", "", false},
		{"list --nosuch=", "", false},
		{"completion ", "bash zsh fish", false},
		{"progress u", "unknown", false},
		{"--store a say ", "anna a boris a", false},
		{"--store b say an", "anna b", false},
		{"say AN", "anna default", false},
		{"say --via ", "mail radio", false},
		{"say --via=m", "--via=mail", false},
		{"say -- ", "anna default boris default", false},
		{"say anna ", "", true},
		{"nosuch ", "", false},
	}
	for _, test := range tests {
		candidates, files := console.Complete(demo(), strings.Split(test.words, " "))
		var got []string
		for _, c := range candidates {
			got = append(got, c.Word)
		}
		if strings.Join(got, " ") != test.want || files != test.files {
			t.Errorf("%q: got %q, files %t; want %q, files %t", test.words, got, files, test.want, test.files)
		}
	}
}

// TestCompletionInShells asks real shells.
func TestCompletionInShells(t *testing.T) {
	tests := []struct{ shell, script string }{
		{"bash", `source <(demo completion bash)
complete_line() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	compopt() { :; }
	_demo_complete
	printf '%s\n' "${COMPREPLY[@]}"
}
complete_line demo it
complete_line demo item add --nu
complete_line demo list --format = ma
complete_line demo say an
complete_line demo say 'anna\ d'`},
		{"fish", `demo completion fish | source
complete -C 'demo it' | string split -f1 \t
complete -C 'demo item add --nu' | string split -f1 \t
complete -C 'demo list --format=ma' | string split -f1 \t
complete -C 'demo say an' | string split -f1 \t
complete -C 'demo say anna\\ d' | string split -f1 \t
true`},
	}
	for _, test := range tests {
		t.Run(test.shell, func(t *testing.T) {
			want := "item\n--number\nmarkdown\nanna\\ default\nanna\\ default\n"
			if test.shell == "fish" {
				want = "item\n--number\n--format=markdown\nanna default\nanna default\n"
			}
			if got := shell(t, test.shell, test.script); got != want {
				t.Error(cmp.Diff(want, got))
			}
		})
	}
	t.Run("zsh", func(t *testing.T) {
		// zsh completes only in its line editor, on a terminal.
		consoletest.Need(t, "zsh", "zsh")
		s := consoletest.Terminal(t, nil, "zsh", "-f", "-i")
		s.Type("PS1='ready> '; autoload -U compinit; compinit -u; source <(demo completion zsh); echo l''oaded\r")
		s.Await("loaded")
		s.Await("ready> ")
		s.Type("demo it\t")
		s.Await("em")
		s.Type("add --nu\t")
		s.Await("mber")
		s.Type("\x15demo say an\t")
		s.Await(" default")
	})
}

// TestBashFindsFiles: an argument in capitals may be a file.
func TestBashFindsFiles(t *testing.T) {
	s := consoletest.Terminal(t, nil, "bash", "--norc", "-i")
	s.Type("PS1='ready> '; touch unusual.txt; source <(demo completion bash); echo l''oaded\r")
	s.Await("loaded")
	s.Await("ready> ")
	s.Type("demo item add unu\t")
	s.Await("sual.txt")
}

func shell(t *testing.T, name, script string) string {
	t.Helper()
	cmd := exec.Command(consoletest.Need(t, name, name), "-c", script)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestManualIsValid: mandoc finds nothing to complain about, and man shows it.
func TestManualIsValid(t *testing.T) {
	page := filepath.Join(t.TempDir(), "demo.1")
	shell(t, "bash", "demo man > "+page)
	mandoc := consoletest.Need(t, "mandoc", "mandoc")
	// There is no date in a page that has to be the same in every build.
	out, err := exec.Command(mandoc, "-T", "lint", "-W", "warning", page).CombinedOutput()
	if err != nil && !strings.HasSuffix(strings.TrimSpace(string(out)), "missing date, using \"\": TH") {
		t.Errorf("%v\n%s", err, out)
	}
	text, err := exec.Command(mandoc, "-T", "utf8", page).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"EXIT STATUS", "demo item add [FLAGS] [WORD...]", "--store DSN"} {
		plain := strings.NewReplacer("\b", "").Replace(overstrike(string(text)))
		if !strings.Contains(plain, want) {
			t.Errorf("the manual page has no %q:\n%s", want, plain)
		}
	}
}

// overstrike removes what mandoc writes to make letters bold: each, a backspace, and the same again.
func overstrike(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for i := 0; i < len(runes); i++ {
		if i+1 < len(runes) && runes[i+1] == '\b' {
			i++
			continue
		}
		b.WriteRune(runes[i])
	}
	return b.String()
}
