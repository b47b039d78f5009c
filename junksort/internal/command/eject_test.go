package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A stick that is watched can be taken out while nothing moves, and comes back sorted; all of it is one run.
func TestEject(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		consoletest.Missing(t, "mounting a stick needs root")
	}
	stick := t.TempDir()
	if err := syscall.Mount("tmpfs", stick, "tmpfs", 0, "size=8m"); err != nil {
		consoletest.Missing(t, "mounting a stick: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(stick, syscall.MNT_DETACH) }) // where the test has failed
	dir := filepath.Join(stick, "junk")
	put(t, filepath.Join(dir, "a.jpg"), "a")
	cmd := exec.Command("junksort", "watch", "--min-age", "0s", dir)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	consoletest.Tie(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	arrives := func(name string) {
		for deadline := time.Now().Add(time.Minute); ; {
			if _, err := os.Stat(filepath.Join(dir, "images", name)); err == nil {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s was not sorted", name)
			}
		}
	}
	arrives("a.jpg")
	put(t, filepath.Join(dir, "b.jpg"), "b")
	arrives("b.jpg")
	history := func() string {
		_, output := run(t, 0, "history", "--json", dir)
		return output
	}
	consoletest.Eventually(t, "the watch has gone to sleep", func() bool {
		return strings.Contains(history(), `"state":"done","files":2`)
	})
	if strings.Count(history(), "\n") != 1 {
		t.Errorf("a watch is more than one run: %s", history())
	}
	for { // nobody keeps the lock; a pass for what has just happened may have it for a moment
		output, err := exec.Command("junksort", "sort", dir).CombinedOutput()
		if err == nil {
			break
		}
		if t.Context().Err() != nil || !strings.Contains(string(output), "another run is at work here") {
			t.Fatalf("%v: %s", err, output)
		}
	}
	var err error
	for range 1000 { // a pass for what the sort has touched may be at work
		if err = syscall.Unmount(stick, 0); err != syscall.EBUSY {
			break
		}
	}
	if err != nil {
		t.Fatalf("the stick cannot be taken out: %v", err)
	}
	if err := <-ended; cmd.ProcessState.ExitCode() != 1 || !strings.Contains(out.String(), "the folder is gone") {
		t.Errorf("the watch ended with %v: %s", err, &out)
	}
}
