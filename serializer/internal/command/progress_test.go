package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// TestProgress watches convert on a terminal while its input comes slowly: a line tells how far it is, and is gone
// at the end.
func TestProgress(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.json"), filepath.Join(dir, "out.json")
	if err := syscall.Mkfifo(in, 0o600); err != nil {
		t.Fatal(err)
	}
	screen := consoletest.Terminal(t, nil, "serializer", "convert", in, out)
	pipe, err := os.OpenFile(in, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if _, err := pipe.WriteString("[1,"); err != nil {
		t.Fatal(err)
	}
	screen.Await("3 bytes")
	if _, err := pipe.WriteString("2]"); err != nil {
		t.Fatal(err)
	}
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	if code := screen.Ended(); code != 0 || !strings.HasSuffix(screen.Text(), "\r\x1b[K") {
		t.Errorf("exit code %d, the screen shows %q", code, screen.Text())
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != "[1,2]\n" {
		t.Errorf("written: %q, %v", got, err)
	}
}
