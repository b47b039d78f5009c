//go:build unix

package consoletest

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Device makes a device of the test's own, of a mode such as unix.S_IFCHR, and returns its path: the real ones are
// never touched. Where that is not allowed the test is skipped, or fails if REQUIRE_SERVICES is set.
func Device(t testing.TB, mode, major, minor uint32) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "node")
	if err := unix.Mknod(path, mode|0o666, int(unix.Mkdev(major, minor))); err != nil {
		Missing(t, "only root makes devices: %v", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		Missing(t, "devices do not work here: %v", err)
	}
	_ = f.Close()
	return path
}
