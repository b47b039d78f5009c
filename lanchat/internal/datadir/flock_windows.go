package datadir

import (
	"os"

	"golang.org/x/sys/windows"
)

// errLocked says that another process holds a lock.
var errLocked error = windows.ERROR_LOCK_VIOLATION

// flock locks a file until it is closed, for this process alone or together with others that read, and does not wait.
// The locked byte lies behind everything that the file holds, so that others can read that.
func flock(file *os.File, alone bool) error {
	how := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if alone {
		how |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	return windows.LockFileEx(windows.Handle(file.Fd()), how, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1})
}
