package junksort

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// The kinds of a journal's records.
const (
	recordBegin byte = 1 + iota // the run: which command, where, with which options
	recordSteps                 // intents and facts, see the steps below
	recordEnd                   // how the run ended
	recordUndo                  // an undo began or ended
)

// The kinds of steps within a recordSteps.
const (
	stepFolder  byte = 'F' // a folder that later steps name by number, as it was before the run touched it
	stepMove    byte = 'M' // intent: rename
	stepCopy    byte = 'C' // intent: copy to another file system, then unlink
	stepCopied  byte = 'D' // fact: the copy is whole, under the temporary name or the final one
	stepFailed  byte = 'X' // fact: an intent was not carried out
	stepRemove  byte = 'R' // intent: remove an empty folder
	stepReturn  byte = 'B' // fact of an undo: the copy back is whole
	stepUnpack  byte = 'U' // intent: unpack into a new folder
	stepWhole   byte = 'W' // fact: the archive is unpacked, under the temporary name or the final one
	stepByLink  byte = 'L' // fact: from here on files are linked and unlinked, for want of a safe rename
	stepDropped byte = 'P' // as stepMove, of a duplicate that is put aside
	stepMark    byte = 'I' // fact: size, modification and birth of the file of the next step
	stepVolume  byte = 'V' // fact: birth of a folder that is named by its path, and the number of its file system
	stepPlaced  byte = 'E' // fact: the copy is being written under its final name, where no rename is safe
	stepEntries byte = 'T' // fact: what came out of an archive, before its stepWhole
	stepLooks   byte = 'O' // fact: what a copy could not keep of its original
)

// begin is the body of a recordBegin.
type begin struct {
	run     int
	command string
	started time.Time
	durable bool
	options []string
	token   string // in the names of unfinished work; empty in journals of the first edition
}

func (b begin) encode() []byte {
	e := encoder{}
	e.uint(uint64(b.run))
	e.text(b.command)
	e.time(b.started)
	e.bool(b.durable)
	e.uint(uint64(len(b.options)))
	for _, option := range b.options {
		e.text(option)
	}
	e.text(b.token)
	return e.bytes
}

func decodeBegin(body []byte) (begin, error) {
	d := decoder{bytes: body}
	b := begin{run: int(d.uint()), command: d.text(), started: d.time(), durable: d.bool()}
	for n := d.uint(); n > 0 && d.err == nil; n-- {
		b.options = append(b.options, d.text())
	}
	if len(d.bytes) > 0 {
		b.token = d.text()
	}
	return b, d.err
}

// end is the body of a recordEnd and a recordUndo.
type end struct {
	state State
	files uint64
}

func (v end) encode() []byte {
	e := encoder{}
	e.text(string(v.state))
	e.uint(v.files)
	return e.bytes
}

func decodeEnd(body []byte) (end, error) {
	d := decoder{bytes: body}
	v := end{state: State(d.text()), files: d.uint()}
	return v, d.err
}

// step is one step of a recordSteps; which fields are set depends on its kind.
type step struct {
	kind     byte
	id       uint32 // stepFolder, stepRemove
	parent   uint32 // stepFolder; 0 for a folder named by its absolute path
	name     []byte // stepFolder; of the file before a move
	made     bool   // stepFolder: by this run
	stat     dirfd.Stat
	xattrs   []byte
	from, to uint32 // folders of a move
	newName  []byte // of the file after a move
	seq      uint64 // number of the intent in the run
	ino, dev uint64
	mark     mark
	marked   bool
	volume   uint64          // stepVolume
	first    bool            // stepEntries
	entries  []unpackedEntry // stepEntries
	found    *dirfd.Stat     // by an undo: what has the new name now
}

func (s *step) identity() identity {
	return identity{dev: s.dev, ino: s.ino, mark: s.mark, marked: s.marked}
}

// encoder appends numbers and texts.
type encoder struct{ bytes []byte }

func (e *encoder) byte(b byte)   { e.bytes = append(e.bytes, b) }
func (e *encoder) uint(n uint64) { e.bytes = binary.AppendUvarint(e.bytes, n) }
func (e *encoder) int(n int64)   { e.bytes = binary.AppendVarint(e.bytes, n) }
func (e *encoder) raw(b []byte)  { e.uint(uint64(len(b))); e.bytes = append(e.bytes, b...) }
func (e *encoder) text(s string) { e.uint(uint64(len(s))); e.bytes = append(e.bytes, s...) }

