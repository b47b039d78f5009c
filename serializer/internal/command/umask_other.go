//go:build !unix

package command

import "io/fs"

// newFile is the mode of a file that is made.
func newFile() fs.FileMode { return 0o666 }
