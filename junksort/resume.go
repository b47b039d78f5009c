package junksort

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/undo"
)

// ErrResumeApply reports a run of Apply that cannot go on: the journal does not hold the plan.
var ErrResumeApply = errors.New(
	"what the plan had moved so far stays moved; apply the plan again for the rest, or undo the run")

// Resume finishes the newest run of dir if it was killed or interrupted, be it a sort or an undo: with the same options
// and as the same run, so that one undo undoes all of it. ErrNothing reports that there is nothing to finish. A run of
// Apply is brought into a known state and ended, with ErrResumeApply.
func Resume(ctx context.Context, dir string, observer Observer) (Summary, error) {
	look, err := open(dir, Options{}, observer)
	if err != nil {
		return Summary{}, err
	}
	defer look.close()
	if look.state, err = journal.Open(look.dirFD, false); err != nil {
		return Summary{}, err
	}
	numbers, err := look.state.Numbers()
	if err != nil {
		return Summary{}, err
	}
	if len(numbers) == 0 {
		return Summary{}, ErrNothing
	}
	last := numbers[len(numbers)-1]
	run, err := look.state.Summary(last)
	if err != nil {
		return Summary{}, wrapRun(last, err)
	}
	if !run.Resumable() {
		return Summary{}, ErrNothing
	}
	h, err := look.state.History(last)
	if err != nil {
		return Summary{}, wrapRun(last, err)
	}
	if run.State == Undoing {
		defer h.Close()
		err := undo.Run(ctx, h, look.where())
		summary := look.reporter.Snapshot()
		summary.Run = last
		return summary, err
	}
	if run.Command == "apply" {
		defer h.Close()
		return Summary{Run: last}, errors.Join(wrapIf(last, undo.Settle(ctx, h, look.where())), wrapRun(last, ErrResumeApply))
	}
	if run.Command == "rename" {
		defer h.Close()
		look.reporter.Expect(run.Files)
		err := wrapIf(last, undo.Settle(ctx, h, look.where()))
		summary := look.reporter.Snapshot()
		summary.Run, summary.Moved = last, h.Moved()
		return summary, err
	}
	return goOn(ctx, h, look, observer)
}

// goOn continues the run of h, whose lock look holds.
func goOn(ctx context.Context, h *journal.History, look *session, observer Observer) (Summary, error) {
	defer h.Close()
	if !h.Begun() {
		return Summary{}, ErrNothing // killed before it had written or done anything
	}
	if err := undo.Recover(ctx, h, look.where()); err != nil {
		return Summary{}, wrapRun(h.Run, err)
	}
	moved, err := undo.CarriedOut(h, look.where())
	if err != nil {
		return Summary{}, wrapRun(h.Run, err)
	}
	options, err := optionsOf(h.Options)
	if err != nil {
		return Summary{}, wrapRun(h.Run, err)
	}
	s, err := open(look.dir, options, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	s.state, look.state = look.state, nil
	if s.journal, err = h.Renew(); err != nil {
		return Summary{}, wrapRun(h.Run, err)
	}
	s.earlier, s.resumed = moved, true
	return s.finish(s.pass(ctx))
}
