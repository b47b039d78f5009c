package command_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A person sees how far it is, on one line that is wiped at the end.
func TestProgress(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "junk")
	many(t, dir, 3000)
	for _, args := range [][]string{{"sort", "--yes"}, {"undo"}} {
		s := consoletest.Terminal(t, nil, "junksort", append(args, dir)...)
		s.Await(`\r\x1b\[K[0-9]+ of 3000 files \([0-9]+%\)`)
		s.Await(`\r\x1b\[K(moved|returned) 3000 files`)
		if code := s.Ended(); code != 0 {
			t.Errorf("%q exited with %d", args, code)
		}
	}
	s := consoletest.Terminal(t, nil, "junksort", "sort", "--yes", "--quiet", dir)
	if code := s.Ended(); code != 0 || strings.TrimSpace(s.Text()) != "" {
		t.Errorf("--quiet: %q, exit code %d", s.Text(), code)
	}
}
