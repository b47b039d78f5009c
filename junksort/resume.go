package junksort

import (
	"context"
	"errors"
)

// Resume finishes the newest run of dir if it was killed or interrupted, be it a sort or an undo: with the same
// options and as the same run, so that one undo undoes all of it. ErrNothing reports that there is nothing to finish.
// A run of Apply is put in order and ended, with ErrResumeApply.
func Resume(ctx context.Context, dir string, observer Observer) (Summary, error) {
	look, err := open(dir, Options{}, observer)
	if err != nil {
		return Summary{}, err
	}
	defer look.close()
	if look.state, err = openState(look.dirFD, false); err != nil {
		return Summary{}, err
	}
	numbers, err := look.state.numbers()
	if err != nil {
		return Summary{}, err
	}
	if len(numbers) == 0 {
		return Summary{}, ErrNothing
	}
	last := numbers[len(numbers)-1]
	run, err := look.state.summary(last)
	if err != nil {
		return Summary{}, wrapRun(last, err)
	}
	if !run.resumable() {
		return Summary{}, ErrNothing
	}
	h, err := look.state.openJournal(last)
	if err != nil {
		return Summary{}, wrapRun(last, err)
	}
	if run.State == Undoing {
		defer h.file.Close()
		err := h.undo(ctx, look)
		summary := look.reporter.snapshot()
		summary.Run = last
		return summary, err
	}
	if run.Command == "apply" {
		defer h.file.Close()
		return Summary{Run: last}, errors.Join(h.settle(ctx, look), wrapRun(last, ErrResumeApply))
	}
	return h.resume(ctx, look, observer)
}

// resume goes on with the run of h, whose lock look holds.
func (h *history) resume(ctx context.Context, look *session, observer Observer) (Summary, error) {
	defer h.file.Close()
	if h.head.run == 0 {
		return Summary{}, ErrNothing // killed before it had written or done anything
	}
	if err := h.recoverCopies(ctx, look); err != nil {
		return Summary{}, wrapRun(h.run, err)
	}
	moved, err := h.carriedOut(look)
	if err != nil {
		return Summary{}, wrapRun(h.run, err)
	}
	s, err := open(look.dir, h.options, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	s.state, look.state = look.state, nil
	if err := h.renew(); err != nil {
		return Summary{}, wrapRun(h.run, err)
	}
	s.journal = &h.journal
	s.journal.earlier, s.journal.resumed = moved, true
	return s.finish(s.pass(ctx))
}

// renew gives a journal of the first edition what names of unfinished work need now.
func (h *history) renew() (err error) {
	if h.token != "" {
		return nil
	}
	if h.token, err = newToken(h.state.dir, h.run); err != nil {
		return err
	}
	h.head.token = h.token
	return h.writer.Append(recordBegin, h.head.encode())
}

// settle leaves a killed or interrupted run in a known state: copies are whole or gone, an undo is done, and the
// journal has an end.
func (h *history) settle(ctx context.Context, s *session) error {
	if h.head.run == 0 {
		return nil
	}
	if h.last.state == Undoing {
		quiet := &session{
			options: s.options, dir: s.dir, root: s.root, dirFD: s.dirFD, handles: newHandles(), reporter: &reporter{},
			state: s.state, rules: s.rules, copies: s.copies,
		}
		defer quiet.handles.closeAll()
		return wrapIf(h.run, h.undo(ctx, quiet))
	}
	if err := h.recoverCopies(ctx, s); err != nil {
		return wrapRun(h.run, err)
	}
	moved, err := h.carriedOut(s)
	if err != nil {
		return wrapRun(h.run, err)
	}
	return wrapIf(h.run, h.note(recordEnd, end{state: Settled, files: uint64(moved)}))
}

func wrapIf(run int, err error) error {
	if err == nil {
		return nil
	}
	return wrapRun(run, err)
}

// pipelined is how many batches may be written and not yet moved when a run is killed.
const pipelined = 4

// carriedOut counts the files that the run has moved: of the last batches, which may not have been carried out, the
// file system tells.
func (h *history) carriedOut(s *session) (int, error) {
	u := h.newUndoer(s)
	u.handles, u.reporter = newHandles(), &reporter{}
	defer u.handles.closeAll()
	if err := u.adoptRoots(s); err != nil {
		return 0, err
	}
	defer u.releaseAll()
	count := 0
	for i, place := range h.places {
		steps, err := h.steps(place)
		if err != nil {
			return 0, err
		}
		for j := range steps {
			step := &steps[j]
			switch step.kind {
			case stepMove, stepDropped:
				if !h.failed[step.seq] && (i < len(h.places)-pipelined-1 || u.arrived(step)) {
					count++
				}
			case stepCopy:
				if _, copied := h.copied[step.seq]; copied && !h.failed[step.seq] {
					count++
				}
			}
		}
	}
	return count, nil
}

// arrived reports whether the file is where the run was to put it.
func (u *undoer) arrived(s *step) bool {
	if len(u.used) >= maxUsed {
		u.releaseAll()
	}
	to := u.byID[s.to]
	fd, ok := u.used[to]
	if !ok {
		var err error
		if fd, err = u.handles.acquire(to); err != nil {
			return false
		}
		u.used[to] = fd
	}
	return u.judge(to, fd, s) != another
}
