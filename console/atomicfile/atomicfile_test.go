package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/console/consoletest"
)

func TestMain(m *testing.M) {
	// writer is a program that writes a file over and over until it is killed.
	consoletest.Main(m, map[string]func(){"once": once, "writer": func() {
		for i := 0; ; i++ {
			letter := string(rune('a' + i%26))
			if err := atomicfile.Write(os.Args[1], 0o644, func(w io.Writer) error {
				for range 1000 {
					if _, err := io.WriteString(w, strings.Repeat(letter, 100)); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			fmt.Println(i)
		}
	}})
}

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "note.txt")
	err = atomicfile.Write(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, "all of it\n")
		return err
	})
	if err != nil {
		panic(err)
	}
	text, _ := os.ReadFile(path)
	fmt.Print(string(text))
	// Output: all of it
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "файл")
	put := func(text string, failure error) error {
		return atomicfile.Write(path, 0o640, func(w io.Writer) error {
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
			return failure
		})
	}
	if err := put("one", nil); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	if err := put(strings.Repeat("two", 1<<20), full); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	expect(t, path, "one")
	if err := put("three", nil); err != nil {
		t.Fatal(err)
	}
	expect(t, path, "three")
	if info, _ := os.Stat(path); info.Mode() != 0o640 {
		t.Errorf("mode %v", info.Mode())
	}
	expectFiles(t, dir, "файл")
}

func TestSymbolicLinkStays(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target", link); err != nil {
		t.Fatal(err)
	}
	if err := write(link, "new"); err != nil {
		t.Fatal(err)
	}
	expect(t, target, "new")
	expectFiles(t, dir, "link", "target")
	if info, _ := os.Lstat(link); info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
}

func TestUncommittedFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := atomicfile.Create(filepath.Join(dir, "x"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Commit after Close: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	expectFiles(t, dir)
}

func TestErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	nowhere := filepath.Join(dir, "no", "file")
	_, err := atomicfile.Create(nowhere, 0o600)
	if want := "create " + nowhere + ": no such file or directory"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	// A directory cannot be replaced by a file.
	err = atomicfile.Write(dir, 0o600, func(io.Writer) error { return nil })
	if want := "create " + dir + ": is a directory"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestKilledWriter: a reader sees one of the contents whole, whenever the writer dies.
func TestKilledWriter(t *testing.T) {
	for range consoletest.Count(3, 200) {
		path := filepath.Join(t.TempDir(), "x")
		cmd := exec.Command("writer", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) != 100_000 || strings.Trim(string(data), string(data[:1])) != "" {
			t.Errorf("%d bytes, not of one letter", len(data))
		}
	}
}

func expect(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func expectFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the directory holds %q, want %q", got, want)
	}
}
