package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Point 2: a torn last record is tolerated, damage in the middle is refused, also in a length.
func TestDamagedJournal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "junk")
	junk(t, dir, 60)
	must(t, 0, "sort", dir)
	journal := filepath.Join(dir, ".junksort", "runs", "1.journal")
	whole, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	write := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(journal, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := snapshot(t, dir)
	for at := 0; at < len(whole); at += max(1, len(whole)/consoletest.Count(60, 3000)) {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x41
		write(damaged)
		code, output := run(t, 0, "undo", dir)
		if code != 1 || !strings.Contains(output, "journal is corrupt") {
			t.Fatalf("with byte %d of %d changed, undo exited with %d: %s", at, len(whole), code, output)
		}
	}
	if after := snapshot(t, dir); strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Fatal("a refused journal changed something")
	}
	write(append(bytes.Clone(whole), 7, 0, 0, 0, 200)) // a record that was being written
	must(t, 0, "undo", dir)
}

// Point 4: a directory that becomes a symbolic link, and paths beyond PATH_MAX.
func TestDeepTree(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "junk")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// 60 folders with names of 200 bytes are 12,000 bytes of path; the shell goes down step by step.
	name := strings.Repeat("d", 200)
	script := fmt.Sprintf(`i=0; while [ $i -lt 60 ]; do mkdir %[1]s && cd -P %[1]s || exit 1; i=$((i+1)); done; echo deep > deep.txt`, name)
	cmd := exec.Command("bash", "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	must(t, 0, "sort", dir)
	if content, err := os.ReadFile(filepath.Join(dir, "documents", "deep.txt")); err != nil || string(content) != "deep\n" {
		t.Fatalf("%q %v", content, err)
	}
	must(t, 0, "undo", dir)
	must(t, 0, "sort", "--engine", "async", dir)
	if _, err := os.Stat(filepath.Join(dir, "documents", "deep.txt")); err != nil {
		t.Fatal(err)
	}
}

// Point 6: a full disk leaves the source and no partial file.
func TestFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		skip(t, "mounting a small file system needs root")
	}
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=1m"); err != nil {
		skip(t, "mounting a small file system: "+err.Error())
	}
	defer syscall.Unmount(small, 0)
	dir := filepath.Join(t.TempDir(), "junk")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		content := bytes.Repeat([]byte{byte('a' + i)}, 400<<10)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.bin", i)), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := contents(snapshot(t, dir))
	code, output := run(t, 0, "sort", "--to", filepath.Join(small, "sorted"), dir)
	if code != 3 || !strings.Contains(output, "the disk is full") {
		t.Fatalf("exited with %d: %s", code, output)
	}
	after := contents(append(snapshot(t, dir), snapshot(t, small)...))
	if len(before) != 4 || len(after) != 4 {
		t.Fatalf("%d contents before, %d after", len(before), len(after))
	}
	if parts, _ := filepath.Glob(filepath.Join(small, "sorted", "*", ".junksort*")); parts != nil {
		t.Fatalf("left behind: %q", parts)
	}
	must(t, 0, "undo", dir)
	if got := contents(snapshot(t, dir)); len(got) != 4 {
		t.Fatalf("after undo: %d contents", len(got))
	}
}

func skip(t *testing.T, why string) {
	t.Helper()
	consoletest.Missing(t, "%s", why)
}

// Point 9: a burst of files that arrive while the folder is watched.
func TestBurst(t *testing.T) {
	dir := t.TempDir()
	watch := exec.Command("junksort", "watch", "--quiet", "--min-age", "0s", dir)
	watch.Stderr = os.Stderr
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = watch.Process.Kill() }) // after a failure
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
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		entries, _ := os.ReadDir(filepath.Join(dir, "images"))
		if len(entries) == n {
			break
		}
		<-tick.C
	}
	if err := watch.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := watch.Wait(); err != nil {
		t.Fatal(err)
	}
}
