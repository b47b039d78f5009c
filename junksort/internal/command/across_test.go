package command_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// otherFileSystem returns a directory that is on another file system than t.TempDir().
func otherFileSystem(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "junksort-test-")
	if err != nil {
		consoletest.Missing(t, "no second file system: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var here, there syscall.Stat_t
	if err := syscall.Stat(t.TempDir(), &here); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Stat(dir, &there); err != nil {
		t.Fatal(err)
	}
	if here.Dev == there.Dev {
		consoletest.Missing(t, "no second file system: TMPDIR is on the one of /dev/shm")
	}
	return dir
}

// withoutInodes is a snapshot with what a copy keeps.
func withoutInodes(lines []string) []string {
	var list []string
	for _, line := range lines {
		if before, after, ok := strings.Cut(line, " inode "); ok {
			_, content, _ := strings.Cut(after, " ")
			line = before + " " + content
		}
		list = append(list, line)
	}
	return list
}

// Points 3 and 6: kill -9 in the middle of a copy to another file system. Each file is whole, here or there; after the
// next run no partial file is left; undo gives everything back.
func TestKillAcross(t *testing.T) {
	t.Parallel()
	disk, memory := filepath.Join(t.TempDir(), "top"), otherFileSystem(t)
	for round := range consoletest.Count(3, 200) {
		dir, to := filepath.Join(disk, "junk"), filepath.Join(memory, "sorted")
		if round%2 == 1 {
			dir, to = filepath.Join(memory, "junk"), filepath.Join(disk, "sorted")
		}
		whole := map[string]bool{}
		for i := range 24 {
			content := strings.Repeat(fmt.Sprintf("%d of round %d. ", i, round), 4000*(i%5+1))
			whole[content] = true
			path := filepath.Join(dir, fmt.Sprintf("folder%d", i%4), fmt.Sprintf("%d.jpg", i))
			put(t, path, content)
			at := time.Unix(1_500_000_000+int64(i), 123_456_789)
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		before := withoutInodes(snapshot(t, dir))
		began := time.Now()
		must(t, 0, "sort", "--to", to, dir)
		long := time.Since(began)
		must(t, 0, "undo", dir)
		if diff := cmp.Diff(before, withoutInodes(snapshot(t, dir))); diff != "" {
			t.Fatalf("round %d: undo did not give the tree back:\n%s", round, diff)
		}

		somewhen := func() time.Duration { return time.Duration(rand.Int64N(int64(long))) + 1 }
		run(t, somewhen(), "sort", "--to", to, "--workers", "2", dir)
		checkWhole(t, whole, dir, to)
		switch round % 3 {
		case 0:
			run(t, somewhen(), "undo", dir)
		case 1:
			run(t, somewhen(), "resume", dir)
		case 2:
			must(t, 0, "sort", "--to", to, dir)
			checkSorted(t, whole, dir, to)
		}
		checkWhole(t, whole, dir, to)
		for {
			code, output := run(t, 0, "undo", dir)
			if code == 4 {
				break
			}
			if code != 0 {
				t.Fatalf("round %d: undo exited with %d: %s", round, code, output)
			}
		}
		checkSorted(t, whole, dir)
		if diff := cmp.Diff(before, withoutInodes(snapshot(t, dir))); diff != "" {
			t.Fatalf("round %d: undo of killed runs did not give the tree back:\n%s", round, diff)
		}
		if entries, err := os.ReadDir(to); err == nil {
			t.Fatalf("round %d: the destination is still there: %v", round, entries)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// held counts the contents of the files below dirs that are no unfinished copies.
func held(t *testing.T, dirs ...string) (content map[string]int, partial []string) {
	t.Helper()
	content = map[string]int{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case os.IsNotExist(err):
				return nil
			case err != nil:
				return err
			case d.Name() == ".junksort" || strings.HasPrefix(d.Name(), newborn):
				return fs.SkipDir
			case !d.Type().IsRegular():
				return nil
			case strings.HasSuffix(d.Name(), ".part"):
				partial = append(partial, path)
				return nil
			}
			text, err := os.ReadFile(path)
			content[string(text)]++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return content, partial
}

// checkWhole checks that every content is there, in a file of its own name, and nothing else.
func checkWhole(t *testing.T, whole map[string]bool, dirs ...string) {
	t.Helper()
	content, _ := held(t, dirs...)
	for text := range whole {
		if content[text] == 0 {
			t.Fatalf("%.20q is lost", text)
		}
	}
	for text := range content {
		if !whole[text] {
			t.Fatalf("%d bytes are half a file: %.20q", len(text), text)
		}
	}
}

// checkSorted checks that nothing is doubled either, and that no unfinished copy is left.
func checkSorted(t *testing.T, whole map[string]bool, dirs ...string) {
	t.Helper()
	checkWhole(t, whole, dirs...)
	content, partial := held(t, dirs...)
	for text, n := range content {
		if n != 1 {
			t.Fatalf("%.20q is there %d times", text, n)
		}
	}
	if len(partial) > 0 {
		t.Fatalf("left behind: %q", partial)
	}
}

// Point 6: a full disk leaves the source and no partial file.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		consoletest.Missing(t, "mounting a small file system needs root")
	}
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=1m"); err != nil {
		consoletest.Missing(t, "mounting a small file system: %v", err)
	}
	defer syscall.Unmount(small, 0)
	dir := filepath.Join(t.TempDir(), "junk")
	whole := map[string]bool{}
	for i := range 4 {
		content := string(bytes.Repeat([]byte{byte('a' + i)}, 400<<10))
		whole[content] = true
		put(t, filepath.Join(dir, fmt.Sprintf("%d.bin", i)), content)
	}
	to := filepath.Join(small, "sorted")
	code, output := run(t, 0, "sort", "--to", to, dir)
	if code != 3 || !strings.Contains(output, "the disk is full") {
		t.Fatalf("exited with %d: %s", code, output)
	}
	checkSorted(t, whole, dir, to)
	if there, _ := held(t, to); len(there) == 0 || len(there) == len(whole) {
		t.Fatalf("%d of %d files found room", len(there), len(whole))
	}
	must(t, 0, "undo", dir)
	checkSorted(t, whole, dir)
}
