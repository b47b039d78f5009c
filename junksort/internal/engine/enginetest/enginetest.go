// Package enginetest has the tests that every engine passes.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/plan"
	"github.com/pythonweb/goweb/junksort/internal/relink"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/tree/treetest"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
	"github.com/pythonweb/goweb/junksort/leave"
	"github.com/pythonweb/goweb/junksort/rule"
)

// folders times filesIn is more files than all batches in flight can hold.
const folders, filesIn = 50, 100

// Conforms runs the tests.
func Conforms(t *testing.T, run engine.Engine) {
	dir := t.TempDir()
	for i := range folders {
		folder := filepath.Join(dir, fmt.Sprintf("%03d", i))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for j := range filesIn {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.jpg", j)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("order", func(t *testing.T) { ordered(t, run, dir) })
	t.Run("stopped", func(t *testing.T) { stopped(t, run, dir) })
	t.Run("broken", func(t *testing.T) { broken(t, run, dir) })
}

// ordered: whatever the number of workers, the moves come in path order, and each is written before it is carried out.
func ordered(t *testing.T, run engine.Engine, dir string) {
	var want []string
	for i := range folders {
		for j := range filesIn {
			want = append(want, fmt.Sprintf("%03d/%03d.jpg", i, j))
		}
	}
	for _, workers := range []int{1, 7} {
		s := &sink{t: t}
		if err := run(t.Context(), newJob(t, dir, workers, s)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, s.moved); diff != "" {
			t.Errorf("%d workers: the moves are not in path order:\n%s", workers, diff)
		}
	}
}

// stopped: when the context ends, the engine ends with its error, and nothing is moved that was not written.
func stopped(t *testing.T, run engine.Engine, dir string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &sink{t: t, moving: func() error { cancel(); return nil }}
	if err := run(ctx, newJob(t, dir, 3, s)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	if len(s.moved) == 0 || len(s.moved) == folders*filesIn {
		t.Errorf("%d files were moved: it was not stopped halfway", len(s.moved))
	}
}

// broken: an error of the sink becomes that of the engine.
func broken(t *testing.T, run engine.Engine, dir string) {
	want := errors.New("the disk is gone")
	s := &sink{t: t, moving: func() error { return want }}
	if err := run(t.Context(), newJob(t, dir, 3, s)); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

// sink records what it is given.
type sink struct {
	t       *testing.T
	moving  func() error // nil for nothing
	moved   []string
	mu      sync.Mutex
	written []string
}

// Write records the moves of b.
func (s *sink) Write(b *order.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Moves {
		s.written = append(s.written, b.Moves[i].From.Join(b.Moves[i].Name.String()))
	}
	return nil
}

// Move makes sure that b was written.
func (s *sink) Move(_ context.Context, b *order.Batch) error {
	for i := range b.Moves {
		name := b.Moves[i].From.Join(b.Moves[i].Name.String())
		s.mu.Lock()
		known := len(s.moved) < len(s.written) && s.written[len(s.moved)] == name
		s.mu.Unlock()
		if !known {
			s.t.Errorf("%s is moved and was not written", name)
		}
		s.moved = append(s.moved, name)
	}
	if s.moving != nil {
		return s.moving()
	}
	return nil
}

// newJob returns what is to be done in a folder.
func newJob(t *testing.T, dir string, workers int, s *sink) *engine.Job {
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
	reporter := report.New(report.Listeners{})
	r := survey.Rules{
		Workers: workers, Set: &rule.Set{}, Table: table, Leave: stays, Targets: tree.NewTargets(root), Handles: handles,
		Trust: true, Notes: reporter.Result,
		Registry: unpack.ReadRegistry(dirfd.None), Links: relink.NewLinks(),
	}
	where := &tree.Tree{Root: root, In: true, Lost: reporter.Result}
	planner := plan.New(plan.Options{
		Rules: r, Tree: where, DestDev: root.Stat.Dev, Result: reporter.Result, How: plan.Rename,
	})
	return &engine.Job{Rules: r, Tree: where, Planner: planner, Sink: s, Reporter: reporter}
}
