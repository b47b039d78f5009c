// Package commit carries out moves that are in the journal: by rename, by copying to another file system, or into the
// trash. It also removes folders that have become empty.
package commit

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/relink"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/trash"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
)

// Options are what a run gives its committer.
type Options struct {
	Dir      string // the path of DIR
	At       seam.Func
	Journal  *journal.Writer
	Handles  *tree.Handles
	Table    *category.Table
	Workers  int // how many copy at once
	Reporter *report.Reporter
	Copies   *carry.Copies
	Links    *relink.Links
	Unpacks  bool          // the archives that come are to be unpacked afterwards
	Lossy    bool          // what a copy cannot keep is lost, and reported
	Watch    Watch         // nil unless the tree is watched
	MinAge   time.Duration // an empty folder that is younger stays
}

// Committer carries out what the planner planned, after the journal has it. One goroutine moves: the kernel allows only
// one rename between folders at a time on a file system anyway.
type Committer struct {
	Options
	Freight *unpack.Freight // what there is to unpack afterwards
	making  sync.Mutex      // held while a destination is made, which copying workers need too
	byLink  bool            // the file system cannot rename without overwriting
	used    *tree.Held      // acquired for the current batch
	proved  map[uint64]bool // devices on which a file was looked at after its move
	places  places          // folders in which copies are written under their final names
}

// New returns a committer.
func New(o Options) *Committer {
	return &Committer{Options: o, Freight: unpack.NewFreight(), used: tree.NewHeld(o.Handles), proved: map[uint64]bool{}}
}

// Watch is told of the folders that a run takes something out of, if the tree is watched.
type Watch interface {
	// Moved is called for a file that was moved.
	Moved(m *order.Move)
	// Empties is called for a folder that something was moved out of.
	Empties(f *tree.Folder)
	// MayGo reports whether an empty folder may be removed.
	MayGo(f *tree.Folder) bool
	// Gone is called for a folder that was removed.
	Gone(f *tree.Folder)
	// Young is called with the time at which a folder that stays for now may be looked at again.
	Young(at time.Time)
}

// Write records what the files of b are, so that an undo recognizes them, and journals the intents.
func (c *Committer) Write(b *order.Batch) error {
	for i := 0; i < len(b.Moves); {
		from := b.Moves[i].From
		fd, err := c.Handles.Acquire(from)
		for ; i < len(b.Moves) && b.Moves[i].From == from; i++ {
			if err == nil {
				b.Moves[i].Look(fd)
			}
		}
		if err == nil {
			c.Handles.Release(from)
		}
	}
	if err := c.Journal.Intend(b); err != nil {
		return err
	}
	return c.At.Step("intended")
}

// Move moves the files of b.
func (c *Committer) Move(ctx context.Context, b *order.Batch) error {
	defer c.used.Release()
	var across []*order.Move
	for i := range b.Moves {
		m := &b.Moves[i]
		if m.Copy {
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
	c.Reporter.Tick()
	return nil
}

// rename moves one file within its file system. An error ends the run; what only concerns this file is a result.
func (c *Committer) rename(ctx context.Context, m *order.Move) error {
	c.used.Trim()
	from, err := c.used.Ensure(m.From)
	if err != nil {
		return c.giveUp(m, err)
	}
	to, err := c.used.Ensure(m.To)
	if err != nil {
		return c.giveUp(m, err)
	}
	for {
		err := c.renameOnce(from, m, to)
		switch {
		case err == nil:
			c.done(m)
			if err := c.At.Step("moved"); err != nil {
				return err
			}
			c.prove(m, to)
			return nil
		case errors.Is(err, fs.ErrExist) && !m.Exact: // created by somebody since the plan: take the next number
			if err := c.renumber(m); err != nil {
				return err
			}
		case errors.Is(err, unix.EXDEV):
			m.Copy = true
			if err := c.Journal.IntendOne(m); err != nil {
				return err
			}
			return c.copyAll(ctx, []*order.Move{m})
		default:
			return c.giveUp(m, err)
		}
	}
}

func (c *Committer) renameOnce(from dirfd.FD, m *order.Move, to dirfd.FD) error {
	if m.To.Trash {
		return c.trash(from, m, to)
	}
	return c.renameFile(from, m, to)
}

// trash puts a file into the trash: first its note, then itself.
func (c *Committer) trash(from dirfd.FD, m *order.Move, to dirfd.FD) error {
	path, err := filepath.Abs(filepath.Join(c.Dir, m.From.Join(m.Name.String())))
	if err != nil {
		return err
	}
	forget, err := trash.Note(c.Handles, m.To, m.NewName.String(), path)
	if err != nil {
		return err
	}
	if err = c.At.Step("trash noted"); err == nil {
		err = c.renameFile(from, m, to)
	}
	if err != nil {
		forget()
	}
	return err
}

func (c *Committer) renameFile(from dirfd.FD, m *order.Move, to dirfd.FD) error {
	if !c.byLink {
		err := from.Rename(m.Name, to, m.NewName)
		if !errors.Is(err, dirfd.ErrNoReplace) {
			return err
		}
		if err := c.Journal.SwitchToLinks(); err != nil {
			return err
		}
		c.byLink = true
	}
	return from.RenameByLink(m.Name, to, m.NewName)
}

// prove looks at the first file that was moved on each device as an undo would. On a file system that gives a file
// another inode number, birth and time when it is renamed, an undo will not recognize any of them.
func (c *Committer) prove(m *order.Move, to dirfd.FD) {
	if c.proved[m.Dev] || !m.Marked || m.To.Trash {
		return
	}
	c.proved[m.Dev] = true
	found, err := to.LookAt(m.NewName)
	if err != nil {
		return // somebody has it already
	}
	then := identity.File{Dev: m.Dev, Ino: m.Ino, Mark: m.Mark, Marked: true}
	if then.Judge(found, m.Dev, !to.TrustsInodes()) == identity.Another {
		c.Reporter.Result(report.Result{
			Action: report.Noted, From: m.To.Join(m.NewName.String()),
			Reason: "this file system does not let a moved file be recognized: undo may leave sorted files where they are",
		})
	}
}

// renumber gives m the next number, and records that in the journal.
func (c *Committer) renumber(m *order.Move) error {
	if m.Family == nil {
		m.Family, m.Number = m.NewName, 1
	}
	m.Number++
	family := m.Family.Bytes()
	m.NewName = filename.Numbered(nil, family, c.Table.Extension(family), m.Number)
	return c.Journal.IntendOne(m)
}

// done reports a move that was carried out.
func (c *Committer) done(m *order.Move) {
	if m.Between {
		return
	}
	c.Reporter.Event(m)
	c.Links.Moved(m)
	if c.Watch != nil {
		c.Watch.Moved(m)
		c.Watch.Empties(m.From)
	}
	if c.Unpacks {
		c.Freight.Note(m)
	}
}

// giveUp leaves the file where it is.
func (c *Committer) giveUp(m *order.Move, err error) error {
	m.From.Left.Add(1)
	if errors.Is(err, unix.EBUSY) { // something is mounted on it: it stays without a message, as a folder does
		return c.Journal.Fact(journal.StepFailed, m.Seq, dirfd.Stat{})
	}
	err = filename.Unholdable(m.NewName, c.Table.Extension(m.NewName.Bytes()), err)
	c.Reporter.Result(report.Failure(m.From.Join(m.Name.String()), err))
	return c.Journal.Fact(journal.StepFailed, m.Seq, dirfd.Stat{})
}
