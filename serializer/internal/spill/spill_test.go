package spill_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer/internal/spill"
)

// TestFile writes what stays in memory and what does not, and reads it again.
func TestFile(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, n := range []int{10, 1 << 20, 17 << 20} {
		f := spill.New("a test")
		want := bytes.Repeat([]byte("0123456789"), n/10)
		for part := want; len(part) > 0; part = part[min(len(part), 3<<20):] {
			if _, err := f.Write(part[:min(len(part), 3<<20)]); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Rewind(); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d came back, %v", len(want), len(got), err)
		}
		if err := errors.Join(f.Reset(), f.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestNoFolder: 16 MiB need no folder for temporary files. For more the error says what the file was for, and is not
// taken for one about the input.
func TestNoFolder(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	f := spill.New("the input")
	if _, err := f.Write(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	_, err := f.Write([]byte{0})
	if err == nil || errors.Is(err, fs.ErrNotExist) ||
		!strings.HasPrefix(err.Error(), "a temporary file for the input: no such file") {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
