// Package writer finds the files that some process has open for writing: they are not ready to be sorted.
package writer

import (
	"sync"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Files are the files that some process has open for writing, or writes through a mapping.
type Files map[dirfd.ID]bool

// Has reports whether a file is among them.
func (o Files) Has(dev, ino uint64) bool { return len(o) > 0 && o[dirfd.ID{Dev: dev, Ino: ino}] }

// few is how many files are asked for one by one, before all processes are looked at.
const few = 256

// Finder answers for the files of one pass: for a few by a lease each, where the file system grants leases; for more,
// or where a lease tells nothing, by one look at the descriptors of all processes, which takes milliseconds. The zero
// value is ready to use; a nil Finder knows of no writer.
type Finder struct {
	// All returns what all processes have open for writing; nil for Find.
	All func() Files

	mu    sync.Mutex
	asked int
	files Files
	known bool // files is set
}

// Has reports whether some process has the file name of dir open for writing.
func (f *Finder) Has(dir dirfd.FD, name dirfd.Name, id dirfd.ID) bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.known && f.asked < few {
		f.asked++
		if open, sure := leased(dir, name); sure {
			return open
		}
	}
	if !f.known {
		f.known = true
		if f.All != nil {
			f.files = f.All()
		} else {
			f.files = Find()
		}
	}
	return f.files.Has(id.Dev, id.Ino)
}
