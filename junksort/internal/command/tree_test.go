package command_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/consoletest"
)

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Point 4: while folders of the tree are swapped for links that lead out of it, and back, thousands of times, nothing
// out there is touched and nothing is lost.
func TestSwappedForLink(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	dir, outside, links := filepath.Join(top, "junk"), filepath.Join(top, "outside"), filepath.Join(top, "links")
	for i := range 40 {
		for j := range 5 {
			put(t, filepath.Join(dir, fmt.Sprintf("folder%02d", i), "inner", fmt.Sprintf("%d-%d.jpg", i, j)),
				fmt.Sprint("own ", i, j))
		}
	}
	put(t, filepath.Join(dir, "images", "kept.jpg"), "kept")
	for i := range 5 {
		put(t, filepath.Join(outside, "inner", fmt.Sprintf("theirs%d.jpg", i)), "not yours")
		put(t, filepath.Join(outside, fmt.Sprintf("theirs%d.jpg", i)), "not yours")
	}
	if err := os.Mkdir(links, 0o755); err != nil {
		t.Fatal(err)
	}
	type pair struct{ folder, link string }
	var pairs []pair
	for _, name := range []string{"folder03", "folder17", "folder39", "images"} {
		p := pair{filepath.Join(dir, name), filepath.Join(links, name)}
		if err := os.Symlink(outside, p.link); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, p)
	}
	theirs, own := snapshot(t, outside), contents(snapshot(t, dir))

	stop := make(chan struct{})
	var swapper sync.WaitGroup
	swapper.Go(func() {
		for {
			for _, p := range pairs {
				select {
				case <-stop:
					return
				default:
				}
				// The folder may just have been removed, because it held nothing.
				_ = unix.Renameat2(unix.AT_FDCWD, p.folder, unix.AT_FDCWD, p.link, unix.RENAME_EXCHANGE)
			}
		}
	})
	for round := range consoletest.Count(4, 300) {
		engine := []string{"pool", "async"}[round%2]
		for _, command := range [][]string{{"sort", "--engine", engine, dir}, {"undo", dir}} {
			if code, output := run(t, 0, command...); code != 0 && code != 3 && code != 4 {
				t.Fatalf("round %d: %q exited with %d: %s", round, command, code, output)
			}
		}
	}
	close(stop)
	swapper.Wait()
	if diff := cmp.Diff(theirs, snapshot(t, outside)); diff != "" {
		t.Errorf("something changed behind a link:\n%s", diff)
	}
	if diff := cmp.Diff(own, contents(append(snapshot(t, dir), snapshot(t, links)...))); diff != "" {
		t.Errorf("the folder's own files:\n%s", diff)
	}
}

// Point 4: what is mounted in the tree stays, be it another file system or a folder of the same one, and a category
// that is a mount point takes no file.
func TestMountsStay(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		consoletest.Missing(t, "mounting a file system needs root")
	}
	top := t.TempDir()
	dir := filepath.Join(top, "junk")
	put(t, filepath.Join(top, "bound", "b.jpg"), "bound")
	for _, name := range []string{"disk", "bound", "images"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount := func(source, target, kind string, flags uintptr) {
		t.Helper()
		if err := syscall.Mount(source, target, kind, flags, ""); err != nil {
			consoletest.Missing(t, "mounting a file system: %v", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(target, 0); err != nil {
				t.Error(err)
			}
		})
	}
	mount("tmpfs", filepath.Join(dir, "disk"), "tmpfs", 0)
	mount(filepath.Join(top, "bound"), filepath.Join(dir, "bound"), "", syscall.MS_BIND)
	mount("tmpfs", filepath.Join(dir, "images"), "tmpfs", 0)
	put(t, filepath.Join(dir, "one.txt"), "below")
	mount(filepath.Join(top, "bound", "b.jpg"), filepath.Join(dir, "one.txt"), "", syscall.MS_BIND)
	put(t, filepath.Join(dir, "disk", "d.jpg"), "mounted")
	put(t, filepath.Join(dir, "images", "i.txt"), "mounted")
	put(t, filepath.Join(dir, "a.jpg"), "has no place")
	put(t, filepath.Join(dir, "a.txt"), "sorted")

	for _, engine := range []string{"pool", "async"} {
		code, output := run(t, 0, "sort", "--engine", engine, dir)
		if code != 3 || !strings.Contains(output, "moved 1 file") || strings.Contains(output, "one.txt") ||
			!strings.Contains(output, `"a.jpg" stays: images: a file system is mounted there`) {
			t.Fatalf("exited with %d: %s", code, output)
		}
		for path, want := range map[string]string{
			"disk/d.jpg": "mounted", "bound/b.jpg": "bound", "images/i.txt": "mounted", "a.jpg": "has no place",
			"documents/a.txt": "sorted", "one.txt": "bound",
		} {
			if got, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v", path, got, err)
			}
		}
		must(t, 0, "undo", dir)
	}
}

// Point 4: FIFOs and devices are never opened, not even to look into a file without an extension. inotify tells of
// every opening.
func TestSpecialFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	special := []string{filepath.Join(dir, "pipe"), filepath.Join(dir, "deep", "pipe.jpg")}
	if err := os.Mkdir(filepath.Join(dir, "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range special {
		if err := unix.Mkfifo(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	device := filepath.Join(dir, "deep", "null")
	switch err := unix.Mknod(device, unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))); {
	case err == nil:
		special = append(special, device)
	case !errors.Is(err, unix.EPERM):
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "deep", "text"), "looked into\n")

	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	watch := func(path string) {
		t.Helper()
		if _, err := unix.InotifyAddWatch(fd, path, unix.IN_OPEN|unix.IN_ACCESS); err != nil {
			t.Fatal(err)
		}
	}
	opened := func() bool {
		t.Helper()
		buffer := make([]byte, 64*int(unsafe.Sizeof(unix.InotifyEvent{})))
		n, err := unix.Read(fd, buffer)
		if err != nil && err != unix.EAGAIN {
			t.Fatal(err)
		}
		return n > 0
	}
	for _, path := range special {
		watch(path)
	}
	for _, flags := range [][]string{{}, {"--engine", "async"}, {"--on-conflict", "dedupe"}, {
		"--by", "extension",
		"--unpack",
	}} {
		must(t, 0, append([]string{"sort", dir}, flags...)...)
		if opened() {
			t.Fatalf("sort %q opened a FIFO or a device", flags)
		}
		must(t, 0, "undo", dir)
	}
	watch(filepath.Join(dir, "deep", "text")) // the proof that the watch would have seen it
	must(t, 0, "sort", dir)
	if !opened() {
		t.Error("the file without an extension was not looked into")
	}
}
