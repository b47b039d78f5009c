package commit

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// copyAll copies files to another file system, on all workers; hard links to one file one after the other.
func (c *Committer) copyAll(ctx context.Context, list []*order.Move) error {
	groups := map[dirfd.ID][]*order.Move{}
	var ids []dirfd.ID
	for _, m := range list {
		id := dirfd.ID{Dev: m.Dev, Ino: m.Ino}
		if groups[id] == nil {
			ids = append(ids, id)
		}
		groups[id] = append(groups[id], m)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Workers)
	for _, id := range ids {
		group.Go(func() error {
			for _, m := range groups[id] {
				if err := c.copyOne(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// copyOne copies one file, proves that the copy is whole and on the disk, and only then removes the original.
func (c *Committer) copyOne(ctx context.Context, m *order.Move) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	from, err := c.Handles.Acquire(m.From)
	if err != nil {
		return c.giveUp(m, err)
	}
	defer c.Handles.Release(m.From)
	c.making.Lock()
	to, err := c.Handles.Ensure(m.To)
	c.making.Unlock()
	if err != nil {
		return c.giveUp(m, err)
	}
	defer c.Handles.Release(m.To)

	r := &carry.Replica{
		Handles: c.Handles, Copies: c.Copies, From: from, Name: m.Name.String(), Ino: m.Ino, To: to,
		Lossy: c.Lossy, At: c.At,
	}
	err = c.make(ctx, m, r)
	if err == nil {
		err = c.put(ctx, m, r)
	}
	var stop report.Fatal
	switch {
	case errors.As(err, &stop):
		return stop.Err
	case err != nil:
		r.Remove() // neither a partial file nor a duplicate stays
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return c.giveUp(m, err)
	}
	if r.Original.Links > 1 {
		c.Copies.Add(dirfd.ID{Dev: m.Dev, Ino: m.Ino}, carry.Place{Folder: m.To, Name: m.NewName.String()})
	}
	m.Lost = r.Lost
	c.done(m)
	return nil
}

// make makes the copy: under a temporary name, or under the final one if the file system cannot rename safely.
func (c *Committer) make(ctx context.Context, m *order.Move, r *carry.Replica) error {
	if c.places.has(m.To) {
		return c.makeInPlace(ctx, m, r)
	}
	r.Temporary = tree.PartialName(c.Journal.Token(), m.Seq)
	return r.Make(ctx)
}

// put gives the copy its final name, waits until that is on the disk, and removes the original.
func (c *Committer) put(ctx context.Context, m *order.Move, r *carry.Replica) error {
	if err := c.copied(m, r); err != nil {
		return err
	}
	for r.Temporary != m.NewName.String() {
		err := r.At.Step("copied")
		if err == nil {
			err = carry.Rename(r.To, r.Temporary, r.To, m.NewName.String())
		}
		switch {
		case err == nil:
			r.Temporary = m.NewName.String()
		case errors.Is(err, dirfd.ErrNoLink):
			r.Remove()
			c.places.add(m.To)
			if err := c.makeInPlace(ctx, m, r); err != nil {
				return err
			}
			if err := c.copied(m, r); err != nil {
				return err
			}
		case errors.Is(err, fs.ErrExist) && !m.Exact:
			if err := c.renumber(m); err != nil {
				return report.Fatal{Err: err}
			}
			if err := c.copied(m, r); err != nil {
				return err
			}
		default:
			return err
		}
	}
	if err := carry.SyncDir(r.To); err != nil {
		return err
	}
	if err := r.At.Step("placed"); err != nil {
		return err
	}
	return r.Finish()
}

// copied journals that the copy is complete, and what it could not keep.
func (c *Committer) copied(m *order.Move, r *carry.Replica) error {
	var err error
	if r.Differs {
		err = c.Journal.Looks(m.Seq, r.Original, r.Xattrs)
	}
	if err == nil {
		err = c.Journal.Fact(journal.StepCopied, m.Seq, r.Copied)
	}
	if err != nil {
		return report.Fatal{Err: err}
	}
	return nil
}

// makeInPlace makes the copy under its final name, which the kernel refuses if that is taken. It is journaled first.
func (c *Committer) makeInPlace(ctx context.Context, m *order.Move, r *carry.Replica) error {
	r.Begun = func(s dirfd.Stat) error {
		if err := c.Journal.Fact(journal.StepPlaced, m.Seq, s); err != nil {
			return report.Fatal{Err: err}
		}
		return nil
	}
	for {
		r.Temporary = m.NewName.String()
		if err := r.Begun(carry.Intended()); err != nil {
			return err
		}
		if err := r.At.Step("about to create"); err != nil {
			return err
		}
		err := r.Make(ctx)
		if !errors.Is(err, fs.ErrExist) || m.Exact || r.Made != (dirfd.Stat{}) {
			return err
		}
		if err := c.renumber(m); err != nil {
			return report.Fatal{Err: err}
		}
	}
}

// places are the folders in which copies are written under their final names.
type places struct {
	mu      sync.Mutex
	folders map[*tree.Folder]bool
}

func (p *places) has(f *tree.Folder) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.folders[f]
}

func (p *places) add(f *tree.Folder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.folders == nil {
		p.folders = map[*tree.Folder]bool{}
	}
	p.folders[f] = true
}
