package undo

import (
	"context"

	"github.com/pythonweb/goweb/junksort/internal/journal"
)

// kind is what an undo and the recovery of a killed run do with one kind of step.
type kind interface {
	// look looks at what the step has made, ahead of the goroutine that undoes it.
	look(u *undoer, s *journal.Step)
	// undo takes the step back. An error ends the undo; what concerns one file is a result.
	undo(ctx context.Context, u *undoer, s *journal.Step) error
	// recover brings what a killed run was at into a known state: it is done, or it was never begun.
	recover(u *undoer, s *journal.Step) error
	// carriedOut reports whether the step has moved a file. Only of late ones, which may have been written down and no
	// more, the file system has to tell.
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
