package dirfd_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

func Example() {
	path, err := os.MkdirTemp("", "dirfd")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(path)
	dir, err := dirfd.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dir.Close()
	for _, name := range []string{"a", "b"} {
		if file, err := dir.Create(name, 0o600); err == nil {
			file.Close()
		}
	}
	fmt.Println(dir.Rename(dirfd.NameOf("a"), dir, dirfd.NameOf("b")))
	fmt.Println(dir.Rename(dirfd.NameOf("a"), dir, dirfd.NameOf("c")))
	// Output:
	// file exists
	// <nil>
}

func open(t testing.TB, path string) dirfd.FD {
	t.Helper()
	fd, err := dirfd.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fd.Close)
	return fd
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever has the new name (a file, a folder, a link, also one to nothing), neither way of renaming replaces it.
func TestRenameNeverOverwrites(t *testing.T) {
	top := t.TempDir()
	write(t, filepath.Join(top, "file"), "theirs")
	check(t, os.Mkdir(filepath.Join(top, "folder"), 0o755))
	check(t, os.Symlink("nowhere", filepath.Join(top, "dangling")))
	check(t, os.Symlink("file", filepath.Join(top, "link")))
	write(t, filepath.Join(top, "mine"), "mine")
	fd := open(t, top)
	mine := dirfd.NameOf("mine")
	for how, rename := range map[string]func(dirfd.Name, dirfd.FD, dirfd.Name) error{
		"rename": fd.Rename,
		"link":   fd.RenameByLink,
	} {
		for _, taken := range []string{"file", "folder", "dangling", "link"} {
			err := rename(mine, fd, dirfd.NameOf(taken))
			if errors.Is(err, dirfd.ErrNoReplace) {
				continue
			}
			if !errors.Is(err, fs.ErrExist) {
				t.Errorf("%s onto a %s: %v, want %v", how, taken, err, fs.ErrExist)
			}
		}
		if err := rename(dirfd.NameOf("gone"), fd, dirfd.NameOf("free")); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err,
			dirfd.ErrNoReplace) {
			t.Errorf("%s of nothing: %v", how, err)
		}
	}
	if target, err := os.Readlink(filepath.Join(top, "dangling")); target != "nowhere" {
		t.Errorf("the dangling link is %q, %v", target, err)
	}
	if content, _ := os.ReadFile(filepath.Join(top, "file")); string(content) != "theirs" {
		t.Errorf("the file holds %q", content)
	}
	check(t, fd.RenameByLink(mine, fd, dirfd.NameOf("free\n\xff")))
	if content, _ := os.ReadFile(filepath.Join(top, "free\n\xff")); string(content) != "mine" || fd.Exists("mine") {
		t.Errorf("renamed by link: %q", content)
	}
}

func TestRenameDir(t *testing.T) {
	top := t.TempDir()
	for _, name := range []string{"mine", "theirs"} {
		check(t, os.Mkdir(filepath.Join(top, name), 0o755))
		write(t, filepath.Join(top, name, name), name)
	}
	write(t, filepath.Join(top, "file"), "theirs")
	fd := open(t, top)
	for _, taken := range []string{"theirs", "file"} {
		if err := fd.RenameDir("mine", fd, taken); !errors.Is(err, fs.ErrExist) && err != unix.ENOTDIR {
			t.Errorf("onto %s: %v, want %v", taken, err, fs.ErrExist)
		}
	}
	check(t, fd.RenameDir("mine", fd, "free"))
	if content, _ := os.ReadFile(filepath.Join(top, "free", "mine")); string(content) != "mine" {
		t.Errorf("the renamed directory holds %q", content)
	}
}

func TestOpenDir(t *testing.T) {
	top := t.TempDir()
	check(t, os.Mkdir(filepath.Join(top, "folder"), 0o755))
	check(t, os.Symlink("folder", filepath.Join(top, "link")))
	write(t, filepath.Join(top, "file"), "")
	check(t, unix.Mkfifo(filepath.Join(top, "fifo"), 0o600))
	fd := open(t, top)
	inner, err := fd.OpenDir("folder")
	check(t, err)
	inner.Close()
	for name, want := range map[string]error{
		"link": dirfd.ErrLink, "file": unix.ENOTDIR, "fifo": unix.ENOTDIR, "gone": fs.ErrNotExist,
	} {
		if inner, err := fd.OpenDir(name); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
			inner.Close()
		}
	}
	if os.Getuid() != 0 {
		consoletest.Missing(t, "mounting a file system needs root")
	}
	folder := filepath.Join(top, "folder")
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, ""); err != nil {
		consoletest.Missing(t, "mounting a file system: %v", err)
	}
	defer syscall.Unmount(folder, 0)
	if inner, err := fd.OpenDir("folder"); !errors.Is(err, dirfd.ErrMount) {
		t.Errorf("a mount point: %v, want %v", err, dirfd.ErrMount)
		inner.Close()
	}
}

func TestOpenRegular(t *testing.T) {
	top := t.TempDir()
	write(t, filepath.Join(top, "file"), "content")
	check(t, os.Mkdir(filepath.Join(top, "folder"), 0o755))
	check(t, os.Symlink("file", filepath.Join(top, "link")))
	check(t, unix.Mkfifo(filepath.Join(top, "fifo"), 0o600))
	at := time.Unix(1_500_000_000, 0)
	check(t, os.Chtimes(filepath.Join(top, "file"), at, at))
	fd := open(t, top)
	file, err := fd.OpenRegular("file")
	check(t, err)
	if n, err := file.Read(make([]byte, 100)); n != 7 {
		t.Errorf("%d bytes, %v", n, err)
	}
	check(t, file.Close())
	if s, err := fd.Lstat("file"); err != nil || !s.Atime.Equal(at) {
		t.Errorf("reading has set the access time to %v (%v)", s.Atime, err)
	}
	for _, name := range []string{"folder", "link", "fifo", "gone"} { // a FIFO that is opened would wait for its writer
		if file, err := fd.OpenRegular(name); err == nil {
			t.Errorf("%s was opened", name)
			file.Close()
		}
	}
}

