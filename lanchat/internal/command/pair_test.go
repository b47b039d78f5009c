package command_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// TestPairBothSides pairs two installations: the caller at a terminal, the called side first in a second process, then
// not at all, and then at the terminal where it listens. Neither remembers anything before both have confirmed.
func TestPairBothSides(t *testing.T) {
	t.Parallel()
	caller, called := t.TempDir(), t.TempDir()
	l := listen(t, called, "")
	code := regexp.MustCompile(`the code of .* is (\w{4}-\w{4})`)
	call := func(address string) (*consoletest.Screen, string) {
		t.Helper()
		s := consoletest.Terminal(t, nil, "lanchat", "pair", "--data", caller, address)
		s.Await(`Does the other side show the same code\? \[y/N\]`)
		return s, code.FindStringSubmatch(s.Text())[1]
	}
	peers := func(data string) string { return run(t, "lanchat", "peers", "--no-mdns", "--json", "--data", data) }

	s, shown := call(l.address)
	s.Type("y\r")
	s.Await("waiting for the other side")
	if out := peers(caller) + peers(called); strings.Contains(out, "verified") || strings.Contains(out, "pinned") {
		t.Errorf("remembered too early: %s", out)
	}
	run(t, "lanchat", "pair", "--data", called, "--confirm", strings.ToLower(shown))
	if c := s.Ended(); c != 0 {
		t.Errorf("exit code %d", c)
	}
	if out := peers(caller); !strings.Contains(out, `"trust":"verified"`) {
		t.Errorf("the caller remembers nothing: %s", out)
	}

	run(t, "lanchat", "peers", "forget", "--data", caller, l.address)
	s, _ = call(l.address)
	s.Type("n\r")
	if c := s.Ended(); c != 1 {
		t.Errorf("exit code %d after n", c)
	}
	if out := peers(caller); strings.Contains(out, "verified") {
		t.Errorf("remembered without a word: %s", out)
	}

	third := t.TempDir()
	there := consoletest.Terminal(t, nil, "lanchat", "listen", "--no-mdns", "--data", third, "--addr", "127.0.0.1:0")
	address := regexp.MustCompile(`listening on (\S+)`).FindStringSubmatch(there.Await(`listening on \S+:\d+`))[1]
	s, shown = call(address)
	there.Await("wants to pair; the code there must be " + shown)
	there.Type("n\r")
	s.Type("y\r")
	if c := s.Ended(); c != 1 {
		t.Errorf("exit code %d although the other side said no", c)
	}
	s, shown = call(address)
	there.Await("wants to pair; the code there must be " + shown)
	there.Type("y\r")
	s.Type("y\r")
	if c := s.Ended(); c != 0 {
		t.Errorf("exit code %d", c)
	}
	there.Await("both sides have confirmed the code")
}
