package junksort

import (
	"bytes"
	"encoding/binary"
	"strings"
	"sync/atomic"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// folder is one directory of the tree, or a destination. Its path is never stored: handles opens it through its
// parents.
type folder struct {
	parent *folder
	name   string // within parent; without parent an absolute path, or empty for DIR
	made   bool   // to be made by this run
	remade bool   // by an undo
	remake bool   // an undo makes it again if it is gone
	stat   dirfd.Stat
	birth  int64  // of a folder that is named by its path: when it was made, 0 if nobody knows
	volume uint64 // the same: of its file system, see dirfd.FD.Volume
	xattrs []byte // packed; see packXattrs
	known  bool   // stat is known: opening checks that it is still the same directory
	home   string // the destination's name when this folder is one itself

	listing  []byte        // what may be sorted, packed in path order; see entry
	children []*folder     // the subfolders, in path order
	ready    chan struct{} // closed when the fields above are set
	failure  error         // why it could not be listed

	stays bool         // as a whole: it, and all within
	kept  int          // entries that stay for good
	left  atomic.Int32 // entries that should have gone and did not

	id     uint32 // in the journal; 0 when it is not there yet
	handle handle
}

// entry is one file to sort, or the place of a subfolder in path order.
type entry struct {
	child  *folder    // a subfolder; the rest is for files
	name   dirfd.Name // shares the listing's memory
	ino    uint64
	target uint32
}

// The packed form of an entry is target+1 (0 for a subfolder), and for a file its inode, the length of its name and the
// name with a zero byte. A million files fit into some 25 MB so.

func packFolder(listing []byte) []byte { return append(listing, 0) }

func packFile(listing []byte, target uint32, ino uint64, name []byte) []byte {
	listing = binary.AppendUvarint(listing, uint64(target)+1)
	listing = binary.AppendUvarint(listing, ino)
	listing = binary.AppendUvarint(listing, uint64(len(name)))
	listing = append(listing, name...)
	return append(listing, 0)
}

// each calls visit for the entries of a listed folder in path order.
func (f *folder) each(visit func(entry) error) error {
	child := 0
	for rest := f.listing; len(rest) > 0; {
		target, n := binary.Uvarint(rest)
		rest = rest[n:]
		var e entry
		if target == 0 {
			e.child = f.children[child]
			child++
		} else {
			e.target = uint32(target - 1)
			e.ino, n = binary.Uvarint(rest)
			rest = rest[n:]
			length, n := binary.Uvarint(rest)
			e.name = dirfd.Name(rest[n : n+int(length)+1 : n+int(length)+1])
			rest = rest[n+int(length)+1:]
		}
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}

// child returns the subfolder name of a listed folder, or nil.
func (f *folder) child(name string) *folder {
	for _, c := range f.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// path returns the folder's path: below DIR for a folder of the tree, else absolute; "" is DIR itself.
func (f *folder) path() string {
	var names []string
	for f != nil && f.parent != nil {
		names = append(names, f.name)
		f = f.parent
	}
	if f != nil && f.name != "" {
		names = append(names, f.name)
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

// join returns the path of name in f.
func (f *folder) join(name string) string {
	p := f.path()
	if p == "" || strings.HasSuffix(p, "/") {
		return p + name
	}
	return p + "/" + name
}

// comparePaths orders two names of one folder as the paths below them are ordered: a folder counts with its slash.
func comparePaths(a []byte, aFolder bool, b []byte, bFolder bool) int {
	n := min(len(a), len(b))
	if c := bytes.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	return int(after(a, n, aFolder)) - int(after(b, n, bFolder))
}

// after returns what follows the first n bytes of a path: -1 for nothing.
func after(name []byte, n int, isFolder bool) int16 {
	switch {
	case n < len(name):
		return int16(name[n])
	case isFolder:
		return '/'
	}
	return -1
}
