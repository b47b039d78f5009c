package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// TestKilled kills convert with SIGKILL at whatever moment: the output is the old file or the new one, whole, and
// the next convert is not hindered by what the dead one left behind.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.json"), filepath.Join(dir, "out.cbor")
	var b bytes.Buffer
	b.WriteString("[0")
	for i := range consoletest.Count(20_000, 200_000) {
		fmt.Fprintf(&b, `,{"id":%d,"text":"some text"}`, i)
	}
	b.WriteString("]")
	write := func(path string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(path string) []byte {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	write(in, b.Bytes())
	if text, err := exec.Command("serializer", "convert", in, out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	whole, old := read(out), []byte("\x65older")
	interrupted := 0
	for round := range consoletest.Count(10, 300) {
		write(out, old)
		for _, path := range temporary(t, dir) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("serializer", "convert", in, out)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		// Killed once the new file has so many bytes, so that it happens in all stages of the work on any machine.
		killAt := int64(round) * int64(len(whole)) / int64(consoletest.Count(10, 300)-1)
		for running := true; running; {
			select {
			case <-ended:
				running = false
			default:
				if written(t, dir) >= killAt {
					_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended
					<-ended
					running = false
				}
			}
		}
		if left := temporary(t, dir); len(left) > 1 {
			t.Errorf("one process left %d files behind: %s", len(left), left)
		}
		switch got := read(out); {
		case bytes.Equal(got, old):
			interrupted++
		case !bytes.Equal(got, whole):
			t.Fatalf("killed at %d bytes, there is a file of %d bytes that is neither the old nor the new one", killAt, len(got))
		}
	}
	if interrupted == 0 {
		t.Error("no conversion was interrupted")
	}
	if text, err := exec.Command("serializer", "convert", in, out).CombinedOutput(); err != nil ||
		!bytes.Equal(read(out), whole) {
		t.Errorf("after the killed ones: %v: %s", err, text)
	}
}

// written is the size of the temporary file.
func written(t *testing.T, dir string) (size int64) {
	t.Helper()
	for _, path := range temporary(t, dir) {
		if info, err := os.Stat(path); err == nil { // it may have been renamed
			size = info.Size()
		}
	}
	return size
}

// temporary are the files that are hidden beside the output.
func temporary(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, ".out.cbor.*.tmp"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
