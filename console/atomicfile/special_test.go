package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/console/consoletest"
)

// once writes the text of its second argument to the path of its first.
func once() {
	write := atomicfile.Write
	if len(os.Args) > 3 {
		write = atomicfile.WriteNew
	}
	err := write(os.Args[1], 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, os.Args[2])
		return err
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(path, text string) error {
	return atomicfile.Write(path, 0o600, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}

// stays runs write on something that has to be the same file afterwards.
func stays(t *testing.T, path string, write func()) {
	t.Helper()
	before, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	write()
	after, err := os.Lstat(path)
	if err != nil || !os.SameFile(before, after) || before.Mode() != after.Mode() {
		t.Errorf("%s was %v, is %v (%v)", path, before.Mode(), after, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v (%v), want one entry", entries, err)
	}
}

func TestDeviceStays(t *testing.T) {
	null := consoletest.Device(t, unix.S_IFCHR, 1, 3)
	stays(t, null, func() {
		if err := write(null, "lost"); err != nil {
			t.Error(err)
		}
		if err := atomicfile.WriteNew(null, 0o600, func(io.Writer) error { return nil }); !errors.Is(err, fs.ErrExist) {
			t.Errorf("WriteNew: %v, want %v", err, fs.ErrExist)
		}
	})
	full := consoletest.Device(t, unix.S_IFCHR, 1, 7)
	stays(t, full, func() {
		err := write(full, "no room")
		if want := "write " + full + ": no space left on device"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestPipeStays(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		text, err := os.ReadFile(fifo)
		got <- fmt.Sprint(string(text), err)
	}()
	stays(t, fifo, func() {
		if err := write(fifo, "through the pipe"); err != nil {
			t.Error(err)
		}
		if text := <-got; text != "through the pipe<nil>" {
			t.Errorf("the reader got %q", text)
		}
	})
}

func TestSocketStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	stays(t, path, func() {
		if err := write(path, "x"); !errors.Is(err, syscall.ENXIO) {
			t.Errorf("got %v, want %v", err, syscall.ENXIO)
		}
	})
}

// TestStreams: /dev/stdout is what the shell made it, and is written where it stands.
func TestStreams(t *testing.T) {
	bash := consoletest.Need(t, "bash", "bash")
	for _, test := range []struct{ script, want string }{
		{`{ echo before; once /dev/stdout middle; echo; echo after; } > out; cat out`, "before\nmiddle\nafter\n"},
		{`{ once /dev/stdout piped; } | cat`, "piped"},
		{`{ once /dev/fd/3 three; } 3> out; cat out`, "three"},
		{`{ once /proc/self/fd/3 self; } 3> out; cat out`, "self"},
		{`ln -s /dev/stdout link; once link linked | cat; test -L link`, "linked"},
		{`once >(cat > out) process; wait $!; cat out`, "process"},
		{`once new first; once new second && cat new`, "second"},
		{`mkdir -p a/b c; ln -s a/b d; ln -s ../f d/l; once d/l dots; cat a/f`, "dots"},
		{`mkdir -p a/b; ln -s a/b d; ln -s ../f d/l; ln -s g a/f; once d/l far; cat a/g`, "far"},
		{`ln -s nowhere dangling; once dangling made; cat nowhere; test -L dangling`, "made"},
		{`ln -s a b; ln -s b a; once a x 2>&1`, "create a: too many levels of symbolic links\n"},
		{`echo old > f; once f new exclusively 2>&1; cat f`, "create f: file exists\nold\n"},
		{`ln -s nowhere l; once l x exclusively 2>&1; ls nowhere 2>/dev/null`, "create l: file exists\n"},
	} {
		cmd := exec.Command(bash, "-c", test.script)
		cmd.Dir = t.TempDir()
		out, _ := cmd.CombinedOutput()
		if string(out) != test.want {
			t.Errorf("%s\ngot  %q\nwant %q", test.script, out, test.want)
		}
	}
}

func TestSpecial(t *testing.T) {
	null := consoletest.Device(t, unix.S_IFCHR, 1, 3)
	f, err := atomicfile.Create(null, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Special() {
		t.Error("a device is not special")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	g, err := atomicfile.Create(filepath.Join(t.TempDir(), "x"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = g.Close() }()
	if g.Special() {
		t.Error("a file is special")
	}
}
