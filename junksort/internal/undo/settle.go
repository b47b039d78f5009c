package undo

import (
	"context"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Settle brings a killed or interrupted run into a known state: copies are complete or gone, an undo is done, and the
// journal has an end.
func Settle(ctx context.Context, h *journal.History, w Where) error {
	if !h.Begun() {
		return nil
	}
	if h.RunState() == journal.Undoing {
		quiet := w
		quiet.Handles, quiet.Reporter = tree.NewHandles(), &report.Reporter{}
		defer quiet.Handles.CloseAll()
		return Run(ctx, h, quiet)
	}
	if err := Recover(ctx, h, w); err != nil {
		return err
	}
	state := journal.Settled
	if h.Command == "rename" {
		if err := redo(ctx, h, w); err != nil {
			return err
		}
		if h.WholePlan {
			state = journal.Done
		}
	}
	moved, err := CarriedOut(h, w)
	if err != nil {
		return err
	}
	return h.Settled(state, moved)
}

// pipelined is how many batches may be written and not yet moved when a run is killed.
const pipelined = 4

// CarriedOut counts the files that the run has moved; for the last batches, which may not have been carried out, the
// file system tells.
func CarriedOut(h *journal.History, w Where) (int, error) {
	u := newLooker(h, w)
	defer u.handles.CloseAll()
	if err := u.adoptRoots(); err != nil {
		return 0, err
	}
	defer u.used.Release()
	count := 0
	for i, place := range h.Places {
		steps, err := h.Steps(place)
		if err != nil {
			return 0, err
		}
		for j := range steps {
			step := &steps[j]
			k := kinds[step.Kind]
			if k != nil && !h.Failed[step.Seq] && k.carriedOut(u, step, i >= len(h.Places)-pipelined-1) {
				count++
			}
		}
	}
	return count, nil
}

// redo finishes a killed renaming: files that do not have their new names yet get them. A run that had not journaled
// all of its plan has renamed nothing.
func redo(ctx context.Context, h *journal.History, w Where) error {
	if !h.WholePlan {
		return nil
	}
	u := newLooker(h, w)
	defer u.handles.CloseAll()
	if err := u.adoptRoots(); err != nil {
		return err
	}
	defer u.used.Release()
	for _, place := range h.Places {
		steps, err := h.Steps(place)
		if err != nil {
			return err
		}
		for i := range steps {
			step := &steps[i]
			if step.Kind != journal.StepMove || h.Failed[step.Seq] || u.arrived(step) {
				continue
			}
			if from := u.ByID[step.From]; u.lies(from, step) {
				fd, err := u.open(from)
				if err != nil {
					continue // the user has removed the folder
				}
				if err := u.rename(fd, dirfd.NameOf(string(step.Name)), fd,
					dirfd.NameOf(string(step.NewName))); err != nil {
					w.Reporter.Result(report.Failure(from.Join(string(step.Name)), err))
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}
