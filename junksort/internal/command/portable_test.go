package command_test

import (
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Point 1: where no rename refuses to overwrite, as the build for other systems assumes of all file systems, files are
// linked and unlinked. A kill between the two leaves two names, and undo makes it one again.
func TestWithoutRename(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "junksort")
	if out, err := exec.Command("go", "build", "-tags", "portable", "-o", program,
		"../../cmd/junksort").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dir := filepath.Join(t.TempDir(), "junk")
	junk(t, dir, 200)
	before := files(snapshot(t, dir))
	want := func(code int, args ...string) {
		t.Helper()
		if got, output := runProgram(t, 0, program, args...); got != code {
			t.Fatalf("%q exited with %d, want %d: %s", args, got, code, output)
		}
	}
	began := time.Now()
	want(0, "sort", dir)
	long := time.Since(began)
	sorted := files(snapshot(t, dir))
	if slices.Equal(before, sorted) {
		t.Fatal("nothing was sorted")
	}
	want(0, "undo", dir)
	must(t, 0, "sort", dir)
	if diff := cmp.Diff(files(snapshot(t, dir)), sorted); diff != "" {
		t.Errorf("the build for Linux sorts otherwise:\n%s", diff)
	}
	want(0, "undo", dir)
	for round := range consoletest.Count(3, 100) {
		runProgram(t, time.Duration(rand.Int64N(int64(long)))+1, program, "sort", dir)
		if round%2 == 0 {
			runProgram(t, time.Duration(rand.Int64N(int64(long)))+1, program, "undo", dir)
		}
		for code := 0; code != 4; {
			var output string
			if code, output = runProgram(t, 0, program, "undo", dir); code != 0 && code != 4 {
				t.Fatalf("round %d: undo exited with %d: %s", round, code, output)
			}
		}
		if diff := cmp.Diff(before, files(snapshot(t, dir))); diff != "" {
			t.Fatalf("round %d: undo did not give the files back:\n%s", round, diff)
		}
	}
}
