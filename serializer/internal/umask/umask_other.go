//go:build !unix

// Package umask tells the mode that new files get.
package umask

import "io/fs"

// NewFile is the mode of a file that is made.
func NewFile() fs.FileMode { return 0o666 }
