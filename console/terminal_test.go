package console_test

import (
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

func TestTerminal(t *testing.T) {
	tests := []struct {
		name string
		env  []string
		args string
		want string
	}{
		{"a heading is bold", nil, "list", "\x1b[1mNAME               FIRST SEEN  POINTS\x1b[0m\r\n"},
		{"but not with NO_COLOR", []string{"NO_COLOR=1"}, "list", "NAME               FIRST SEEN  POINTS\r\n"},
		{"on a dumb terminal", []string{"TERM=dumb"}, "list", "NAME               FIRST SEEN  POINTS\r\n"},
		{"or with --no-color", nil, "--no-color list", "NAME               FIRST SEEN  POINTS\r\n"},
		{"progress shows once, and goes", nil, "progress", "\r\x1b[K1 of 4 files (25%)\r\x1b[K"},
		{"progress of an unknown total", nil, "progress unknown", "\r\x1b[K1 files\r\x1b[K"},
		{"no progress when quiet", nil, "progress --quiet", "done\r\n"},
		{"nor on a dumb terminal", []string{"TERM=dumb"}, "progress", "done\r\n"},
		{"the width is known", nil, "width", "80\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := consoletest.Terminal(t, test.env, "demo", strings.Fields(test.args)...)
			if code := s.Ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if !strings.HasPrefix(s.Text(), test.want) {
				t.Errorf("want %q\ngot  %q", test.want, s.Text())
			}
		})
	}
}

func TestConfirm(t *testing.T) {
	const no = "nothing was changed"
	for answer, want := range map[string]string{"y": "removed", "так": "removed", "n": no, "": no} {
		s := consoletest.Terminal(t, nil, "demo", "rm")
		s.Await(`remove everything\? \[y/N\] `)
		s.Type(answer + "\r")
		s.Await(want)
		s.Ended()
	}
}

func TestInterruptKey(t *testing.T) {
	s := consoletest.Terminal(t, nil, "demo", "wait")
	s.Await("ready")
	s.Type("\x03")
	if code := s.Ended(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
}

// TestHelpFitsTheTerminal: text breaks between words.
func TestHelpFitsTheTerminal(t *testing.T) {
	s := consoletest.Terminal(t, nil, "demo", "item", "add", "--help")
	s.Ended()
	for line := range strings.SplitSeq(s.Text(), "\r\n") {
		if len(line) > 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}
