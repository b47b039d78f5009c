package journal

import "github.com/pythonweb/goweb/junksort/internal/tree"

// StepRelink is the intent to point a relative link to where its file is now.
const StepRelink byte = 'K'

// Relinking is the intent to point a link somewhere else.
type Relinking struct {
	In        *tree.Folder
	Name      string
	Now, Then string // where it leads
}

// IntendRelink records that a link is about to be rewritten.
func (j *Writer) IntendRelink(l Relinking) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.folder(l.In)
	seq := j.moves
	j.moves++
	j.pending.relink(seq, l)
	return seq, j.write()
}

// relinkKind is the kind of StepRelink.
type relinkKind struct{ still }

func (relinkKind) decode(d *decoder, s *Step) {
	s.Seq, s.From, s.Name, s.Target, s.NewName = d.uint(), uint32(d.uint()), d.raw(), d.raw(), d.raw()
}

func (relinkKind) learn(h *Learned, s *Step) error {
	if h.ByID[s.From] == nil {
		return ErrCorrupt
	}
	h.nextMove = max(h.nextMove, s.Seq+1)
	return nil
}

// relink appends the intent to rewrite a link.
func (e *encoder) relink(seq uint64, l Relinking) {
	e.byte(StepRelink)
	e.uint(seq)
	e.uint(uint64(l.In.ID))
	e.text(l.Name)
	e.text(l.Now)
	e.text(l.Then)
}
