package survey_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
	"github.com/pythonweb/goweb/junksort/leave"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Of files with one content the first in path order stays. An empty file is the duplicate of nothing, nor is a second
// name of one file, and hidden files are not looked at.
func TestDuplicates(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.txt": "same", "b.txt": "same", "c.txt": "othe", "d.txt": "", "e.txt": "", ".f.txt": "same",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(dir, "a.txt"), filepath.Join(dir, "g.txt")); err != nil {
		t.Fatal(err)
	}
	fd, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	table, err := category.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stays, err := leave.New(leave.Lists{})
	if err != nil {
		t.Fatal(err)
	}
	handles := tree.NewHandles()
	defer handles.CloseAll()
	found, err := survey.Duplicates(t.Context(), fd, survey.Rules{
		Workers: 2, Table: table, Leave: stays, Targets: tree.NewTargets(&tree.Folder{}), Handles: handles, Trust: true,
		Notes:    func(r report.Result) { t.Error(r) },
		Registry: unpack.ReadRegistry(dirfd.None),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"a.txt": false, "b.txt": true, "c.txt": false, "d.txt": false, "e.txt": false, ".f.txt": false, "g.txt": false,
	} {
		s, err := fd.Lstat(name)
		if err != nil || found[s.ID()] != want {
			t.Errorf("%s: a duplicate %v, want %v (%v)", name, found[s.ID()], want, err)
		}
	}
}
