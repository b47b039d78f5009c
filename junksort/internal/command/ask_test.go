package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A person is shown what a first run would do, and asked once; --yes and a second run of few files ask nothing.
func TestAsksBeforeAFirstRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.jpg"), "")
	put(t, filepath.Join(dir, "b.jpg"), "")
	put(t, filepath.Join(dir, "c.pdf"), "")
	sorted := func() bool {
		_, err := os.Stat(filepath.Join(dir, "images", "a.jpg"))
		return err == nil
	}

	s := consoletest.Terminal(t, nil, "junksort", "sort", dir)
	s.Await(`1  documents\s+2  images\s+Move 3 files of ".*"\? junksort undo puts them back \[y/N\]`)
	s.Type("n\r")
	if code := s.Ended(); code != 1 || sorted() {
		t.Errorf("a no ends with %d, sorted: %v", code, sorted())
	}
	s = consoletest.Terminal(t, nil, "junksort", "sort", dir)
	s.Await(`\[y/N\]`)
	s.Type("y\r")
	s.Await("moved 3 files")
	if code := s.Ended(); code != 0 || !sorted() {
		t.Errorf("a yes ends with %d, sorted: %v", code, sorted())
	}
	put(t, filepath.Join(dir, "d.jpg"), "")
	s = consoletest.Terminal(t, nil, "junksort", "sort", dir)
	s.Await("moved 1 file")

	other := t.TempDir()
	put(t, filepath.Join(other, "a.jpg"), "")
	s = consoletest.Terminal(t, nil, "junksort", "sort", "--yes", other)
	s.Await("moved 1 file")
}
