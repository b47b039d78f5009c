//go:build unix

package datadir

import (
	"os"

	"golang.org/x/sys/unix"
)

// errLocked says that another process holds a lock.
var errLocked error = unix.EWOULDBLOCK

// flock locks a file until it is closed, for this process alone or together with others that read, and does not wait.
func flock(file *os.File, alone bool) error {
	how := unix.LOCK_SH
	if alone {
		how = unix.LOCK_EX
	}
	return unix.Flock(int(file.Fd()), how|unix.LOCK_NB)
}