func TestRead(t *testing.T) {
	top := t.TempDir()
	want := map[string]dirfd.Kind{
		"a\nb": dirfd.Regular, "bad\xff": dirfd.Regular, "\x1b[31m": dirfd.Regular, strings.Repeat("n", 255): dirfd.Regular,
		"folder": dirfd.Directory, "link": dirfd.Symlink, "fifo": dirfd.Special, "...": dirfd.Regular,
	}
	for name, kind := range want {
		path := filepath.Join(top, name)
		switch kind {
		case dirfd.Regular:
			write(t, path, "")
		case dirfd.Directory:
			check(t, os.Mkdir(path, 0o755))
		case dirfd.Symlink:
			check(t, os.Symlink("nowhere", path))
		case dirfd.Special:
			check(t, unix.Mkfifo(path, 0o600))
		}
	}
	fd := open(t, top)
	for range 2 { // it begins anew each time
		got := map[string]dirfd.Kind{}
		check(t, fd.Read(make([]byte, 1024), func(e dirfd.Entry) error {
			got[e.Name.String()] = e.Kind
			s, err := fd.Lstat(e.Name.String())
			if err != nil || fd.TrustsInodes() && s.Ino != e.Ino || s.Kind() != e.Kind {
				t.Errorf("%q: inode %d and kind %d, Lstat says %+v, %v", e.Name, e.Ino, e.Kind, s, err)
			}
			return err
		}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	stop := errors.New("enough")
	if err := fd.Read(make([]byte, 1024), func(dirfd.Entry) error { return stop }); err != stop {
		t.Errorf("got %v", err)
	}
}

func TestStat(t *testing.T) {
	top := t.TempDir()
	write(t, filepath.Join(top, "a"), "12345")
	check(t, os.Link(filepath.Join(top, "a"), filepath.Join(top, "b")))
	write(t, filepath.Join(top, "c"), "12345")
	fd := open(t, top)
	a, err := fd.Lstat("a")
	check(t, err)
	b, err := fd.Lstat("b")
	check(t, err)
	c, err := fd.Lstat("c")
	check(t, err)
	if !a.Same(b) || a.Same(c) || a.Links != 2 || a.Size != 5 || a.Kind() != dirfd.Regular || a.Perm() != 0o644 {
		t.Errorf("%+v\n%+v\n%+v", a, b, c)
	}
	access, modification := time.Unix(1_400_000_000, 123_456_789), time.Unix(-1, 1)
	check(t, fd.SetTimes(access, modification))
	check(t, fd.Chmod(0o1750))
	s, err := fd.Stat()
	check(t, err)
	if !s.Atime.Equal(access) || !s.Mtime.Equal(modification) || s.Perm() != 0o1750 || s.Kind() != dirfd.Directory {
		t.Errorf("%+v", s)
	}
	if fd.Exists("gone") || !fd.Exists("a") {
		t.Error("Exists is wrong")
	}
}

func TestCreate(t *testing.T) {
	top := t.TempDir()
	check(t, os.Symlink("made-through-a-link", filepath.Join(top, "dangling")))
	fd := open(t, top)
	file, err := fd.Create("f", 0o600)
	check(t, err)
	check(t, file.Close())
	for _, taken := range []string{"f", "dangling"} {
		if _, err := fd.Create(taken, 0o600); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, want %v", taken, err, fs.ErrExist)
		}
	}
	if fd.Exists("made-through-a-link") {
		t.Error("a file was made through a link")
	}
}

// The copy has the same bytes and the same holes.
func TestCopyContent(t *testing.T) {
	const page = 64 << 10
	for what, write := range map[string]func(*os.File) error{
		"empty":  func(*os.File) error { return nil },
		"small":  func(f *os.File) error { _, err := f.WriteAt([]byte("small"), 0); return err },
		"a hole": func(f *os.File) error { return f.Truncate(40 * page) },
		"in holes": func(f *os.File) error {
			_, err := f.WriteAt([]byte("x"), 20*page+7)
			return errors.Join(err, f.Truncate(40*page))
		},
		"dense": func(f *os.File) error { _, err := f.Write(slices.Repeat([]byte("dense"), 200_000)); return err },
	} {
		t.Run(what, func(t *testing.T) {
			top := t.TempDir()
			from, err := os.Create(filepath.Join(top, "from"))
			check(t, err)
			defer from.Close()
			check(t, write(from))
			check(t, from.Sync())
			to, err := os.Create(filepath.Join(top, "to"))
			check(t, err)
			defer to.Close()
			check(t, dirfd.CopyContent(t.Context(), from, to))
			want, err := os.ReadFile(from.Name())
			check(t, err)
			got, err := os.ReadFile(to.Name())
			check(t, err)
			if !bytes.Equal(want, got) {
				t.Errorf("%d bytes became %d others", len(want), len(got))
			}
			s, err := dirfd.StatFD(int(from.Fd()))
			check(t, err)
			c, err := dirfd.StatFD(int(to.Fd()))
			check(t, err)
			if c.Blocks > s.Blocks+2*page/512 {
				t.Errorf("%d blocks became %d", s.Blocks, c.Blocks)
			}
		})
	}
}
