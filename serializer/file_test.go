package serializer_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

// TestFileOptions chooses format and permissions, and keeps the old file when the new one cannot be written.
func TestFileOptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.txt")
	if err := serializer.Save(path, 5); !errors.Is(err, serializer.ErrUnknownFormat) {
		t.Errorf("a name that tells no format: %v", err)
	}
	if err := serializer.Save(path, 5, serializer.As(serializer.MessagePack{}), serializer.Perm(0o640)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions %v, %v", info, err)
	}
	if err := serializer.Save(path, make(chan int), serializer.As(serializer.JSON{})); err == nil {
		t.Error("a channel was saved")
	}
	var n int
	if err := serializer.Load(path, &n, serializer.As(serializer.MessagePack{})); err != nil || n != 5 {
		t.Errorf("loaded %d, %v", n, err)
	}
}
