package command_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Ten folders are sorted into one destination at the same time, all in their first run: on one file system and across
// two, by both engines, with archives and duplicates, killed, resumed and undone. Nothing is lost, nothing doubled,
// and undo gives all of it back.
func TestManyIntoOne(t *testing.T) {
	t.Parallel()
	disk, memory := t.TempDir(), otherFileSystem(t)
	for turn := range consoletest.Count(3, 100) {
		round := turn
		if consoletest.Count(0, 1) == 0 {
			round = []int{0, 3, 5}[turn] // unpacking on one disk and across two, kills across two
		}
		top, dest := disk, filepath.Join(disk, "dest")
		if round%2 == 1 {
			dest = filepath.Join(memory, "dest")
		}
		if round%6 == 5 {
			top, dest = memory, filepath.Join(disk, "dest")
		}
		whole := map[string]bool{}
		var dirs []string
		var before [][]string
		for i := range 10 {
			dir := filepath.Join(top, fmt.Sprintf("in%d", i))
			dirs = append(dirs, dir)
			for j := range 8 {
				content := bytes.Repeat(fmt.Appendf(nil, "%d of %d in round %d. ", j, i, round), 5000)
				whole[string(content)] = true
				put(t, filepath.Join(dir, "sub", fmt.Sprintf("%d.jpg", j)), string(content))
			}
			archive := zipped(t, fmt.Sprintf("inner %d of round %d", i, round))
			whole[archive] = true
			put(t, filepath.Join(dir, "book.zip"), archive)
			before = append(before, withoutInodes(snapshot(t, dir)))
		}
		var group sync.WaitGroup
		for i, dir := range dirs {
			args := []string{"sort", "--to", dest, "--engine", []string{"pool", "async"}[i%2], "--workers", "3"}
			if i%3 > 0 {
				args = append(args, "--on-conflict", "dedupe")
			}
			if round%3 == 0 {
				args = append(args, "--unpack")
			}
			after := time.Duration(0)
			if round%3 > 0 && i%2 == 0 {
				after = time.Duration(rand.Int64N(int64(200 * time.Millisecond)))
			}
			group.Go(func() {
				if code, output := run(t, after, append(args, dir)...); after == 0 && code != 0 {
					t.Errorf("round %d: %q exited with %d: %s", round, args, code, output)
				}
			})
		}
		group.Wait()
		there, _ := held(t, append([]string{dest}, dirs...)...)
		for text := range whole {
			if there[text] == 0 {
				t.Fatalf("round %d: %.20q is lost", round, text)
			}
		}
		if round%3 == 0 {
			for i := range 10 {
				if there[fmt.Sprintf("inner %d of round %d", i, round)] != 1 {
					t.Errorf("round %d: archive %d is not unpacked", round, i)
				}
			}
		}
		for i, dir := range dirs {
			group.Go(func() {
				if round%2 == 1 && i%4 == 0 {
					run(t, 0, "resume", dir)
				}
				for code := 0; code != 4; {
					var output string
					if code, output = run(t, 0, "undo", dir); code != 0 && code != 4 {
						t.Errorf("round %d: undo of %s exited with %d: %s", round, dir, code, output)
						return
					}
				}
			})
		}
		group.Wait()
		if t.Failed() {
			return
		}
		for i, dir := range dirs {
			if diff := cmp.Diff(before[i], withoutInodes(snapshot(t, dir))); diff != "" {
				t.Fatalf("round %d: undo did not give %s back:\n%s", round, dir, diff)
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
		checkNothing(t, dest)
		if err := os.RemoveAll(dest); err != nil {
			t.Fatal(err)
		}
	}
}

func checkNothing(t *testing.T, dest string) {
	t.Helper()
	if there, partial := held(t, dest); len(there)+len(partial) > 0 {
		t.Fatalf("left in the destination: %d files and %q", len(there), partial)
	}
}

func zipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("inner.txt")
	if err == nil {
		if _, err = f.Write([]byte(content)); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
