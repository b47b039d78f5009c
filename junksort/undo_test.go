package junksort_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/junksort"
	"github.com/pythonweb/goweb/junksort/wal"
)

// names returns the paths of all files below dir but junksort's own.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".junksort":
			return fs.SkipDir
		case !d.IsDir():
			below, err := filepath.Rel(dir, path)
			list = append(list, below)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// write makes a file, and the folders that it lies in.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// awaitRecords waits until a journal has n records.
func awaitRecords(t *testing.T, path string, n int) {
	for records := 0; records < n; {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			return
		}
		r, err := wal.NewReader(bytes.NewReader(content), int64(len(content)))
		for records = 0; err == nil; records++ {
			_, err = r.Next()
		}
		records-- // the end
	}
}

// More folders than may be open at a time: DIR, which has no path to be opened by again, must not be among those that
// are closed. And files that the journal names twice: the interrupted sort meant to move them, and the resumed one
// did.
func TestUndoOfResumedRun(t *testing.T) {
	dir := t.TempDir()
	for i := range 1000 {
		for j := range 2 {
			write(t, filepath.Join(dir, fmt.Sprintf("folder%03d", i), fmt.Sprintf("%d-%d.jpg", i, j)), "")
		}
	}
	before := names(t, dir)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stop := junksort.Observer{Result: func(junksort.Result) {
		awaitRecords(t, filepath.Join(dir, ".junksort", "runs", "1.journal"), 3) // so that some intents are not carried out
		cancel()
	}}
	if _, err := junksort.Sort(ctx, dir, junksort.Options{}, stop); !errors.Is(err, context.Canceled) {
		t.Fatalf("an interrupted sort: %v", err)
	}
	resumed, err := junksort.Resume(t.Context(), dir, junksort.Observer{})
	if err != nil {
		t.Fatal(err)
	}
	if resumed.Moved == 0 || resumed.Moved == len(before) {
		t.Errorf("resume moved %d of %d files; the sort was not interrupted halfway", resumed.Moved, len(before))
	}
	undone, err := junksort.Undo(t.Context(), dir, 0, junksort.Observer{})
	if err != nil || undone.Returned != len(before) || undone.Left != 0 {
		t.Errorf("undo returned %d of %d files and left %d: %v", undone.Returned, len(before), undone.Left, err)
	}
	if diff := cmp.Diff(before, names(t, dir)); diff != "" {
		t.Errorf("undo did not give the tree back:\n%s", diff)
	}
}
