package journal

import (
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/order"
)

// The steps of moves.
const (
	StepMove    byte = 'M' // intent: rename
	StepDropped byte = 'P' // as stepMove, of a duplicate that is put aside
	StepFailed  byte = 'X' // fact: an intent was not carried out
	stepByLink  byte = 'L' // fact: from here on files are linked and unlinked, because there is no safe rename
	stepPlanned byte = 'Y' // fact: all intents of a renaming are written
)

// moveKind is the kind of StepMove and StepDropped.
type moveKind struct{}

func (moveKind) decode(d *decoder, s *Step) {
	s.Seq, s.From, s.To, s.Dev, s.ino = d.uint(), uint32(d.uint()), uint32(d.uint()), d.uint(), d.uint()
	s.Name, s.NewName = d.raw(), d.raw()
	if len(s.NewName) == 0 {
		s.NewName = s.Name
	}
}

func (moveKind) learn(h *Learned, s *Step) error {
	if h.ByID[s.From] == nil || h.ByID[s.To] == nil {
		return ErrCorrupt
	}
	h.nextMove = max(h.nextMove, s.Seq+1)
	return nil
}

func (moveKind) files() int { return 1 }

// move appends the intent m. An unchanged name is written once.
func (e *encoder) move(m *order.Move) {
	if m.Marked {
		e.mark(m.Mark)
	}
	kind := StepMove
	if m.Copy {
		kind = StepCopy
	} else if m.Drop {
		kind = StepDropped
	}
	e.byte(kind)
	e.uint(m.Seq)
	e.uint(uint64(m.From.ID))
	e.uint(uint64(m.To.ID))
	e.uint(m.Dev)
	e.uint(m.Ino)
	e.raw(m.Name.Bytes())
	if &m.Name[0] == &m.NewName[0] {
		e.uint(0)
	} else {
		e.raw(m.NewName.Bytes())
	}
}

// failedKind is the kind of StepFailed.
type failedKind struct{}

func (failedKind) decode(d *decoder, s *Step) {
	s.Seq = d.uint()
}

func (failedKind) learn(h *Learned, s *Step) error {
	h.Failed[s.Seq] = true
	return nil
}

func (failedKind) files() int { return -1 }

// fact appends a stepCopied or stepReturn (with the new file's identity) or a stepFailed.
func (e *encoder) fact(kind byte, seq uint64, s dirfd.Stat) {
	if kind != StepFailed {
		e.mark(identity.MarkOf(s))
	}
	e.byte(kind)
	e.uint(seq)
	if kind != StepFailed {
		e.uint(s.Dev)
		e.uint(s.Ino)
	}
}

// byLinkKind is the kind of stepByLink.
type byLinkKind struct{ bare }

func (byLinkKind) learn(h *Learned, _ *Step) error {
	h.ByLink = true
	return nil
}

// plannedKind is the kind of stepPlanned.
type plannedKind struct{ bare }

func (plannedKind) learn(h *Learned, _ *Step) error {
	h.WholePlan = true
	return nil
}
