package junksort

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// place is a name in a folder.
type place struct {
	folder *folder
	name   string
}

// copies remembers where files with several names went, so that their copies have several names too.
type copies struct {
	mu    sync.Mutex
	first map[openFile]place // by the original's device and inode
}

func newCopies() *copies { return &copies{first: map[openFile]place{}} }

func (c *copies) find(id openFile) (place, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.first[id]
	return p, ok
}

func (c *copies) add(id openFile, p place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first[id] = p
}

// copyAll copies files to another file system, on all workers; names of one file one after the other.
func (c *committer) copyAll(ctx context.Context, list []*move) error {
	groups := map[openFile][]*move{}
	var order []openFile
	for _, m := range list {
		id := openFile{m.dev, m.ino}
		if groups[id] == nil {
			order = append(order, id)
		}
		groups[id] = append(groups[id], m)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.workers)
	for _, id := range order {
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
func (c *committer) copyOne(ctx context.Context, m *move) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	from, err := c.handles.acquire(m.from)
	if err != nil {
		return c.giveUp(m, err)
	}
	defer c.handles.release(m.from)
	c.making.Lock()
	to, err := c.handles.ensure(m.to)
	c.making.Unlock()
	if err != nil {
		return c.giveUp(m, err)
	}
	defer c.handles.release(m.to)

	r := &replica{
		handles: c.handles, copies: c.copies, from: from, name: m.name.String(), ino: m.ino, to: to,
		lossy: c.journal.options.Lossy, at: c.journal.options.seam,
	}
	err = c.make(ctx, m, r)
	if err == nil {
		err = c.put(ctx, m, r)
	}
	var stop fatal
	switch {
	case errors.As(err, &stop):
		return stop.error
	case err != nil:
		r.remove() // no partial file stays, and no double
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return c.giveUp(m, err)
	}
	if r.original.Links > 1 {
		c.copies.add(openFile{m.dev, m.ino}, place{m.to, m.newName.String()})
	}
	m.lost = r.lost
	c.done(m)
	return nil
}

// fatal is an error that ends the run, where others concern one file.
type fatal struct{ error }

// make makes the copy: under a name of its own, or under the final one where the file system cannot rename it there
// safely.
func (c *committer) make(ctx context.Context, m *move, r *replica) error {
	if c.places.has(m.to) {
		return c.makeInPlace(ctx, m, r)
	}
	r.temporary = partialName(c.journal.token, m.seq)
	return r.make(ctx)
}

// put gives the copy its final name, waits until that is on the disk, and removes the original.
func (c *committer) put(ctx context.Context, m *move, r *replica) error {
	if err := c.copied(m, r); err != nil {
		return err
	}
	for r.temporary != m.newName.String() {
		if err := r.at.step("copied"); err != nil {
			return err
		}
		err := rename(r.to, r.temporary, r.to, m.newName.String())
		switch {
		case err == nil:
			r.temporary = m.newName.String()
		case errors.Is(err, dirfd.ErrNoLink):
			r.remove()
			c.places.add(m.to)
			if err := c.makeInPlace(ctx, m, r); err != nil {
				return err
			}
			if err := c.copied(m, r); err != nil {
				return err
			}
		case errors.Is(err, fs.ErrExist) && !m.exact:
			if err := c.renumber(m); err != nil {
				return fatal{err}
			}
			if err := c.copied(m, r); err != nil {
				return err
			}
		default:
			return err
		}
	}
	if err := syncDir(r.to); err != nil {
		return err
	}
	if err := r.at.step("placed"); err != nil {
		return err
	}
	return r.finish()
}

// copied writes down that the copy is whole, and what it could not keep.
func (c *committer) copied(m *move, r *replica) error {
	var err error
	if r.differs {
		err = c.journal.looks(m.seq, r.original, r.xattrs)
	}
	if err == nil {
		err = c.journal.fact(stepCopied, m.seq, r.copied)
	}
	if err != nil {
		return fatal{err}
	}
	return nil
}

// makeInPlace makes the copy under its final name, which the kernel refuses if it is taken. The journal says so first.
func (c *committer) makeInPlace(ctx context.Context, m *move, r *replica) error {
	r.begun = func(s dirfd.Stat) error {
		if err := c.journal.fact(stepPlaced, m.seq, s); err != nil {
			return fatal{err}
		}
		return nil
	}
	for {
		r.temporary = m.newName.String()
		if err := r.begun(dirfd.Stat{}); err != nil {
			return err
		}
		err := r.make(ctx)
		if !errors.Is(err, fs.ErrExist) || m.exact || r.made != (dirfd.Stat{}) {
			return err
		}
		if err := c.renumber(m); err != nil {
			return fatal{err}
		}
	}
}

// places are the folders in which copies are written under their final names.
type places struct {
	mu      sync.Mutex
	folders map[*folder]bool
}

func (p *places) has(f *folder) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.folders[f]
}

func (p *places) add(f *folder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.folders == nil {
		p.folders = map[*folder]bool{}
	}
	p.folders[f] = true
}
