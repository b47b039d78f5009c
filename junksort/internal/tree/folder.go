// Package tree holds the folders of a run: those of the tree that is sorted, as far as they are listed, and the
// destinations. A folder is opened through its parents, by descriptors of which a bounded number is open.
package tree

import (
	"bytes"
	"strings"
	"sync/atomic"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Folder is one directory of the tree, or a destination. Its path is not stored: Handles opens it through its parents.
type Folder struct {
	Parent *Folder
	Name   string // within parent; without parent an absolute path, or empty for DIR
	Made   bool   // to be created by this run
	Remade bool   // by an undo
	Remake bool   // an undo makes it again if it is gone
	Stat   dirfd.Stat
	Birth  int64  // of a folder that is named by its path: when it was made, 0 if nobody knows
	Volume uint64 // likewise, the number of its file system, see dirfd.FD.Volume
	Xattrs []byte // packed; see packXattrs
	known  bool   // stat is known: opening checks that it is still the same directory
	Home   string // the path below DEST of a folder that lies there
	Trash  bool   // files in it need a note for desktops, see package trash
	Secret bool   // to be created for the user alone

	Listing  []byte        // what may be sorted, in path order; see Packer
	Children []*Folder     // the subfolders, in path order
	Ready    chan struct{} // closed when the fields above are set
	Failure  error         // why it could not be listed

	Stays bool         // as a whole: it, and all within
	Kept  int          // entries that stay for good
	Left  atomic.Int32 // entries that should have been moved and were not

	ID     uint32 // in the journal; 0 when it is not there yet
	handle handle
}

// child returns the subfolder name of a listed folder, or nil.
func (f *Folder) child(name string) *Folder {
	for _, c := range f.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Depth returns the number of folders on the path to f, f included.
func (f *Folder) Depth() int {
	n := 0
	for ; f != nil; f = f.Parent {
		n++
	}
	return n
}

// Path returns the folder's path: below DIR for a folder of the tree, else absolute; "" is DIR itself.
func (f *Folder) Path() string {
	var names []string
	for f != nil && f.Parent != nil {
		names = append(names, f.Name)
		f = f.Parent
	}
	if f != nil && f.Name != "" {
		names = append(names, f.Name)
	}
	var b strings.Builder
	for i := len(names) - 1; i >= 0; i-- {
		b.WriteString(names[i])
		if i > 0 && !strings.HasSuffix(names[i], "/") {
			b.WriteByte('/')
		}
	}
	return b.String()
}

// Join returns the path of name in f.
func (f *Folder) Join(name string) string {
	p := f.Path()
	if p == "" || strings.HasSuffix(p, "/") {
		return p + name
	}
	return p + "/" + name
}

// ComparePaths orders two names of one folder as the paths below them are ordered: a folder counts with its slash.
func ComparePaths(a []byte, aFolder bool, b []byte, bFolder bool) int {
	n := min(len(a), len(b))
	if c := bytes.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	return int(after(a, n, aFolder)) - int(after(b, n, bFolder))
}

// after returns the byte that follows the first n bytes of a path, -1 if there is none.
func after(name []byte, n int, isFolder bool) int16 {
	switch {
	case n < len(name):
		return int16(name[n])
	case isFolder:
		return '/'
	}
	return -1
}
