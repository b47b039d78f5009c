package unpack_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree/treetest"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A broken archive is told once, until it changes, and leaves nothing; a whole one is known by its folder.
func TestUnpacker(t *testing.T) {
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "book.zip"))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(file)
	w, err := z.Create("one.txt")
	if err == nil {
		_, err = w.Write([]byte("one"))
	}
	if err != nil || z.Close() != nil || file.Close() != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.zip"), []byte("PK\x03\x04"), 0o600); err != nil {
		t.Fatal(err)
	}
	fd, handles, root := treetest.Open(t, dir)
	store, err := journal.Open(fd, true)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	table, err := category.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]report.Action{}
	registry := unpack.ReadRegistry(dirfd.None)
	u := &unpack.Unpacker{
		Journal: journal.New(store, "sort", false, nil), Handles: handles, Table: table, Workers: 2, Registry: registry,
		Reporter: report.New(report.Listeners{Each: func(r report.Result) { told[r.From] = r.Action }}),
		Broken:   &unpack.Broken{}, Limits: func(string) archive.Limits { return archive.DefaultLimits() }, Own: store.Own,
	}
	list := []unpack.Parcel{{In: root, Name: "book.zip", To: "book"}, {In: root, Name: "broken.zip", To: "broken"}}
	if err := u.All(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	want := map[string]report.Action{"book.zip": report.Unpacked, "broken.zip": report.Failed}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if s, err := fd.Look("book"); err != nil || !registry.Has(s) {
		t.Errorf("the new folder is not known: %v", err)
	}
	if fd.Exists("broken") {
		t.Error("something of the broken archive is left")
	}
	clear(told)
	if err := u.All(t.Context(), list[1:]); err != nil || len(told) > 0 {
		t.Errorf("the second time: %v, %v", told, err)
	}
}
