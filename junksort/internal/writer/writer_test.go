package writer_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/writer"
)

// The kernel tells of a few files whether somebody writes to them, for one lease each; all processes are looked at
// where it does not, and once only for many files.
func TestFinder(t *testing.T) {
	dir := t.TempDir()
	open, err := os.Create(filepath.Join(dir, "open"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := os.WriteFile(filepath.Join(dir, "closed"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fd, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	looks := 0
	f := &writer.Finder{All: func() writer.Files {
		looks++
		s, err := fd.Lstat("closed")
		if err != nil {
			t.Error(err)
		}
		return writer.Files{s.ID(): true}
	}}
	has := func(name string) bool {
		s, err := fd.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		return f.Has(fd, dirfd.NameOf(name), s.ID())
	}
	if fd.TrustsInodes() { // a file system that knows
		if !has("open") || has("closed") || looks != 0 {
			t.Errorf("open %v, closed %v, all processes were looked at %d times", has("open"), has("closed"), looks)
		}
	}
	for range 1000 {
		has("closed")
	}
	if !has("closed") || has("open") || looks != 1 {
		t.Errorf("of many files, closed %v, open %v, all processes were looked at %d times", has("closed"), has("open"),
			looks)
	}
	var none *writer.Finder
	if none.Has(fd, dirfd.NameOf("open"), dirfd.ID{}) {
		t.Error("nil knows of a writer")
	}
	if err := os.Symlink("open", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	f, looks = &writer.Finder{All: f.All}, 0
	if has("link") || looks != 1 {
		t.Errorf("what cannot be leased: all processes were looked at %d times", looks)
	}
}
