// Package unpack unpacks archives next to themselves, and remembers which folder came out of which archive.
package unpack

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Result returns the result of a parcel that was unpacked.
func (p Parcel) Result() report.Result {
	return report.Result{Action: report.Unpacked, From: p.In.Join(p.Name), To: p.In.Join(p.To)}
}

func notUnpacked(path string, err error) report.Result {
	return report.Result{Action: report.Failed, From: path, Reason: "it cannot be unpacked: " + report.Reason(err)}
}

// Unpacker unpacks archives next to themselves.
type Unpacker struct {
	Journal  *journal.Writer
	Handles  *tree.Handles
	Table    *category.Table
	Workers  int
	Reporter *report.Reporter
	Registry *Registry
	Broken   *Broken
	Limits   func(archive string) archive.Limits
	Own      dirfd.FD // DIR/.junksort
	At       seam.Func
}

// All unpacks archives, on all workers.
func (c *Unpacker) All(ctx context.Context, list []Parcel) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Workers)
	for _, p := range list {
		group.Go(func() error { return c.unpack(ctx, p) })
	}
	return group.Wait()
}

// unpack unpacks one archive: under a temporary name first, so that a folder with the archive's name is always
// complete.
func (c *Unpacker) unpack(ctx context.Context, p Parcel) error {
	dir, err := c.Handles.Acquire(p.In)
	if err != nil {
		c.Reporter.Result(notUnpacked(p.In.Join(p.Name), err))
		return nil
	}
	defer c.Handles.Release(p.In)
	file, err := dir.OpenRegular(p.Name)
	if err != nil {
		c.Reporter.Result(notUnpacked(p.In.Join(p.Name), err))
		return nil
	}
	defer file.Close()
	// Many runs may sort into one destination: an archive is unpacked by one of them.
	if unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK || !p.Exact && p.came(dir) {
		return nil
	}
	packed, err := dirfd.StatFD(int(file.Fd()))
	if err != nil {
		return err
	}
	if c.Broken.has(packed) {
		return nil // it has not changed since
	}
	seq, err := c.Journal.IntendUnpack(p.intent())
	if err != nil {
		return err
	}
	temporary := tree.PartialName(c.Journal.Token(), seq)
	err = c.unpackInto(ctx, p, dir, file, temporary)
	var left *archive.LeftError
	if errors.As(err, &left) && err == error(left) {
		err = nil // the rest came out
	}
	if err == nil {
		err = c.settleIn(seq, dir, temporary, &p)
	}
	var stop report.Fatal
	switch {
	case errors.As(err, &stop):
		return stop.Err
	case err != nil:
		carry.RemoveUnfinished(dir, c.Journal.Token(), seq)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.Broken.add(packed)
		c.Reporter.Result(notUnpacked(p.In.Join(p.Name), err))
		return c.Journal.Fact(journal.StepFailed, seq, dirfd.Stat{})
	}
	if made, err := dir.Look(p.To); err == nil {
		c.Registry.add(c.Own, made, packed)
	}
	c.Reporter.Result(p.Result())
	if left != nil {
		c.Reporter.Result(report.Result{
			Action: report.Failed, From: p.In.Join(p.Name), To: p.In.Join(p.To),
			Reason: "not all of it came out: " + left.Error(),
		})
	}
	return nil
}

// intent returns what is journaled before p is unpacked.
func (p Parcel) intent() journal.Unpacking {
	return journal.Unpacking{In: p.In, Name: p.Name, To: p.To}
}

// rename gives what came out of an archive its final name.
func (p Parcel) rename(dir dirfd.FD, temporary string) error {
	if p.File {
		return carry.Rename(dir, temporary, dir, p.To)
	}
	return dir.RenameDir(temporary, dir, p.To)
}

// came reports whether somebody else has made the folder of an archive since this run looked.
func (p Parcel) came(dir dirfd.FD) bool { return dir.Exists(p.To) }

// Broken are the archives that could not be unpacked: a watch tries one again only when it has changed.
type Broken struct {
	mu   sync.Mutex
	list map[archiveID]bool
}

func (b *Broken) has(s dirfd.Stat) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.list[archiveIDOf(s)]
}

func (b *Broken) add(s dirfd.Stat) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list == nil {
		b.list = map[archiveID]bool{}
	}
	b.list[archiveIDOf(s)] = true
}

// settleIn journals what came out of an archive and gives the new folder its name.
func (c *Unpacker) settleIn(seq uint64, dir dirfd.FD, temporary string, p *Parcel) error {
	if err := c.At.Step("unpacked"); err != nil {
		return err
	}
	if !p.File {
		if err := undouble(dir, temporary, p.To, c.At); err != nil {
			return err
		}
	}
	if err := c.Journal.Record(seq, dir, temporary); err != nil {
		return report.Fatal{Err: err}
	}
	if err := c.At.Step("recorded"); err != nil {
		return err
	}
	stem, extension := p.To, 0
	if p.File {
		extension = c.Table.Extension([]byte(stem))
	}
	for n := uint32(2); ; n++ {
		err := p.rename(dir, temporary)
		if err == nil {
			break
		}
		if p.Exact || !errors.Is(err, fs.ErrExist) && !errors.Is(err, unix.ENOTDIR) {
			return err
		}
		p.To = filename.Numbered(nil, []byte(stem), extension, n).String()
		if err := c.Journal.RenameUnpack(seq, p.intent()); err != nil {
			return report.Fatal{Err: err}
		}
	}
	if err := c.At.Step("unpacked under its name"); err != nil {
		return err
	}
	if dir.TrustsInodes() && !p.File {
		return nil
	}
	// A rename gives a file another change time, and on some file systems gives everything new inodes.
	if err := c.Journal.Record(seq, dir, p.To); err != nil {
		return report.Fatal{Err: err}
	}
	return nil
}

// unpackInto unpacks into a new folder, or a single file into a new file.
func (c *Unpacker) unpackInto(ctx context.Context, p Parcel, dir dirfd.FD, file *os.File, temporary string) error {
	limits := c.Limits(p.In.Join(p.Name))
	if p.File {
		return archive.UnpackSingle(ctx, file, p.Name, dir, temporary, limits)
	}
	if err := dir.Mkdir(temporary, 0o755); err != nil {
		return err
	}
	into, err := dir.OpenDir(temporary)
	if err != nil {
		return err
	}
	defer into.Close()
	return archive.Unpack(ctx, file, p.Name, into, limits)
}

// undouble replaces an unpacked folder by the only thing in it, if that is a folder with the archive's name: book.zip
// with nothing but book/ in it becomes book/, not book/book/.
func undouble(dir dirfd.FD, temporary, stem string, at seam.Func) error {
	into, err := dir.OpenDir(temporary)
	if err != nil {
		return err
	}
	defer into.Close()
	alone, entries := true, 0
	err = into.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		entries++
		alone = alone && entries == 1 && e.Kind == dirfd.Directory && e.Name.String() == stem
		return nil
	})
	if err != nil || !alone || entries == 0 {
		return err
	}
	inner := carry.InnerName(temporary)
	if err := into.RenameDir(stem, dir, inner); err != nil {
		return err
	}
	if err := at.Step("inner folder out"); err != nil {
		return err
	}
	if err := dir.Rmdir(temporary); err != nil {
		return err
	}
	return dir.RenameDir(inner, dir, temporary)
}
