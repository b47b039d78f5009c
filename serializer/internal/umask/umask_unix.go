//go:build unix

// Package umask determines the mode of new files.
package umask

import (
	"io/fs"
	"syscall"
)

// NewFile returns the mode of a new file: what umask leaves of it. To read umask is to change it for a moment, here to
// one that permits nothing to others.
func NewFile() fs.FileMode {
	mask := syscall.Umask(0o077)
	syscall.Umask(mask)
	return 0o666 &^ fs.FileMode(mask)
}
