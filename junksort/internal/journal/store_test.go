package journal_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
)

// Who may not read the journals that another user keeps of a folder hears whose they are.
func TestSomebodyElsesJournals(t *testing.T) {
	if os.Getuid() != 0 {
		consoletest.Missing(t, "two users need root")
	}
	dir := t.TempDir()
	own := filepath.Join(dir, ".junksort")
	if err := errors.Join(os.Mkdir(own, 0o700), os.Chown(own, 54321, 54321)); err != nil {
		t.Fatal(err)
	}
	fd, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	runtime.LockOSThread() // the user of files is the thread's
	defer runtime.UnlockOSThread()
	if _, err := unix.SetfsuidRetUid(12345); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = unix.SetfsuidRetUid(0) }()
	for what, err := range map[string]error{"read": failure(journal.Read(fd)), "open": failure(journal.Open(fd, true))} {
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "it belongs to 54321, who has sorted here") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func failure(_ *journal.Store, err error) error { return err }
