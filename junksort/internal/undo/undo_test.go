package undo_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/tree/treetest"
	"github.com/pythonweb/goweb/junksort/internal/undo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Of a run that was killed between two renames, one file has moved and one has not: settling counts the one, and
// undoing gives it back.
func TestKilledRun(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"moved.jpg", "meant.jpg"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fd, handles, root := treetest.Open(t, dir)
	store, err := journal.Open(fd, true)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	images := &tree.Folder{Parent: root, Name: "images", Made: true}
	b := order.NewBatch()
	for _, name := range []string{"moved.jpg", "meant.jpg"} {
		m := order.Move{From: root, Name: dirfd.NameOf(name), To: images, NewName: dirfd.NameOf(name)}
		m.Look(fd)
		m.Dev = root.Stat.Dev
		b.Moves = append(b.Moves, m)
	}
	if err := journal.New(store, "sort", false, nil).Intend(b); err != nil {
		t.Fatal(err)
	}
	to, err := handles.Ensure(images)
	if err != nil {
		t.Fatal(err)
	}
	if err := carry.Rename(fd, "moved.jpg", to, "moved.jpg"); err != nil {
		t.Fatal(err)
	}
	handles.Release(images)

	h, err := store.History(1)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	reporter := report.New(report.Listeners{})
	where := undo.Where{Dir: fd, Handles: handles, Reporter: reporter, Copies: carry.NewCopies()}
	if err := undo.Settle(t.Context(), h, where); err != nil || h.RunState() != journal.Settled || h.Moved() != 1 {
		t.Errorf("settled as %s with %d files, want 1: %v", h.RunState(), h.Moved(), err)
	}
	if err := undo.Run(t.Context(), h, where); err != nil {
		t.Fatal(err)
	}
	if s := reporter.Snapshot(); s.Returned != 1 || s.Left != 0 {
		t.Errorf("%+v, want 1 returned", s)
	}
	for _, name := range []string{"moved.jpg", "meant.jpg"} {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(content) != name {
			t.Errorf("%s holds %q: %v", name, content, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "images")); !os.IsNotExist(err) {
		t.Errorf("the folder that the run made is still there: %v", err)
	}
}
