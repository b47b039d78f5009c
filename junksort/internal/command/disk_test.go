package command_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// disk mounts a file system that is no Unix one at heart, in a folder of the test.
type disk struct {
	name  string
	needs [][2]string // programs and their Debian packages
	mount func(t *testing.T, at string) error
}

func disks() []disk {
	return []disk{
		{
			"exfat",
			[][2]string{{"mkfs.exfat", "exfatprogs"}, {"mount.exfat-fuse", "exfat-fuse"}, {"losetup", "mount"}},
			mountExfat,
		},
		{"ntfs-3g", [][2]string{{"mkfs.ntfs", "ntfs-3g"}, {"ntfs-3g", "ntfs-3g"}}, mountNTFS},
		{"mergerfs", [][2]string{{"mergerfs", "mergerfs"}}, mountMerger},
	}
}

// image makes an empty file for a file system.
func image(t *testing.T, megabytes int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image")
	put(t, path, "")
	if err := os.Truncate(path, megabytes<<20); err != nil {
		t.Fatal(err)
	}
	return path
}

func call(program string, args ...string) error {
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out)
	}
	return nil
}

func mountExfat(t *testing.T, at string) error {
	file := image(t, 64)
	if err := call("mkfs.exfat", file); err != nil {
		return err
	}
	out, err := exec.Command("losetup", "-f", "--show", file).Output()
	if err != nil {
		return fmt.Errorf("losetup: %w", err)
	}
	device := strings.TrimSpace(string(out))
	t.Cleanup(func() { _ = call("losetup", "-d", device) })
	return call("mount.exfat-fuse", "-o", "fmask=0022,dmask=0022", device, at)
}

func mountNTFS(t *testing.T, at string) error {
	file := image(t, 64)
	if err := call("mkfs.ntfs", "-F", "-Q", file); err != nil {
		return err
	}
	return call("ntfs-3g", file, at)
}

func mountMerger(t *testing.T, at string) error {
	return call("mergerfs", t.TempDir()+":"+t.TempDir(), at)
}

// mounted returns a folder on the disk. A machine that cannot mount it, as a container without FUSE, passes the test
// over, and fails with REQUIRE_SERVICES=1.
func (d disk) mounted(t *testing.T) string {
	t.Helper()
	for _, n := range d.needs {
		consoletest.Need(t, n[0], n[1])
	}
	at := t.TempDir()
	if err := d.mount(t, at); err != nil {
		if _, e := os.Stat("/dev/fuse"); e != nil || os.Getuid() != 0 {
			consoletest.Missing(t, "nothing can be mounted by FUSE here: %v", err)
		}
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := call("umount", at); err != nil {
			t.Error(err)
		}
	})
	return at
}

// A stick, a Windows disk and a pool of disks are sorted in place, killed, undone, and sorted into from elsewhere.
func TestOtherDisks(t *testing.T) {
	t.Parallel()
	for _, d := range disks() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			at := d.mounted(t)
			t.Run("in place", func(t *testing.T) { sortInPlace(t, filepath.Join(at, "junk")) })
			t.Run("onto it", func(t *testing.T) { sortOnto(t, filepath.Join(at, "to"), d.name) })
		})
	}
}

func sortInPlace(t *testing.T, dir string) {
	for round := range consoletest.Count(2, 100) {
		whole := map[string]bool{"": true}
		put(t, filepath.Join(dir, "s", "empty.txt"), "")
		for i := range 30 {
			content := strings.Repeat(fmt.Sprintf("%d of round %d. ", i, round), 2000*(i%4+1))
			whole[content] = true
			put(t, filepath.Join(dir, fmt.Sprintf("s%d", i%3), fmt.Sprintf("%d.jpg", i)), content)
		}
		began := time.Now()
		must(t, 0, "sort", dir)
		long := time.Since(began)
		checkSorted(t, whole, dir)
		must(t, 0, "undo", dir)
		checkSorted(t, whole, dir)
		run(t, time.Duration(rand.Int64N(int64(long)))+1, "sort", dir)
		if round%2 == 0 {
			if code, output := run(t, 0, "resume", dir); code != 0 && code != 4 {
				t.Fatalf("resume exited with %d: %s", code, output)
			}
			checkWhole(t, whole, dir)
		} else if code, _ := run(t, time.Duration(rand.Int64N(int64(long)))+1, "undo", dir); code == 3 {
			t.Fatal("something was left behind by an undo")
		}
		for code := 0; code != 4; {
			var output string
			if code, output = run(t, 0, "undo", dir); code != 0 && code != 4 {
				t.Fatalf("undo exited with %d: %s", code, output)
			}
		}
		checkSorted(t, whole, dir)
		if _, err := os.Stat(filepath.Join(dir, "images")); err == nil {
			t.Fatal("undo leaves a folder of the sort")
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// sortOnto sorts files onto the disk that it cannot hold with all they have: they stay with the reason, and go with
// --lossy, which tells what is lost and gives it back with an undo.
func sortOnto(t *testing.T, to, name string) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secret.txt")
	put(t, path, "secret")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := call("setfattr", "-n", "user.xdg.origin.url", "-v", "https://example.com", path); err != nil {
		consoletest.Missing(t, "the disk of temporary files has no extended attributes: %v", err)
	}
	if name == "exfat" {
		odd := t.TempDir()
		put(t, filepath.Join(odd, "a:b.txt"), "odd")
		if code, output := run(t, 0, "sort", "--to", to, odd); code != 3 || !strings.Contains(output,
			`cannot hold the name "a:b.txt" (--portable`) {
			t.Fatalf("exited with %d: %s", code, output)
		}
		if _, err := os.Lstat(to); err == nil {
			t.Error("a folder was made for a file that stayed")
		}
		must(t, 0, "sort", "--portable", "--lossy", "--to", to, odd)
		checkSorted(t, map[string]bool{"odd": true}, odd, to)
		must(t, 0, "undo", odd)
	}
	before := withoutInodes(snapshot(t, dir))
	code, output := run(t, 0, "sort", "--to", to, dir)
	if lost := map[string]string{"exfat": "the extended attributes, the mode", "ntfs-3g": "the mode"}[name]; lost != "" {
		if code != 3 || !strings.Contains(output, "cannot be kept") {
			t.Fatalf("exited with %d: %s", code, output)
		}
		if code, output = run(t, 0, "sort", "--lossy", "--to", to, dir); !strings.Contains(output, "without "+lost) {
			t.Errorf("the losses are not told: %s", output)
		}
	}
	if code != 0 {
		t.Fatalf("exited with %d: %s", code, output)
	}
	checkSorted(t, map[string]bool{"secret": true}, dir, to)
	must(t, 0, "undo", dir)
	if after := withoutInodes(snapshot(t, dir)); strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Errorf("undo gives back\n%q, not\n%q", after, before)
	}
}
