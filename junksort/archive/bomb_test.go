package archive_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// A bomb that is compressed as a whole is known by what is left of it long before it has grown beyond the limits. A
// disk image that begins as empty, and goes on with content, is none.
func TestBombIsSeenAhead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		zeros  int
		random int
		unsafe bool
	}{
		{"a bomb", 160 << 20, 0, true},
		{"an image", 64 << 20, 1 << 20, false},
	} {
		dir := t.TempDir()
		file, err := os.Create(filepath.Join(dir, "x.raw.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		w, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		random := make([]byte, c.random)
		for i := range random {
			random[i] = byte(rand.Uint32())
		}
		for _, content := range [][]byte{bytes.Repeat([]byte("bomb"), c.zeros/4), random} {
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		into, err := dirfd.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer into.Close()
		limits := archive.DefaultLimits()
		limits.Ratio = 150 // which the bomb exceeds at 116 MiB
		if err := archive.UnpackSingle(t.Context(), file, "x.raw.gz", into, "x", limits); c.unsafe != errors.Is(err,
			archive.ErrUnsafe) || !c.unsafe && err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		s, err := into.Lstat("x")
		if err != nil || c.unsafe && s.Size > 40<<20 {
			t.Errorf("%s: %d bytes had come out (%v)", c.name, s.Size, err)
		}
	}
}
