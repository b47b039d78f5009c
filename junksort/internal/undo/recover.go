package undo

import (
	"context"

	"github.com/pythonweb/goweb/junksort/internal/journal"
)

// Recover brings the copies of a killed run into a known state: unfinished ones are removed and, if both a file's
// original and its copy are there and still the same, the copy is removed.
func Recover(ctx context.Context, h *journal.History, w Where) error {
	if !h.Copying {
		return nil
	}
	u := newLooker(h, w)
	defer u.handles.CloseAll()
	if err := u.adoptRoots(); err != nil {
		return err
	}
	for _, place := range h.Places {
		steps, err := h.Steps(place)
		if err != nil {
			return err
		}
		for i := range steps {
			if err := ctx.Err(); err != nil {
				return err
			}
			if k := kinds[steps[i].Kind]; k != nil {
				if err := k.recover(u, &steps[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
