//go:build unix

package directory

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/storage/internal/entry/pack"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// childFolder names the folder in the environment of a process that is to be killed.
const childFolder = "DIRECTORY_TEST_FOLDER"

// TestMain lets the test binary act as another process that uses a folder.
func TestMain(m *testing.M) {
	if path := os.Getenv(childFolder); path != "" {
		fmt.Fprintln(os.Stderr, child(path))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

const (
	childKeys     = 12
	childCapacity = 5
)

func childKey(i int) memo.Key {
	m := number(i)
	return memo.Key{Member: string(m[:]), Full: []byte(fmt.Sprintf("%032dK%d", i, i))}
}

// childResult is what a key has to hold; the results are of very different lengths.
func childResult(i int) memo.Result {
	return memo.Result{Code: i, Stdout: bytes.Repeat([]byte{byte(i), 7}, 1+i*i*1000), Stderr: []byte(fmt.Sprint(i))}
}

// child uses the folder until it is killed, and prints a byte for each thing done.
func child(path string) error {
	s, err := Open(path, new(pack.Zstd))
	if err != nil {
		return err
	}
	ctx := context.Background()
	for {
		i := rand.IntN(childKeys)
		f, err := s.Find(ctx, memo.Query{Scope: "s", Key: childKey(i)})
		switch {
		case err != nil:
			return err
		case f.Lease != nil:
			err = f.Lease.Store(ctx, childResult(i), memo.Keep{Capacity: childCapacity})
		case rand.IntN(10) == 0:
			_, err = s.Forget(ctx, "s", childKey(i))
		default:
			err = s.Count(ctx, "s", memo.Counts{Hits: 1})
		}
		if err != nil {
			return err
		}
		if rand.IntN(20) == 0 {
			j, err := folderOf(path, "s").openJournal()
			if err != nil {
				return err
			}
			now, err := j.read()
			if err == nil {
				err = j.renew(now)
			}
			if j.close(); err != nil {
				return err
			}
		}
		if _, err := os.Stdout.WriteString("."); err != nil {
			return err
		}
	}
}

// Whenever the processes that use a folder are killed, what it holds is whole, no lock is left, and the next ones go
// on.
func TestKilled(t *testing.T) {
	path := t.TempDir()
	for round := range 12 {
		killChildren(t, path, 1+rand.IntN(60))
		s, err := Open(path, new(pack.Zstd))
		if err != nil {
			t.Fatal(err)
		}
		for i := range childKeys {
			f, err := s.Find(t.Context(), memo.Query{Scope: "s", Key: childKey(i), Busy: true})
			if err != nil || f.Busy {
				t.Fatalf("round %d: key %d: busy %v (%v)", round, i, f.Busy, err)
			}
			want := childResult(i)
			switch r := f.Result; {
			case r == nil:
				if err := f.Lease.Store(t.Context(), want, memo.Keep{Capacity: childCapacity}); err != nil {
					t.Fatal(err)
				}
			case r.Code != want.Code || !bytes.Equal(r.Stdout, want.Stdout) || !bytes.Equal(r.Stderr, want.Stderr):
				t.Fatalf("round %d: key %d holds something else", round, i)
			}
		}
		items, err := s.List(t.Context(), "s")
		if err != nil || len(items) > childCapacity {
			t.Fatalf("round %d: %d outputs are remembered (%v)", round, len(items), err)
		}
		rewrite(t, folderOf(path, "s"))
		if found := values(t, folderOf(path, "s")); len(found) > childCapacity {
			t.Fatalf("round %d: %d files are there", round, len(found))
		}
	}
}

// killChildren starts three processes and kills them when the first has done some things.
func killChildren(t *testing.T, path string, things int) {
	t.Helper()
	var children []*exec.Cmd
	for range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		children = append(children, cmd)
		if len(children) == 3 {
			if _, err := bufio.NewReader(out).Discard(things); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, cmd := range children {
		_ = cmd.Process.Kill()
	}
	for _, cmd := range children {
		_ = cmd.Wait()
		if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
			t.Fatalf("a process was not killed: %v", cmd.ProcessState)
		}
	}
}
