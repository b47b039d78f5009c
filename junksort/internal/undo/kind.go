package undo

import (
	"context"

	"github.com/pythonweb/goweb/junksort/internal/journal"
)

// kind is how one kind of step is undone, and recovered after a kill.
type kind interface {
	// look looks at what the step has made, in advance for the goroutine that undoes it.
	look(u *undoer, s *journal.Step)
	// undo takes the step back. An error ends the undo; what concerns one file is a result.
	undo(ctx context.Context, u *undoer, s *journal.Step) error
	// recover brings what a killed run was doing into a known state: it is done, or it was never begun.
	recover(u *undoer, s *journal.Step) error
	// carriedOut reports whether the step has moved a file. For late steps, which may have been journaled and not carried
	// out, the file system has to tell.
	carriedOut(u *undoer, s *journal.Step, late bool) bool
}

// kinds are the steps that change more than a journal.
var kinds = [256]kind{
	journal.StepMove:    moving{},
	journal.StepDropped: moving{},
	journal.StepCopy:    copying{},
	journal.StepUnpack:  unpacking{},
	journal.StepRelink:  relinking{},
}
