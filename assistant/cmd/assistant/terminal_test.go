package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// session starts an interactive session on a terminal, with an empty address book in home.
func session(t *testing.T, home string, args ...string) *consoletest.Screen {
	t.Helper()
	s := consoletest.Terminal(
		t,
		[]string{"HOME=" + home, "XDG_DATA_HOME=", "XDG_STATE_HOME=", "TZ=UTC", "NO_COLOR=1"},
		"assistant",
		args...)
	s.Await(`assistant> `)
	return s
}

func TestInteractiveSession(t *testing.T) {
	home := t.TempDir()
	s := session(t, home)
	if !strings.Contains(s.Text(), "Your address book is empty") {
		t.Errorf("no word for a newcomer: %q", s.Text())
	}
	s.Type("contact add --name 'Леся Українка' --birthday 1871-02-25\r")
	s.Await(`added Леся Українка`)

	// A failed command does not end the session, and a mistake is answered in its language.
	s.Type("contact show nobody\r")
	s.Await(`no contact "nobody"`)
	s.Type("контат\r")
	s.Await(`немає команди "контат" \(можливо, "контакт"\?\)`)
	s.Type("serach x\r")
	s.Await(`unknown command "serach" \(did you mean "search"\?\)`)
	s.Type("help\r")
	s.Await(`contact import SOURCE\.\.\. +import contacts from files of `)
	s.Await(`assistant> `) // or Ctrl-C would come to the command, not to the editor, and empty the terminal's input

	// Ctrl-C gives a line up, and an open quote too.
	s.Type("contact rm nonsense\x03")
	s.Await(`\^C`)
	s.Type("note add 'open\r")
	s.Await(`\.\.\.> `)
	s.Type("\x03")
	s.Await(`assistant> `)

	// A command asks before it removes, through the same line editor.
	s.Type("contact rm леся українка\r")
	s.Await(`remove contact "Леся Українка"\? \[y/N\] `)
	s.Type("n\r")
	s.Await(`nothing was changed`)
	s.Type("exit\r")
	if code := s.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	info, err := os.Stat(filepath.Join(home, ".local/state/assistant/history"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("history file: %v %v", info, err)
	}
}

// TestEditing: Cyrillic letters are edited one by one, the arrow keys bring back former lines, also of former sessions.
func TestEditing(t *testing.T) {
	home := t.TempDir()
	s := session(t, home)
	// Backspace; then two to the left, delete, and go on typing in the middle.
	s.Type("note add 'Їжжаук\x7f\x1b[D\x7f\x05к' --title йцй\x7fу\r")
	s.Await(`added note`)
	s.Type("note show йцу\r")
	s.Await(`\r\nЇжжук\r\n`)
	s.Type("\x04")
	if code := s.Ended(); code != 0 {
		t.Errorf("Ctrl-D: exit code %d", code)
	}

	s = session(t, home)
	s.Type("\x1b[A\r") // the line before Ctrl-D
	s.Await(`\r\nЇжжук\r\n`)
	s.Type("exit\r")
	s.Ended()
}

// TestPaste: lines that arrive at once are all run, in their order.
func TestPaste(t *testing.T) {
	s := session(t, t.TempDir())
	s.Type(
		"note add перша --title a\rnote add друга --title b\rnote add 'третя\rдовга' --title c\r" +
			"note list --sort title --json\r",
	)
	for _, text := range []string{"перша", "друга", `третя\\nдовга`} {
		s.Await(`"text":"` + text + `"`)
	}
	s.Type("note add\r")
	s.Await(`Write the text`)
	s.Type("рядок\rще рядок\r\x04")
	s.Await(`added note`)
	s.Type("search 'ще рядок'\r")
	s.Await(`рядок`)
}

func TestCompletion(t *testing.T) {
	s := session(t, t.TempDir())
	s.Type("con\t")
	s.Await(`contact `)
	s.Type("dup\t")
	s.Await(`duplicates `)
	s.Type("\x03")
	s.Await(`assistant> `)
	s.Type("birthdays --da\t")
	s.Await(`--days `)
	s.Type("366\r")
	s.Await(`no birthdays`)
}

// TestCompletionOfNames: names, tags, titles and files are completed, also in quotes and word by word.
func TestCompletionOfNames(t *testing.T) {
	home := t.TempDir()
	s := session(t, home)
	s.Type("contact add --name 'Леся Українка' --tag поети\r")
	s.Await(`added Леся`)
	s.Type("note add мед --title 'Чорний чай'\r")
	s.Await(`added note`)
	s.Type("contact show ле\t\r")
	s.Await(`show 'Леся Українка'`)
	s.Await(`tags +поети`)
	s.Type("contact show Леся Ук\t\r")
	s.Await(`show Леся Українка`)
	s.Await(`tags +поети`)
	s.Type("contact list --tag п\t\r")
	s.Await(`--tag поети`)
	s.Type("note show ч\t\r")
	s.Await(`show 'Чорний чай'`)
	s.Await(`мед`)
	s.Type("contact export ~/fri\t\r")
	s.Await(`exported 1 contact`)
	s.Type("contact import ~/fr\t\r")
	s.Await(`1 unchanged`)
	s.Type("exit\r")
	s.Ended()

	// A shell asks the same.
	store := "sqlite:" + filepath.Join(home, ".local/share/assistant/assistant.db")
	out, err := exec.Command("assistant", "__complete", "--store", store, "contact", "show", "").Output()
	if err != nil || !strings.Contains(string(out), "Леся Українка\t") {
		t.Errorf("%v: %q", err, out)
	}
}

// TestLongLine: what editing writes is what was typed, and a pasted text is written once.
func TestLongLine(t *testing.T) {
	const letters = 8000
	text := strings.Repeat("жук ", letters/4)
	for name, typed := range map[string]string{"typed": text, "pasted": "\x1b[200~" + text + "\x1b[201~"} {
		t.Run(name, func(t *testing.T) {
			s := session(t, t.TempDir())
			before := len(s.Text())
			s.Type("note add " + typed)
			s.Type(".\r")
			s.Await(`added note`)
			if n := len(s.Text()) - before; n > len(text)*5/4 || n < len(text) {
				t.Errorf("%d bytes were written for a text of %d", n, len(text))
			}
			s.Type("note list --json\r")
			s.Await(`"text":"` + text + `\.`)
			s.Type("exit\r")
			s.Ended()
		})
	}
}

// TestDumbTerminal: one that knows no escape sequences gets none.
func TestDumbTerminal(t *testing.T) {
	environ := []string{"HOME=" + t.TempDir(), "XDG_DATA_HOME=", "XDG_STATE_HOME=", "TERM=dumb"}
	s := consoletest.Terminal(t, environ, "assistant")
	s.Await(`assistant> `)
	s.Type("contact add --name Леся\r")
	s.Await(`added Леся`)
	s.Type("contact rm Леся\r")
	s.Await(`\[y/N\] `)
	s.Type("y\r")
	s.Await(`removed Леся`)
	s.Type("\x04")
	if code := s.Ended(); code != 0 || strings.Contains(s.Text(), "\x1b") {
		t.Errorf("code %d, %q", code, s.Text())
	}
}

// TestSignalsRestoreTheTerminal: a session that is ended from outside leaves the terminal as it was. SIGTERM at the
// prompt, as docker stop sends it, is a clean end, also with half a line typed or a quote open. While a command runs,
// it is not.
func TestSignalsRestoreTheTerminal(t *testing.T) {
	for _, test := range []struct {
		name, typed, shown string
		signal             syscall.Signal
		code               int
	}{
		{"TERM at the prompt", "", "", syscall.SIGTERM, 0},
		{"TERM within a line", "contact", "contact", syscall.SIGTERM, 0},
		{"TERM within a quote", "note add 'open\r", `\.\.\.> `, syscall.SIGTERM, 0},
		{"TERM within a command", "note add\r", "Write the text", syscall.SIGTERM, 143},
		{"TERM after a command", "note tags\r", "no tags(?s:.*)assistant> ", syscall.SIGTERM, 0},
		{"HUP at the prompt", "contact", "contact", syscall.SIGHUP, 129},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := consoletest.Terminal(
				t,
				[]string{"XDG_DATA_HOME=", "XDG_STATE_HOME=", "NO_COLOR=1"},
				"sh",
				"-c",
				`stty -g > before; sh -c 'echo pid $$ end; exec assistant'; echo code $?; `+
					`stty -g > after; cmp before after && echo same`,
			)
			pid := s.Await(`pid \d+ end`)
			s.Await(`assistant> `)
			if test.typed != "" {
				s.Type(test.typed)
				s.Await(test.shown)
			}
			n, err := strconv.Atoi(strings.Fields(pid)[1])
			if err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(n, test.signal); err != nil {
				t.Fatal(err)
			}
			s.Await(fmt.Sprintf(`code %d\r`, test.code))
			s.Await(`same`)
			s.Ended()
		})
	}
}

// TestCtrlCStopsOneCommand: the session goes on.
func TestCtrlCStopsOneCommand(t *testing.T) {
	s := session(t, t.TempDir())
	s.Type("note add\r")
	s.Await(`Write the text`)
	s.Type("\x03")
	s.Await(`assistant> `)
	s.Type("note tags\r")
	s.Await(`no tags`)
}

// TestSentence: what a sentence means is shown, and run by Enter alone.
func TestSentence(t *testing.T) {
	s := session(t, t.TempDir())
	s.Type("note add 'молоко'\r")
	s.Await(`added note`)
	s.Type("запиши нотатку купити хліб\r")
	s.Await(`note add 'купити хліб'`)
	s.Await(`Enter alone runs it`)
	s.Type("note list\r")
	s.Await(`молоко`)
	s.Type("\r")
	s.Type("знайди нотатки про хліб\r")
	s.Await(`Enter alone runs it`)
	s.Type("\r")
	s.Await(`nothing found`) // the other line took the place of the first sentence
	s.Type("нова нотатка купити хліб\r")
	s.Await(`Enter alone runs it`)
	s.Type("\r")
	s.Await(`added note`)
	s.Type("exit\r")
	s.Ended()
}
