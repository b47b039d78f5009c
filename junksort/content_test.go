package junksort_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pythonweb/goweb/junksort"
)

// Equal size and equal times prove nothing: only bytes do.
func TestDedupeComparesBytes(t *testing.T) {
	dir := t.TempDir()
	content := map[string]string{
		"1/p.jpg":      "AAAA",
		"2/p.jpg":      "AAAB", // the same size and time, other bytes
		"3/p.jpg":      "AAAA", // a duplicate of the first
		"images/p.jpg": "AAAC",
	}
	at := time.Unix(1_600_000_000, 0)
	for name, text := range content {
		write(t, filepath.Join(dir, name), text)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "4"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(dir, "2/p.jpg"), filepath.Join(dir, "4/p.jpg")); err != nil {
		t.Fatal(err)
	}
	var dropped []string
	observer := junksort.Observer{Result: func(r junksort.Result) {
		if r.Action == junksort.Put {
			dropped = append(dropped, r.From)
		}
	}}
	s, err := junksort.Sort(t.Context(), dir, junksort.Options{OnConflict: junksort.Dedupe}, observer)
	if err != nil || s.Moved != 3 || s.Put != 1 || len(dropped) != 1 || dropped[0] != "3/p.jpg" {
		t.Fatalf("%+v, dropped %q, %v; want 3 moved and 3/p.jpg put aside (4/p.jpg is another name of 2/p.jpg)", s, dropped,
			err)
	}
	if _, err := junksort.Undo(t.Context(), dir, 0, junksort.Observer{}); err != nil {
		t.Fatal(err)
	}
	for name, text := range content {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("after undo %s holds %q, want %q (%v)", name, got, text, err)
		}
	}
}
