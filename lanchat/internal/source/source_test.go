package source_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/lanchat/internal/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestFolder packs a folder into as many bytes as it says, the same at every time, and leaves out what leads out
// of it.
func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "folder")
	for _, name := range []string{
		"a", "sub/b", "sub/empty", "довга назва, що не входить у заголовок, довга назва, що не входить у заголовок",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Repeat([]byte(name[:1]), len(name)*100), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"in": "sub/b", "out": "../other", "sub/up": "../a", "absolute": "/etc"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := source.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var packed [2][]byte
	for i := range packed {
		r, err := s.Open()
		if err != nil {
			t.Fatal(err)
		}
		if packed[i], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	if int64(len(packed[0])) != s.Size || !bytes.Equal(packed[0], packed[1]) {
		t.Errorf("%d and %d bytes, it says %d", len(packed[0]), len(packed[1]), s.Size)
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, "absolute"), filepath.Join(dir, "out")}, s.Left); diff != "" {
		t.Error(diff)
	}
	if err := os.Truncate(filepath.Join(dir, "a"), 1); err != nil {
		t.Fatal(err)
	}
	r, _ := s.Open()
	if _, err := io.ReadAll(r); err == nil {
		t.Error("a file that has become shorter is packed")
	}
	r.Close()
}

// TestParseSize reads sizes as people write them.
func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1048576": 1 << 20, "2G": 2 << 30, "500m": 500 << 20, "1KB": 1024, " 3T ": 3 << 40,
	} {
		if have, err := source.ParseSize(text); err != nil || have != want {
			t.Errorf("%q: %d, %v", text, have, err)
		}
	}
	for _, text := range []string{"", "G", "-1", "1.5G", "1X", "99999999999T", "B"} {
		if have, err := source.ParseSize(text); err == nil {
			t.Errorf("%q: %d", text, have)
		}
	}
}
