package undo

import (
	"context"
	"slices"

	"github.com/pythonweb/goweb/junksort/internal/journal"
	"golang.org/x/sync/errgroup"
)

// Preview reports what an undo of the run of h would do, and changes nothing.
func Preview(ctx context.Context, h *journal.History, w Where) error {
	u := newUndoer(h, w)
	u.dry = true
	if err := u.adoptRoots(); err != nil {
		return err
	}
	return u.moves(ctx)
}

// Run undoes the run of h and journals that.
func Run(ctx context.Context, h *journal.History, w Where) error {
	// Before the folders are opened here: recovery has handles of its own, and closes them.
	if was := h.RunState(); was == "" || was == journal.Interrupted || was == journal.Undoing {
		if err := Recover(ctx, h, w); err != nil {
			return err
		}
	}
	u := newUndoer(h, w)
	if err := u.adoptRoots(); err != nil {
		return err
	}
	if err := h.Undone(journal.Undoing, 0); err != nil {
		return err
	}
	if err := u.moves(ctx); err != nil {
		return err
	}
	u.folders()
	state := journal.Undone
	if u.reporter.Snapshot().Left > 0 {
		state = journal.PartlyUndone
	}
	return h.Undone(state, u.reporter.Snapshot().Returned)
}

// adoptRoots opens the folders that the journal names by path. Device numbers may have changed since, by a restart:
// what was DIR's device is DIR's device.
func (u *undoer) adoptRoots() error {
	for _, r := range u.Order {
		f := r.Folder
		f.Remake = !f.Made
		if f.Parent != nil {
			continue
		}
		if f.Name == "" {
			copied, err := u.dir.Dup()
			if err != nil {
				return err
			}
			if err := u.handles.Adopt(f, copied); err != nil {
				return err
			}
		} else if _, err := u.handles.Acquire(f); err != nil {
			continue // its files will be left, each with the reason
		}
		u.handles.Release(f)
		u.devices[r.Stat.Dev] = f.Stat.Dev
		u.compare(r)
	}
	return nil
}

// moves takes the files back, the last one first. While the files of one record are on their way, the next record is
// read and its files are looked for.
func (u *undoer) moves(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	read := make(chan []journal.Step, 1)
	group.Go(func() error {
		defer close(read)
		for _, place := range slices.Backward(u.Places) {
			steps, err := u.Steps(place)
			if err != nil {
				return err
			}
			for i := range steps {
				if k := kinds[steps[i].Kind]; k != nil && !u.Failed[steps[i].Seq] {
					k.look(u, &steps[i])
				}
			}
			select {
			case read <- steps:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	group.Go(func() error {
		defer u.used.Release()
		for steps := range read {
			for i := range slices.Backward(steps) {
				if err := u.takeBack(ctx, &steps[i]); err != nil {
					return err
				}
			}
			u.reporter.Tick()
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// takeBack undoes one step, if it was carried out.
func (u *undoer) takeBack(ctx context.Context, s *journal.Step) error {
	if k := kinds[s.Kind]; k != nil && !u.Failed[s.Seq] {
		return k.undo(ctx, u, s)
	}
	return nil
}