func (e *encoder) bool(b bool) {
	if b {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

func (e *encoder) time(t time.Time) {
	e.bytes = binary.AppendVarint(e.bytes, t.Unix())
	e.uint(uint64(t.Nanosecond()))
}

func (e *encoder) folder(id, parent uint32, f *folder) {
	e.byte(stepFolder)
	e.uint(uint64(id))
	e.uint(uint64(parent))
	e.text(f.name)
	e.bool(f.made)
	e.uint(f.stat.Dev)
	e.uint(f.stat.Ino)
	e.uint(uint64(f.stat.Mode))
	e.uint(uint64(f.stat.UID))
	e.uint(uint64(f.stat.GID))
	e.time(f.stat.Atime)
	e.time(f.stat.Mtime)
}

// move appends the intent m. An unchanged name is written once.
func (e *encoder) move(m *move) {
	if m.marked {
		e.mark(m.mark)
	}
	kind := stepMove
	if m.copy {
		kind = stepCopy
	} else if m.drop {
		kind = stepDropped
	}
	e.byte(kind)
	e.uint(m.seq)
	e.uint(uint64(m.from.id))
	e.uint(uint64(m.to.id))
	e.uint(m.dev)
	e.uint(m.ino)
	e.raw(m.name.Bytes())
	if &m.name[0] == &m.newName[0] {
		e.uint(0)
	} else {
		e.raw(m.newName.Bytes())
	}
}

func (e *encoder) remove(f *folder) {
	e.byte(stepRemove)
	e.uint(uint64(f.id))
	e.raw(f.xattrs)
}

// mark appends a stepMark, for the step that follows.
func (e *encoder) mark(m mark) {
	e.byte(stepMark)
	e.int(m.size)
	e.int(m.mtime)
	e.int(m.birth)
}

// volume appends a stepVolume.
func (e *encoder) volume(id uint32, birth int64, number uint64) {
	e.byte(stepVolume)
	e.uint(uint64(id))
	e.int(birth)
	e.uint(number)
}

// fact appends a stepCopied or stepReturn (with the new file's identity) or a stepFailed.
func (e *encoder) fact(kind byte, seq uint64, s dirfd.Stat) {
	if kind != stepFailed {
		e.mark(markOf(s))
	}
	e.byte(kind)
	e.uint(seq)
	if kind != stepFailed {
		e.uint(s.Dev)
		e.uint(s.Ino)
	}
}

// looks appends a stepLooks.
func (e *encoder) looks(seq uint64, s dirfd.Stat, xattrs []byte) {
	e.byte(stepLooks)
	e.uint(seq)
	e.uint(uint64(s.Mode))
	e.uint(uint64(s.UID))
	e.uint(uint64(s.GID))
	e.time(s.Atime)
	e.time(s.Mtime)
	e.raw(xattrs)
}

// byLink appends a stepByLink.
func (e *encoder) byLink() { e.byte(stepByLink) }

// unpack appends the intent to unpack p.
func (e *encoder) unpack(seq uint64, p parcel) {
	e.byte(stepUnpack)
	e.uint(seq)
	e.uint(uint64(p.in.id))
	e.text(p.name)
	e.text(p.to)
}

// unpacked appends a stepWhole.
func (e *encoder) unpacked(seq uint64, s dirfd.Stat) {
	e.byte(stepWhole)
	e.uint(seq)
	e.uint(s.Dev)
	e.uint(s.Ino)
	e.time(s.Ctime)
}

// decoder reads what encoder wrote. After the first error all reads return zero values.
type decoder struct {
	bytes []byte
	err   error
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = fmt.Errorf("%w: a record ends too early", ErrCorrupt)
	}
	d.bytes = nil
}

func (d *decoder) byte() byte {
	if len(d.bytes) == 0 {
		d.fail()
		return 0
	}
	b := d.bytes[0]
	d.bytes = d.bytes[1:]
	return b
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.bytes)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.bytes = d.bytes[size:]
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.bytes)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.bytes = d.bytes[size:]
	return n
}

func (d *decoder) raw() []byte {
	n := d.uint()
	if n > uint64(len(d.bytes)) {
		d.fail()
		return nil
	}
	b := d.bytes[:n:n]
	d.bytes = d.bytes[n:]
	return b
}

func (d *decoder) text() string { return string(d.raw()) }

func (d *decoder) time() time.Time {
	seconds := d.int()
	return time.Unix(seconds, int64(d.uint()))
}

// step reads one step, with the mark before it; d.bytes is empty after the last one.
func (d *decoder) step() (step, error) {
	s := step{kind: d.byte()}
	if s.kind == stepMark {
		s.mark, s.marked = mark{size: d.int(), mtime: d.int(), birth: d.int()}, true
		s.kind = d.byte()
	}
	switch s.kind {
	case stepFolder:
		s.id, s.parent, s.name, s.made = uint32(d.uint()), uint32(d.uint()), d.raw(), d.bool()
		s.stat = dirfd.Stat{Dev: d.uint(), Ino: d.uint(), Mode: uint32(d.uint()), UID: uint32(d.uint()), GID: uint32(d.uint())}
		s.stat.Atime, s.stat.Mtime = d.time(), d.time()
	case stepMove, stepCopy, stepDropped:
		s.seq, s.from, s.to, s.dev, s.ino = d.uint(), uint32(d.uint()), uint32(d.uint()), d.uint(), d.uint()
		s.name, s.newName = d.raw(), d.raw()
		if len(s.newName) == 0 {
			s.newName = s.name
		}
	case stepRemove:
		s.id, s.xattrs = uint32(d.uint()), d.raw()
	case stepVolume:
		s.id, s.mark.birth, s.volume = uint32(d.uint()), d.int(), d.uint()
	case stepEntries:
		s.seq = d.uint()
		s.first, s.entries = d.entries()
	case stepLooks:
		s.seq, s.stat.Mode, s.stat.UID, s.stat.GID = d.uint(), uint32(d.uint()), uint32(d.uint()), uint32(d.uint())
		s.stat.Atime, s.stat.Mtime, s.xattrs = d.time(), d.time(), d.raw()
	case stepCopied, stepReturn, stepPlaced:
		s.seq, s.dev, s.ino = d.uint(), d.uint(), d.uint()
	case stepWhole:
		s.seq, s.dev, s.ino = d.uint(), d.uint(), d.uint()
		s.stat.Ctime = d.time()
	case stepByLink:
	case stepFailed:
		s.seq = d.uint()
	case stepUnpack:
		s.seq, s.to, s.name, s.newName = d.uint(), uint32(d.uint()), d.raw(), d.raw()
	default:
		d.fail()
	}
	return s, d.err
}
