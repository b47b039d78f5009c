//go:build unix

// Package umask tells the mode that new files get.
package umask

import (
	"io/fs"
	"syscall"
)

// NewFile is the mode of a file that is made: what umask leaves of it. Asking changes umask for a moment, to one that
// gives nothing away.
func NewFile() fs.FileMode {
	mask := syscall.Umask(0o077)
	syscall.Umask(mask)
	return 0o666 &^ fs.FileMode(mask)
}
