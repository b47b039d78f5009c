package command_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// kill -9 in the middle of a renaming in which all files swap their names: it is finished by resume, or undone.
func TestKillRename(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "junk")
	for i := range 1000 {
		put(t, filepath.Join(dir, fmt.Sprintf("%03d.txt", i)), fmt.Sprint(i))
	}
	before := snapshot(t, dir)
	args := []string{"rename", "--find", `^(\d)(\d)(\d)$`, "--pattern", "{3}{2}{1}", dir}
	began := time.Now()
	must(t, 0, args...)
	long := time.Since(began)
	after := snapshot(t, dir)
	must(t, 0, "undo", dir)
	killed := 0
	for round := range consoletest.Count(4, 200) {
		if code, _ := run(t, time.Duration(rand.Int64N(int64(long)))+1, args...); code != 0 {
			killed++
		}
		if round%2 == 0 {
			code, output := run(t, 0, "resume", dir)
			if code != 0 && code != 4 {
				t.Fatalf("resume exited with %d: %s", code, output)
			}
			if now := snapshot(t, dir); !cmp.Equal(now[1:], after[1:]) && !cmp.Equal(now[1:], before[1:]) {
				t.Fatalf("round %d: a killed renaming was not finished:\n%s", round, cmp.Diff(after[1:], now[1:]))
			}
		}
		for code := 0; code != 4; {
			if code, _ = run(t, 0, "undo", dir); code != 0 && code != 4 {
				t.Fatalf("undo exited with %d", code)
			}
		}
		if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
			t.Fatalf("round %d: undo did not give the names back:\n%s", round, diff)
		}
	}
	if killed == 0 {
		t.Error("no run was killed")
	}
}
