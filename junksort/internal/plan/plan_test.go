package plan_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/plan"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/tree/treetest"
	"github.com/pythonweb/goweb/junksort/leave"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Three files of one name meet: what becomes of each depends on what the person wants, and on the path order alone.
func TestFilesOfOneName(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"a/p.jpg": "11", "b/p.jpg": "333", "c/p.jpg": "11"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for how, want := range map[plan.Conflict][]string{
		plan.Rename: {"a/p.jpg images/p.jpg", "b/p.jpg images/p (2).jpg", "c/p.jpg images/p (3).jpg"},
		plan.Skip:   {"a/p.jpg images/p.jpg", "b/p.jpg skipped", "c/p.jpg skipped"},
		plan.Larger: {"a/p.jpg images/p (2).jpg", "b/p.jpg images/p.jpg", "c/p.jpg images/p (3).jpg"},
		plan.Dedupe: {"a/p.jpg images/p.jpg", "b/p.jpg images/p (2).jpg", "c/p.jpg dropped"},
	} {
		if diff := cmp.Diff(want, planned(t, dir, how)); diff != "" {
			t.Errorf("%s:\n%s", how, diff)
		}
	}
}

// planned lists a folder and returns what is planned, in the order of the plan but for what is skipped.
func planned(t *testing.T, dir string, how plan.Conflict) []string {
	t.Helper()
	_, handles, root := treetest.Open(t, dir)
	table, err := category.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stays, err := leave.New(leave.Lists{})
	if err != nil {
		t.Fatal(err)
	}
	targets := tree.NewTargets(root)
	images := targets.Named("images").Index
	var folders tree.Packer
	for _, name := range []string{"a", "b", "c"} {
		child := &tree.Folder{Parent: root, Name: name, Ready: make(chan struct{})}
		if _, err := handles.Acquire(child); err != nil {
			t.Fatal(err)
		}
		handles.Release(child)
		var packed tree.Packer
		packed.File(images, 0, []byte("p.jpg"))
		child.Listing = packed.Listing()
		close(child.Ready)
		root.Children = append(root.Children, child)
		folders.Folder()
	}
	root.Listing = folders.Listing()
	close(root.Ready)
	var list []string
	note := func(r report.Result) { list = append(list, r.From+" "+string(r.Action)) }
	p := plan.New(plan.Options{
		Rules: survey.Rules{
			Workers: 2, Table: table, Leave: stays, Targets: targets, Handles: handles,
		},
		Tree: &tree.Tree{Root: root, In: true, Lost: note}, DestDev: root.Stat.Dev, Result: note, How: how,
	})
	var moves []string
	p.HandOn = func(b *order.Batch) (*order.Batch, error) {
		for i := range b.Moves {
			m := &b.Moves[i]
			to := m.To.Join(m.NewName.String())
			if m.Drop {
				to = "dropped"
			}
			moves = append(moves, m.From.Join(m.Name.String())+" "+to)
		}
		return order.NewBatch(), nil
	}
	if err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return append(moves, list...)
}
