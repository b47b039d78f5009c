package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Point 9: a burst of files that arrive while the folder is watched.
func TestBurst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	watch := startWatch(t, dir)
	n := consoletest.Count(3000, 50_000)
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprintf("new%d", i/500))
		if i%500 == 0 {
			if err := os.MkdirAll(sub, 0o755); err != nil && !os.IsExist(err) {
				t.Fatal(err)
			}
		}
		path := filepath.Join(sub, fmt.Sprintf("f%d.jpg", i))
		for os.WriteFile(path, nil, 0o644) != nil { // the folder was empty for a moment, and removed
			if err := os.MkdirAll(sub, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	awaitFiles(t, filepath.Join(dir, "images"), n)
	if err := watch.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := watch.Wait(); err != nil {
		t.Fatal(err)
	}
}

// Point 9: when more happens than the system can hold, it says only that; the tree is read anew. The events that filled
// the queue concern nothing that is to be sorted, so that the file is found by that alone.
func TestOverflow(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("/proc/sys/fs/inotify/max_queued_events")
	if err != nil {
		consoletest.Missing(t, "no inotify: %v", err)
	}
	room, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	busy := []string{filepath.Join(dir, "a.part"), filepath.Join(dir, "b.part")}
	put(t, busy[0], "")
	put(t, busy[1], "")
	put(t, filepath.Join(dir, "first.jpg"), "")
	watch := startWatch(t, dir)
	awaitFiles(t, filepath.Join(dir, "images"), 1) // so it watches
	if err := watch.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for i := range room + 2 { // equal events in a row count once
		if err := os.Chmod(busy[i%2], os.FileMode(0o600+i/2%2)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(dir, "second.jpg"), "")
	if err := watch.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	awaitFiles(t, filepath.Join(dir, "images"), 2)
}

func startWatch(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	watch := exec.Command("junksort", "watch", "--quiet", "--min-age", "0s", dir)
	watch.Stderr = os.Stderr
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = watch.Process.Kill() // it has ended unless the test failed
		_ = watch.Wait()
	})
	return watch
}

// awaitFiles waits until dir holds n files.
func awaitFiles(t *testing.T, dir string, n int) {
	t.Helper()
	tick, patience := time.NewTicker(20*time.Millisecond), time.After(5*time.Minute)
	defer tick.Stop()
	for {
		entries, _ := os.ReadDir(dir)
		if len(entries) == n {
			return
		}
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("%s holds %d files, not %d", dir, len(entries), n)
		}
	}
}
