package tree

import (
	"encoding/binary"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Entry is one file to sort, or the place of a subfolder in path order.
type Entry struct {
	Child  *Folder // a subfolder; the rest is for files
	Name   dirfd.Name
	Ino    uint64
	Target uint32
}

// Packer packs the entries of a folder, which come in path order. An entry is target+1 (0 for a subfolder), and for a
// file the difference of its inode from that of the file before, how many bytes its name shares with the beginning of
// that one's, how many follow, and these. In this form a million files that were named by a camera or a counter take
// some 10 MB, and files whose names share nothing some 25 MB.
type Packer struct {
	packed []byte
	name   []byte // of the last file
	ino    uint64
}

// Reset empties p.
func (p *Packer) Reset() { p.packed, p.name, p.ino = p.packed[:0], p.name[:0], 0 }

// Folder appends the place of a subfolder.
func (p *Packer) Folder() { p.packed = append(p.packed, 0) }

// File appends a file and the index of its target.
func (p *Packer) File(target uint32, ino uint64, name []byte) {
	shared := 0
	for shared < min(len(p.name), len(name)) && p.name[shared] == name[shared] {
		shared++
	}
	p.packed = binary.AppendUvarint(p.packed, uint64(target)+1)
	p.packed = binary.AppendVarint(p.packed, int64(ino-p.ino))
	p.packed = binary.AppendUvarint(p.packed, uint64(shared))
	p.packed = binary.AppendUvarint(p.packed, uint64(len(name)-shared))
	p.packed = append(p.packed, name[shared:]...)
	p.name, p.ino = append(p.name[:shared], name[shared:]...), ino
}

// Listing returns what was packed since the last Reset.
func (p *Packer) Listing() []byte { return append([]byte(nil), p.packed...) }

// namesTogether is how many bytes of names are unpacked into one piece of memory.
const namesTogether = 8 << 10

// Each calls visit for the entries of a listed folder in path order. Their names may be kept.
func (f *Folder) Each(visit func(Entry) error) error {
	child := 0
	var last, names []byte
	var ino uint64
	rest := f.Listing
	number := func() int {
		v, n := binary.Uvarint(rest)
		rest = rest[n:]
		return int(v)
	}
	for len(rest) > 0 {
		var e Entry
		if target := number(); target == 0 {
			e.Child = f.Children[child]
			child++
		} else {
			change, n := binary.Varint(rest)
			rest = rest[n:]
			ino += uint64(change)
			shared, more := number(), number()
			size := shared + more + 1
			if len(names)+size > cap(names) {
				names = make([]byte, 0, max(size, min(namesTogether, 4*len(rest))))
			}
			start := len(names)
			names = append(append(append(names, last[:shared]...), rest[:more]...), 0)
			rest = rest[more:]
			last = names[start : start+size-1]
			e.Target, e.Ino, e.Name = uint32(target-1), ino, dirfd.Name(names[start:start+size:start+size])
		}
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}
