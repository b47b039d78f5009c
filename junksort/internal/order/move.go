// Package order describes moves: which file goes where, under which name, in batches that are journaled together.
package order

import (
	"strings"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Move is one file on its way.
type Move struct {
	From    *tree.Folder
	Name    dirfd.Name
	To      *tree.Folder
	NewName dirfd.Name
	Dev     uint64
	Ino     uint64
	Mark    identity.Mark
	Marked  bool
	Copy    bool       // to is on another file system
	Exact   bool       // if newName is taken, no other one is looked for
	Drop    bool       // a duplicate, put aside
	Between bool       // newName is temporary, and the move is not reported
	Was     dirfd.Name // the name before an earlier move of the same run; nil without one
	Family  dirfd.Name // the name that was wanted
	Number  uint32     // of newName; 0 or 1 for the name without a number
	Seq     uint64     // in the journal
	Lost    []string   // what a copy could not keep
}

// Aside returns the word that a plan has for a file that goes out of the user's sight; empty for others.
func (m *Move) Aside() string {
	switch {
	case m.Drop:
		return "drop"
	case m.To.Trash:
		return "trash"
	}
	return ""
}

// Action returns the action that a Result of the move has.
func (m *Move) Action() report.Action {
	if m.Drop {
		return report.PutAside
	}
	return report.Moved
}

// Imperfect reports whether the file arrived without some of what it had.
func (m *Move) Imperfect() bool { return len(m.Lost) > 0 }

// Result returns the result of the move once it is made; its paths are built only here.
func (m *Move) Result() report.Result {
	from := m.Name
	if m.Was != nil {
		from = m.Was
	}
	return report.Result{
		Action: m.Action(), From: m.From.Join(from.String()), To: m.To.Join(m.NewName.String()),
		Reason: lossText(m.Lost),
	}
}

func lossText(lost []string) string {
	if len(lost) == 0 {
		return ""
	}
	return "without " + strings.Join(lost, ", ")
}

// Batch is a number of moves that are journaled together. Batches are reused: names is valid for one round.
type Batch struct {
	Moves []Move
	Names []byte
}

// BatchSize is how many moves are journaled together at most.
const BatchSize = 1024

// NewBatch returns an empty batch.
func NewBatch() *Batch {
	return &Batch{Moves: make([]Move, 0, BatchSize), Names: make([]byte, 0, 16<<10)}
}

// Reset empties b, to be filled again.
func (b *Batch) Reset() {
	clear(b.Moves)
	b.Moves, b.Names = b.Moves[:0], b.Names[:0]
}

// Full reports whether b is to be handed on.
func (b *Batch) Full() bool { return len(b.Moves) >= BatchSize }

// Look records what the file is now. That it has gone or is something else by now is noticed when it is to be moved.
func (m *Move) Look(fd dirfd.FD) {
	if s, err := fd.LookAt(m.Name); err == nil && s.Kind() == dirfd.Regular {
		m.Ino, m.Mark, m.Marked = s.Ino, identity.MarkOf(s), true
	}
}
