// Package writer finds the files that some process has open for writing: they are not junk yet.
package writer

import "github.com/pythonweb/goweb/junksort/dirfd"

// Files are the files that some process has open for writing, or writes through a mapping.
type Files map[dirfd.ID]bool

// Has reports whether a file is among them.
func (o Files) Has(dev, ino uint64) bool { return len(o) > 0 && o[dirfd.ID{Dev: dev, Ino: ino}] }
