package junksort

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// committer carries out what the planner planned, after the journal has it. One goroutine moves: on one file system
// the kernel lets only one rename between folders happen at a time anyway.
type committer struct {
	journal  *journal
	handles  *handles
	table    *category.Table
	workers  int
	reporter *reporter
	copies   *copies
	making   sync.Mutex           // held while a destination is made, which copying workers need too
	byLink   bool                 // the file system cannot rename without overwriting
	used     map[*folder]dirfd.FD // acquired for the current batch
	freight  *freight             // what there is to unpack afterwards
	unpacks  bool
	watch    *watcher // nil unless the tree is watched
	minAge   time.Duration
	registry *registry
	broken   *brokenArchives
	places   places // folders in which copies are written under their final names
}

// maxUsed bounds the folders that one batch keeps open at a time.
const maxUsed = 64

// write marks the files of b, so that an undo knows them again, and writes the intents down.
func (c *committer) write(b *batch) error {
	for i := 0; i < len(b.moves); {
		from := b.moves[i].from
		fd, err := c.handles.acquire(from)
		for ; i < len(b.moves) && b.moves[i].from == from; i++ {
			if err == nil {
				b.moves[i].look(fd)
			}
		}
		if err == nil {
			c.handles.release(from)
		}
	}
	return c.journal.intend(b)
}

// look notes what the file is now. One that is gone, or something else by now, is found out when it is to be moved.
func (m *move) look(fd dirfd.FD) {
	if s, err := fd.LookAt(m.name); err == nil && s.Kind() == dirfd.Regular {
		m.ino, m.mark, m.marked = s.Ino, markOf(s), true
	}
}

// move moves the files of b.
func (c *committer) move(ctx context.Context, b *batch) error {
	defer c.releaseAll()
	var across []*move
	for i := range b.moves {
		m := &b.moves[i]
		if m.copy {
			across = append(across, m)
			continue
		}
		if err := c.rename(ctx, m); err != nil {
			return err
		}
	}
	if len(across) > 0 {
		if err := c.copyAll(ctx, across); err != nil {
			return err
		}
	}
	c.reporter.progress()
	return nil
}

// rename moves one file within its file system. An error ends the run; what only concerns this file is a result.
func (c *committer) rename(ctx context.Context, m *move) error {
	if len(c.used) >= maxUsed {
		c.releaseAll()
	}
	from, err := c.open(m.from)
	if err != nil {
		return c.giveUp(m, err)
	}
	to, err := c.open(m.to)
	if err != nil {
		return c.giveUp(m, err)
	}
	for {
		err := c.renameOnce(from, m, to)
		switch {
		case err == nil:
			c.done(m)
			return nil
		case errors.Is(err, fs.ErrExist) && !m.exact: // made by somebody since the plan: the next number
			if err := c.renumber(m); err != nil {
				return err
			}
		case errors.Is(err, unix.EXDEV):
			m.copy = true
			if err := c.journal.intendOne(m); err != nil {
				return err
			}
			return c.copyAll(ctx, []*move{m})
		default:
			return c.giveUp(m, err)
		}
	}
}

func (c *committer) renameOnce(from dirfd.FD, m *move, to dirfd.FD) error {
	if !c.byLink {
		err := from.Rename(m.name, to, m.newName)
		if !errors.Is(err, dirfd.ErrNoReplace) {
			return err
		}
		if err := c.journal.switchToLinks(); err != nil {
			return err
		}
		c.byLink = true
	}
	return from.RenameByLink(m.name, to, m.newName)
}

// renumber gives m the next number, also in the journal.
func (c *committer) renumber(m *move) error {
	if m.family == nil {
		m.family, m.number = m.newName, 1
	}
	m.number++
	family := m.family.Bytes()
	m.newName = numbered(nil, family, c.table.Extension(family), m.number)
	return c.journal.intendOne(m)
}

// done reports a move that was carried out.
func (c *committer) done(m *move) {
	action := Moved
	if m.drop {
		action = Put
	}
	c.reporter.moved(action, m)
	if c.watch != nil {
		c.watch.empties(m.from)
	}
	if c.unpacks {
		c.freight.note(m)
	}
}

// giveUp leaves the file where it is.
func (c *committer) giveUp(m *move, err error) error {
	m.from.left.Add(1)
	c.reporter.result(failed(m.from.join(m.name.String()), err))
	return c.journal.fact(stepFailed, m.seq, dirfd.Stat{})
}

// open returns the open directory of f, which it makes if the run is to.
func (c *committer) open(f *folder) (dirfd.FD, error) {
	if fd, ok := c.used[f]; ok {
		return fd, nil
	}
	fd, err := c.handles.ensure(f)
	if err != nil {
		return dirfd.None, err
	}
	c.used[f] = fd
	return fd, nil
}

func (c *committer) releaseAll() {
	for f := range c.used {
		c.handles.release(f)
	}
	clear(c.used)
}
