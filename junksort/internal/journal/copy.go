package journal

import "github.com/pythonweb/goweb/junksort/dirfd"

// The steps of copies.
const (
	StepCopy   byte = 'C' // intent: copy to another file system, then unlink
	StepCopied byte = 'D' // fact: the copy is whole, under the temporary name or the final one
	StepReturn byte = 'B' // fact of an undo: the copy back is whole
	StepPlaced byte = 'E' // fact: the copy is being written under its final name, where no rename is safe
	stepLooks  byte = 'O' // fact: what a copy could not keep of its original
)

// copyKind is the kind of StepCopy, which reads as a move.
type copyKind struct{ moveKind }

func (k copyKind) learn(h *Learned, s *Step) error {
	h.Copying = true
	return k.moveKind.learn(h, s)
}

// copyFact is part of the kinds that say which file has come into being.
type copyFact struct{ still }

func (copyFact) decode(d *decoder, s *Step) {
	s.Seq, s.Dev, s.ino = d.uint(), d.uint(), d.uint()
}

// copiedKind is the kind of StepCopied.
type copiedKind struct{ copyFact }

func (copiedKind) learn(h *Learned, s *Step) error {
	h.Copied[s.Seq] = s.Identity()
	return nil
}

// returnKind is the kind of StepReturn.
type returnKind struct{ copyFact }

func (returnKind) learn(h *Learned, s *Step) error {
	h.Returned[s.Seq] = s.Identity()
	return nil
}

// placedKind is the kind of StepPlaced.
type placedKind struct{ copyFact }

func (placedKind) learn(h *Learned, s *Step) error {
	h.Placed[s.Seq] = s.Identity()
	if s.ino == 0 && h.last.state != Undoing {
		delete(h.Copied, s.Seq) // the copy under a temporary name has gone, and another one begins
	}
	return nil
}

// looksKind is the kind of stepLooks.
type looksKind struct{ still }

func (looksKind) decode(d *decoder, s *Step) {
	s.Seq, s.stat.Mode, s.stat.UID, s.stat.GID = d.uint(), uint32(d.uint()), uint32(d.uint()), uint32(d.uint())
	s.stat.Atime, s.stat.Mtime, s.xattrs = d.time(), d.time(), d.raw()
}

func (looksKind) learn(h *Learned, s *Step) error {
	h.Bare[s.Seq] = Looks{Stat: s.stat, Xattrs: append([]byte(nil), s.xattrs...)}
	return nil
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
