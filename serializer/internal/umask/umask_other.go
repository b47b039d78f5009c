//go:build !unix

// Package umask determines the mode of new files.
package umask

import "io/fs"

// NewFile returns the mode of a new file.
func NewFile() fs.FileMode { return 0o666 }
