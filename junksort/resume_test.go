package junksort_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/junksort"
)

// An interrupted apply is no sort: what the plan did not name stays where it is.
func TestResumeOfApply(t *testing.T) {
	const files = 3000
	dir := t.TempDir()
	put := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range files {
		put(fmt.Sprintf("%04d.jpg", i))
	}
	var plan bytes.Buffer
	if _, err := junksort.WritePlan(t.Context(), dir, junksort.Options{}, &plan); err != nil {
		t.Fatal(err)
	}
	put("later.jpg")

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stop := junksort.Observer{Result: func(junksort.Result) { cancel() }}
	if _, err := junksort.Apply(ctx, bytes.NewReader(plan.Bytes()), false, stop); err == nil {
		t.Fatal("the plan was carried out before it could be interrupted")
	}
	if _, err := junksort.Resume(t.Context(), dir, junksort.Observer{}); !errors.Is(err, junksort.ErrResumeApply) {
		t.Errorf("resume of an apply: %v, want %v", err, junksort.ErrResumeApply)
	}
	if _, err := os.Stat(filepath.Join(dir, "later.jpg")); err != nil {
		t.Errorf("a file that no plan names was moved: %v", err)
	}
	if _, err := junksort.Resume(t.Context(), dir, junksort.Observer{}); !errors.Is(err, junksort.ErrNothing) {
		t.Errorf("a second resume: %v, want %v", err, junksort.ErrNothing)
	}
	if _, err := junksort.Apply(t.Context(), bytes.NewReader(plan.Bytes()), false, junksort.Observer{}); err != nil {
		t.Fatal(err)
	}
	sorted, err := os.ReadDir(filepath.Join(dir, "images"))
	if err != nil || len(sorted) != files {
		t.Errorf("%d files are sorted, want %d (%v)", len(sorted), files, err)
	}
}
