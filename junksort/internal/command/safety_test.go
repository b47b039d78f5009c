package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Point 2: a torn last record is tolerated, damage in the middle is refused, also in a length.
func TestDamagedJournal(t *testing.T) {
	t.Parallel()
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
	for at := 0; at < len(whole); at += max(1, len(whole)/consoletest.Count(24, 3000)) {
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

// Point 4: paths beyond PATH_MAX.
func TestDeepTree(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	dir := filepath.Join(top, "junk")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// 60 folders with names of 200 bytes are 12,000 bytes of path; the shell goes down step by step.
	name := strings.Repeat("d", 200)
	script := fmt.Sprintf(
		`i=0; while [ $i -lt 60 ]; do mkdir %[1]s && cd -P %[1]s || exit 1; i=$((i+1)); done; echo deep > deep.txt`, name)
	cmd := exec.Command("bash", "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	must(t, 0, "sort", dir)
	if content, err := os.ReadFile(filepath.Join(dir, "documents", "deep.txt")); err != nil ||
		string(content) != "deep\n" {
		t.Fatalf("%q %v", content, err)
	}
	must(t, 0, "undo", dir)
	must(t, 0, "sort", "--engine", "async", dir)
	if _, err := os.Stat(filepath.Join(dir, "documents", "deep.txt")); err != nil {
		t.Fatal(err)
	}
}
