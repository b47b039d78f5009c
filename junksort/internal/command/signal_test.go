package command_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// blocked starts junksort with --json and reads one line of its stdout. As nobody reads on, the pipe is full after
// some hundred of the thousands of lines, and the run can neither end nor go far.
func blocked(t *testing.T, args ...string) (*exec.Cmd, io.ReadCloser) {
	t.Helper()
	cmd := exec.Command("junksort", append([]string{"--json"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // after a failure
	if line, err := bufio.NewReaderSize(stdout, 16).ReadSlice('"'); err != nil {
		t.Fatalf("%q %v", line, err)
	}
	return cmd, stdout
}

func many(t *testing.T, dir string, files int) {
	t.Helper()
	for i := range files {
		put(t, filepath.Join(dir, fmt.Sprintf("folder%02d", i%40), fmt.Sprintf("file %d with a name of some length.jpg",
			i)), "")
	}
}

// Ctrl-C in the middle of a sort: 130, and resume or undo go on from there; so it is with an undo.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	const count = 6000
	for _, engine := range []string{"pool", "async"} {
		t.Run(engine, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "junk")
			many(t, dir, count)
			before := snapshot(t, dir)
			interrupt := func(args ...string) {
				t.Helper()
				cmd, stdout := blocked(t, args...)
				if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, stdout); err != nil {
					t.Fatal(err)
				}
				_ = cmd.Wait()
				if code := cmd.ProcessState.ExitCode(); code != 130 {
					t.Fatalf("%q exited with %d", args, code)
				}
			}
			sorted := func() int {
				entries, _ := os.ReadDir(filepath.Join(dir, "images"))
				return len(entries)
			}
			interrupt("sort", "--engine", engine, dir)
			if n := sorted(); n == 0 || n == count {
				t.Fatalf("%d of %d files were sorted: not halfway", n, count)
			}
			if _, output := run(t, 0, "history", "--json", dir); !strings.Contains(output, `"state":"interrupted"`) {
				t.Errorf("history says %s", output)
			}
			must(t, 0, "resume", dir)
			if n := sorted(); n != count {
				t.Fatalf("after resume %d of %d files are sorted", n, count)
			}
			interrupt("undo", dir)
			if n := sorted(); n == 0 || n == count {
				t.Fatalf("%d of %d files are left to return: not halfway", n, count)
			}
			must(t, 0, "undo", dir)
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Fatalf("undo did not give the tree back:\n%s", diff)
			}
			interrupt("sort", "--engine", engine, dir)
			must(t, 0, "undo", dir)
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Fatalf("undo of an interrupted sort:\n%s", diff)
			}
		})
	}
}

// Nobody reads on (| head -1): the files are sorted all the same.
func TestClosedStdout(t *testing.T) {
	t.Parallel()
	const count = 2500
	dir := filepath.Join(t.TempDir(), "junk")
	many(t, dir, count)
	for _, args := range [][]string{{"sort", dir}, {"undo", dir}} {
		cmd, stdout := blocked(t, args...)
		if err := stdout.Close(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%q: %v", args, err)
		}
		entries, _ := os.ReadDir(filepath.Join(dir, "images"))
		if want := map[string]int{"sort": count}[args[0]]; len(entries) != want {
			t.Errorf("after %s %d files are sorted, want %d", args[0], len(entries), want)
		}
	}
}
