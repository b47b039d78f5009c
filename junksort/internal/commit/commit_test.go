package commit_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/commit"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/relink"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/tree/treetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A name that somebody has taken since the plan is not overwritten, whether the file is renamed or copied: it gets the
// next number or, where a plan says exactly that name, stays.
func TestTakenNames(t *testing.T) {
	for _, across := range []bool{false, true} {
		dir := t.TempDir()
		write := func(name, content string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(dir, "images"), 0o700); err != nil {
			t.Fatal(err)
		}
		write("numbered.jpg", "numbered")
		write("exact.jpg", "exact")
		write("images/numbered.jpg", "somebody's")
		write("images/exact.jpg", "somebody's")
		fd, handles, root := treetest.Open(t, dir)
		store, err := journal.Open(fd, true)
		if err != nil {
			t.Fatal(err)
		}
		table, err := category.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		var told []report.Result
		c := commit.New(commit.Options{
			Dir: dir, Journal: journal.New(store, "sort", false, nil), Handles: handles, Table: table, Workers: 2,
			Reporter: report.New(report.Listeners{Each: func(r report.Result) { told = append(told, r) }}),
			Copies:   carry.NewCopies(), Links: relink.NewLinks(),
		})
		images := &tree.Folder{Parent: root, Name: "images"}
		for _, name := range []string{"numbered.jpg", "exact.jpg"} {
			b := order.NewBatch()
			b.Moves = append(b.Moves, order.Move{
				From: root, Name: dirfd.NameOf(name), To: images, NewName: dirfd.NameOf(name), Dev: root.Stat.Dev,
				Exact: name == "exact.jpg", Copy: across,
			})
			if err := c.Write(b); err != nil {
				t.Fatal(err)
			}
			if err := c.Move(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		want := []report.Result{
			{Action: report.Moved, From: "numbered.jpg", To: "images/numbered (2).jpg"},
			{Action: report.Failed, From: "exact.jpg", Reason: "the name is taken"},
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("across disks %v:\n%s", across, diff)
		}
		for name, want := range map[string]string{
			"images/numbered.jpg": "somebody's", "images/exact.jpg": "somebody's", "exact.jpg": "exact",
			"images/numbered (2).jpg": "numbered",
		} {
			if content, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(content) != want {
				t.Errorf("across disks %v: %s holds %q, want %q: %v", across, name, content, want, err)
			}
		}
		store.Close()
	}
}
