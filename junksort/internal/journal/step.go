package journal

import (
	"bytes"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// stepMark is the fact of size, modification and birth of the file of the next step.
const stepMark byte = 'I'

// Step is one step of a record of kind recordSteps; which fields are set depends on its kind.
type Step struct {
	Kind     byte
	id       uint32 // stepFolder, stepRemove
	parent   uint32 // stepFolder; 0 for a folder named by its absolute path
	Name     []byte // stepFolder; of the file before a move
	made     bool   // stepFolder: by this run
	stat     dirfd.Stat
	xattrs   []byte
	From, To uint32 // folders of a move
	NewName  []byte // of the file after a move; where a link leads after a relink
	Target   []byte // where a link pointed before
	Seq      uint64 // number of the intent in the run
	ino, Dev uint64
	mark     identity.Mark
	marked   bool
	volume   uint64      // stepVolume
	first    bool        // stepEntries
	entries  []Entry     // stepEntries
	Found    *dirfd.Stat // by an undo: what has the new name now
}

// Identity returns what the step knows of its file.
func (s *Step) Identity() identity.File {
	return identity.File{Dev: s.Dev, Ino: s.ino, Mark: s.mark, Marked: s.marked}
}

// Between reports whether the file had a temporary name before the step.
func (s *Step) Between() bool { return bytes.HasPrefix(s.Name, []byte(tree.UnfinishedPrefix)) }

// kind is one kind of step. A new one is a type here, a row in kinds, and what an undo does with it.
type kind interface {
	// decode reads what follows the byte of the kind.
	decode(d *decoder, s *Step)
	// learn takes a step into account that was read, or reports ErrCorrupt.
	learn(h *Learned, s *Step) error
	// files returns how many files the step says are moved, below zero where it says that one is not.
	files() int
}

// still is part of the kinds that move no file.
type still struct{}

func (still) files() int { return 0 }

// bare is part of the kinds that say all by being there.
type bare struct{ still }

func (bare) decode(*decoder, *Step) {}

// mark appends a stepMark, for the step that follows.
func (e *encoder) mark(m identity.Mark) {
	e.byte(stepMark)
	e.int(m.Size)
	e.int(m.Mtime)
	e.int(m.Birth)
}

// bare appends a stepByLink or a stepPlanned.
func (e *encoder) bare(kind byte) { e.byte(kind) }
