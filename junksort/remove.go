package junksort

import (
	"context"
	"errors"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// staysQuietly reports whether a folder stays for a reason that is no failure.
func staysQuietly(err error) bool { return errors.Is(err, dirfd.ErrMount) }

// removeEmpty removes the folders that hold nothing any more, the inner ones first. The kernel has the last word: a
// folder that somebody has put something into meanwhile stays.
func (c *committer) removeEmpty(ctx context.Context, t *tree, dest dirfd.Stat) error {
	var pending []*folder
	flush := func() error {
		err := c.removeAll(pending)
		pending = pending[:0]
		return err
	}
	var visit func(f *folder) (bool, error)
	visit = func(f *folder) (empty bool, err error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		empty = !f.stays && f.kept == 0 && f.left.Load() == 0
		for _, child := range f.children {
			gone, err := visit(child)
			if err != nil {
				return false, err
			}
			empty = empty && gone
			if gone && c.watch != nil {
				c.watch.empties(f)
			}
		}
		if !empty || f.parent == nil || f.stat.Same(dest) || c.watch != nil && !c.watch.mayGo(f) {
			return false, nil
		}
		pending = append(pending, f)
		if len(pending) < batchSize {
			return true, nil
		}
		return true, flush()
	}
	if _, err := visit(t.root); err != nil {
		return err
	}
	return flush()
}

// removeAll writes the intents down and removes the folders.
func (c *committer) removeAll(list []*folder) error {
	if len(list) == 0 {
		return nil
	}
	if err := c.journal.intendRemovals(list); err != nil {
		return err
	}
	for _, f := range list {
		_ = c.remove(f) // one that may not be removed, or holds something by now, stays
	}
	return nil
}

func (c *committer) remove(f *folder) error {
	c.handles.forget(f)
	parent, err := c.handles.acquire(f.parent)
	if err != nil {
		return err
	}
	defer c.handles.release(f.parent)
	s, err := parent.Lstat(f.name)
	if err != nil {
		return err
	}
	if !s.Same(f.stat) {
		return errChanged
	}
	if age := time.Since(s.Ctime); age < c.minAge { // somebody may be about to put something into it
		if c.watch != nil {
			c.watch.young(time.Now().Add(c.minAge - age))
		}
		return nil
	}
	if err := parent.Rmdir(f.name); err != nil {
		return err
	}
	if c.watch != nil {
		c.watch.gone(f)
		c.watch.empties(f.parent)
	}
	c.reporter.removedFolder()
	return nil
}
