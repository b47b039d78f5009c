package junksort

import (
	"context"
	"errors"
	"slices"

	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/undo"
)

// Undo gives every file that a run has moved its old place and name, makes the removed folders again and gives folders
// their old times. It works on any run in any state, even one that was killed, and on an undo that was killed. A run of
// 0 means the newest one that is not undone; ErrNothing means that there is none.
//
// What the user has made since stays: a file whose old name is taken, or that is no longer where the run put it, is
// Left.
func Undo(ctx context.Context, dir string, run int, observer Observer) (Summary, error) {
	s, err := open(dir, Options{}, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if s.state, err = journal.Open(s.dirFD, false); err != nil {
		return Summary{}, err
	}
	which, err := toUndo(s.state, run)
	if err != nil {
		return Summary{}, err
	}
	h, err := s.state.History(which.Run)
	if err != nil {
		return Summary{}, wrapRun(which.Run, err)
	}
	defer h.Close()
	s.reporter.Expect(which.Files)
	err = undo.Run(ctx, h, s.where())
	summary := s.reporter.Snapshot()
	summary.Run = h.Run
	return summary, err
}

// PreviewUndo calls visit for every file that Undo would return or leave, and changes nothing.
func PreviewUndo(ctx context.Context, dir string, run int, visit func(Result) error) (Summary, error) {
	var failure error
	s, err := open(dir, Options{}, Observer{Result: func(r Result) {
		if failure == nil {
			failure = visit(r)
		}
	}})
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if s.state, err = journal.Read(s.dirFD); err != nil {
		return Summary{}, err
	}
	which, err := toUndo(s.state, run)
	if err != nil {
		return Summary{}, err
	}
	h, err := s.state.ReadHistory(which.Run)
	if err != nil {
		return Summary{}, wrapRun(which.Run, err)
	}
	defer h.Close()
	err = errors.Join(undo.Preview(ctx, h, s.where()), failure)
	summary := s.reporter.Snapshot()
	summary.Run = h.Run
	return summary, err
}

// toUndo finds the run that is to be undone.
func toUndo(s *journal.Store, run int) (journal.Summary, error) {
	numbers, err := s.Numbers()
	if err != nil {
		return journal.Summary{}, err
	}
	for _, n := range slices.Backward(numbers) {
		if run != 0 && n != run {
			continue
		}
		r, err := s.Summary(n)
		if err != nil {
			return journal.Summary{}, damaged(n, err)
		}
		if r.State != Undone {
			return r, nil
		}
	}
	return journal.Summary{}, ErrNothing
}
