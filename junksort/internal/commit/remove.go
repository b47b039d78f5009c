package commit

import (
	"context"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// RemoveEmpty removes the folders that have become empty, the inner ones first. The kernel decides: a folder that
// somebody has put something into meanwhile stays.
func (c *Committer) RemoveEmpty(ctx context.Context, t *tree.Tree, dest dirfd.Stat) error {
	var pending []*tree.Folder
	flush := func() error {
		err := c.removeAll(pending)
		pending = pending[:0]
		return err
	}
	var visit func(f *tree.Folder) (bool, error)
	visit = func(f *tree.Folder) (empty bool, err error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		empty = !f.Stays && f.Kept == 0 && f.Left.Load() == 0
		for _, child := range f.Children {
			gone, err := visit(child)
			if err != nil {
				return false, err
			}
			empty = empty && gone
			if gone && c.Watch != nil {
				c.Watch.Empties(f)
			}
		}
		if !empty || f.Parent == nil || f.Stat.Same(dest) || c.Watch != nil && !c.Watch.MayGo(f) {
			return false, nil
		}
		pending = append(pending, f)
		if len(pending) < order.BatchSize {
			return true, nil
		}
		return true, flush()
	}
	if _, err := visit(t.Root); err != nil {
		return err
	}
	return flush()
}

// removeAll journals the intents and removes the folders.
func (c *Committer) removeAll(list []*tree.Folder) error {
	if len(list) == 0 {
		return nil
	}
	if err := c.Journal.IntendRemovals(list); err != nil {
		return err
	}
	if err := c.At.Step("removal intended"); err != nil {
		return err
	}
	for _, f := range list {
		_ = c.remove(f) // one that may not be removed, or holds something by now, stays
	}
	return nil
}

func (c *Committer) remove(f *tree.Folder) error {
	c.Handles.Forget(f)
	parent, err := c.Handles.Acquire(f.Parent)
	if err != nil {
		return err
	}
	defer c.Handles.Release(f.Parent)
	s, err := parent.Lstat(f.Name)
	if err != nil {
		return err
	}
	if !s.Same(f.Stat) {
		return identity.ErrChanged
	}
	if age := time.Since(s.Ctime); age < c.MinAge { // somebody may be about to put something into it
		if c.Watch != nil {
			c.Watch.Young(time.Now().Add(c.MinAge - age))
		}
		return nil
	}
	if err := parent.Rmdir(f.Name); err != nil {
		return err
	}
	c.Links.Gone(f)
	if c.Watch != nil {
		c.Watch.Gone(f)
		c.Watch.Empties(f.Parent)
	}
	c.Reporter.RemovedFolder()
	return nil
}
