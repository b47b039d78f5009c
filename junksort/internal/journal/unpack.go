package journal

import (
	"strings"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// The steps of archives.
const (
	StepUnpack  byte = 'U' // intent: unpack into a new folder
	stepWhole   byte = 'W' // fact: the archive is unpacked, under the temporary name or the final one
	stepEntries byte = 'T' // fact: what was unpacked from an archive, before its stepWhole
)

// Unpacking is the intent to unpack an archive beside itself.
type Unpacking struct {
	In   *tree.Folder
	Name string
	To   string // what it becomes
}

// IntendUnpack records that p is about to be unpacked.
func (j *Writer) IntendUnpack(p Unpacking) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.folder(p.In)
	seq := j.moves
	j.moves++
	j.pending.unpack(seq, p)
	return seq, j.write()
}

// RenameUnpack records that what is unpacked gets another name, because its own is taken.
func (j *Writer) RenameUnpack(seq uint64, p Unpacking) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.unpack(seq, p)
	return j.write()
}

// unpacked records which folder the archive became, and when it was complete.
func (j *Writer) unpacked(seq uint64, s dirfd.Stat) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.unpacked(seq, s)
	return j.write()
}

// unpackKind is the kind of StepUnpack.
type unpackKind struct{ still }

func (unpackKind) decode(d *decoder, s *Step) {
	s.Seq, s.To, s.Name, s.NewName = d.uint(), uint32(d.uint()), d.raw(), d.raw()
}

func (unpackKind) learn(h *Learned, s *Step) error {
	if h.ByID[s.To] == nil {
		return ErrCorrupt
	}
	h.nextMove = max(h.nextMove, s.Seq+1)
	h.Copying = true
	h.UnpackTo[s.Seq] = string(s.NewName)
	return nil
}

// unpack appends the intent to unpack p.
func (e *encoder) unpack(seq uint64, p Unpacking) {
	e.byte(StepUnpack)
	e.uint(seq)
	e.uint(uint64(p.In.ID))
	e.text(p.Name)
	e.text(p.To)
}

// wholeKind is the kind of stepWhole.
type wholeKind struct{ still }

func (wholeKind) decode(d *decoder, s *Step) {
	s.Seq, s.Dev, s.ino = d.uint(), d.uint(), d.uint()
	s.stat.Ctime = d.time()
}

func (wholeKind) learn(h *Learned, s *Step) error {
	h.UnpackedAs[s.Seq] = dirfd.Stat{Dev: s.Dev, Ino: s.ino, Ctime: s.stat.Ctime}
	return nil
}

// unpacked appends a stepWhole.
func (e *encoder) unpacked(seq uint64, s dirfd.Stat) {
	e.byte(stepWhole)
	e.uint(seq)
	e.uint(s.Dev)
	e.uint(s.Ino)
	e.time(s.Ctime)
}

// Entry is one file or folder that came out of an archive, as it was then.
type Entry struct {
	Path  string // below the folder of the archive; empty for that folder itself
	kind  dirfd.Kind
	ino   uint64
	mark  identity.Mark
	ctime int64 // nanoseconds since 1970; 0 for a file that is yet to get its name, which changes it
}

// entriesPerRecord bounds what one stepEntries holds.
const entriesPerRecord = 4096

// Is reports whether what was found is still the same. For a folder only its identity counts: its entries are compared
// one by one.
func (e Entry) Is(found dirfd.Stat, gone bool) bool {
	now := identity.MarkOf(found)
	if found.Kind() != e.kind || found.Ino != e.ino || now.Birth != e.mark.Birth {
		return false
	}
	if e.kind != dirfd.Directory && now != e.mark {
		return false
	}
	// Removing a hard link updates the change time of the file.
	return e.kind == dirfd.Directory || gone || e.ctime == 0 || found.Ctime.UnixNano() == e.ctime
}

// entriesKind is the kind of stepEntries.
type entriesKind struct{ still }

func (entriesKind) decode(d *decoder, s *Step) {
	s.Seq = d.uint()
	s.first, s.entries = d.entries()
}

func (entriesKind) learn(h *Learned, s *Step) error {
	if s.first {
		h.Entries[s.Seq] = nil
	}
	h.Entries[s.Seq] = append(h.Entries[s.Seq], s.entries...)
	return nil
}

// entries appends a stepEntries. The first one of a folder replaces what earlier ones have said.
func (e *encoder) entries(seq uint64, first bool, list []Entry) {
	e.byte(stepEntries)
	e.uint(seq)
	e.bool(first)
	e.uint(uint64(len(list)))
	for _, entry := range list {
		e.text(entry.Path)
		e.byte(byte(entry.kind))
		e.uint(entry.ino)
		e.int(entry.mark.Size)
		e.int(entry.mark.Mtime)
		e.int(entry.mark.Birth)
		e.int(entry.ctime)
	}
}

// entries reads what entries of the encoder wrote, after the number of the intent.
func (d *decoder) entries() (first bool, list []Entry) {
	first = d.bool()
	for n := d.uint(); n > 0 && d.err == nil; n-- {
		list = append(list, Entry{
			Path: d.text(), kind: dirfd.Kind(d.byte()), ino: d.uint(),
			mark: identity.Mark{Size: d.int(), Mtime: d.int(), Birth: d.int()}, ctime: d.int(),
		})
	}
	return first, list
}

// Record journals what came out of an archive: each entry, and then that it is complete.
func (j *Writer) Record(seq uint64, dir dirfd.FD, name string) error {
	first, list := true, make([]Entry, 0, 64)
	var top dirfd.Stat
	flush := func() error {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.pending.entries(seq, first, list)
		first, list = false, list[:0]
		return j.write()
	}
	err := dir.Walk(name, "", func(path string, s dirfd.Stat) error {
		if path == "" {
			top = s
		}
		e := Entry{Path: path, kind: s.Kind(), ino: s.Ino, mark: identity.MarkOf(s), ctime: s.Ctime.UnixNano()}
		if path == "" && strings.HasPrefix(name, tree.UnfinishedPrefix) {
			e.ctime = 0
		}
		list = append(list, e)
		if len(list) < entriesPerRecord {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return j.unpacked(seq, top)
}
