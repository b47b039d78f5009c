package junksort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

func (p parcel) result() Result {
	return Result{Action: Unpacked, From: p.in.join(p.name), To: p.in.join(p.to)}
}

func notUnpacked(path string, err error) Result {
	return Result{Action: Failed, From: path, Reason: "it cannot be unpacked: " + reason(err)}
}

// unpackAll unpacks archives, on all workers.
func (c *committer) unpackAll(ctx context.Context, list []parcel) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.workers)
	for _, p := range list {
		group.Go(func() error { return c.unpack(ctx, p) })
	}
	return group.Wait()
}

// unpack unpacks one archive: under a temporary name first, so that a folder with the archive's name is always whole.
func (c *committer) unpack(ctx context.Context, p parcel) error {
	dir, err := c.handles.acquire(p.in)
	if err != nil {
		c.reporter.result(notUnpacked(p.in.join(p.name), err))
		return nil
	}
	defer c.handles.release(p.in)
	file, err := dir.OpenRegular(p.name)
	if err != nil {
		c.reporter.result(notUnpacked(p.in.join(p.name), err))
		return nil
	}
	defer file.Close()
	// Many runs may sort into one destination: an archive is unpacked by one of them.
	if unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK || !p.exact && p.came(dir) {
		return nil
	}
	packed, err := dirfd.StatFD(int(file.Fd()))
	if err != nil {
		return err
	}
	if c.broken.has(packed) {
		return nil // it has not changed since
	}
	seq, err := c.journal.intendUnpack(p)
	if err != nil {
		return err
	}
	temporary := partialName(c.journal.token, seq)
	err = unpackInto(ctx, dir, file, p.name, temporary, c.journal.options.limits())
	var left *archive.LeftError
	if errors.As(err, &left) && err == error(left) {
		err = nil // the rest came out
	}
	if err == nil {
		err = c.settleIn(seq, dir, temporary, &p)
	}
	var stop fatal
	switch {
	case errors.As(err, &stop):
		return stop.error
	case err != nil:
		removeTree(dir, temporary)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.broken.add(packed)
		c.reporter.result(notUnpacked(p.in.join(p.name), err))
		return c.journal.fact(stepFailed, seq, dirfd.Stat{})
	}
	if made, err := dir.Look(p.to); err == nil {
		c.registry.add(c.journal.state.own, made, packed)
	}
	c.reporter.result(p.result())
	if left != nil {
		c.reporter.result(Result{
			Action: Failed, From: p.in.join(p.name), To: p.in.join(p.to), Reason: "not all of it came out: " + left.Error(),
		})
	}
	return nil
}

// came reports whether somebody else has made the folder of an archive since this run has looked.
func (p parcel) came(dir dirfd.FD) bool { return dir.Exists(p.to) }

// brokenArchives are those that could not be unpacked: a watcher tries one again only when it has changed.
type brokenArchives struct {
	mu   sync.Mutex
	list map[archiveID]bool
}

func (b *brokenArchives) has(s dirfd.Stat) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.list[archiveIDOf(s)]
}

func (b *brokenArchives) add(s dirfd.Stat) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list == nil {
		b.list = map[archiveID]bool{}
	}
	b.list[archiveIDOf(s)] = true
}

// settleIn writes down what came out of an archive and gives the new folder its name.
func (c *committer) settleIn(seq uint64, dir dirfd.FD, temporary string, p *parcel) error {
	at := c.journal.options.seam
	if err := at.step("unpacked"); err != nil {
		return err
	}
	if err := c.journal.record(seq, dir, temporary); err != nil {
		return fatal{err}
	}
	if err := at.step("recorded"); err != nil {
		return err
	}
	stem := p.to
	for n := uint32(2); ; n++ {
		err := dir.RenameDir(temporary, dir, p.to)
		if err == nil {
			break
		}
		if p.exact || !errors.Is(err, fs.ErrExist) && !errors.Is(err, unix.ENOTDIR) {
			return err
		}
		p.to = numbered(nil, []byte(stem), 0, n).String()
		if err := c.journal.renameUnpack(seq, *p); err != nil {
			return fatal{err}
		}
	}
	if dir.TrustsInodes() {
		return nil
	}
	// A rename may give all of it other inodes.
	if err := c.journal.record(seq, dir, p.to); err != nil {
		return fatal{err}
	}
	return nil
}

// unpackInto unpacks into a new folder.
func unpackInto(ctx context.Context, dir dirfd.FD, file *os.File, name, temporary string, limits archive.Limits) error {
	if err := dir.Mkdir(temporary, 0o755); err != nil {
		return err
	}
	into, err := dir.OpenDir(temporary)
	if err != nil {
		return err
	}
	defer into.Close()
	return archive.Unpack(ctx, file, name, into, limits)
}

// intendUnpack writes down that p is unpacked.
func (j *journal) intendUnpack(p parcel) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.folder(p.in)
	seq := j.moves
	j.moves++
	j.pending.unpack(seq, p)
	return seq, j.write()
}

// renameUnpack writes down that what comes out of an archive gets another name, for its own is taken.
func (j *journal) renameUnpack(seq uint64, p parcel) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.unpack(seq, p)
	return j.write()
}

// unpacked writes down which folder came of it, and when it was whole.
func (j *journal) unpacked(seq uint64, s dirfd.Stat) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.unpacked(seq, s)
	return j.write()
}

// packUp removes what came out of an archive. A folder in which the person has added, edited or replaced something
// stays whole.
func (u *undoer) packUp(s *step) {
	made, ok := u.unpackedAs[s.seq]
	to := u.byID[s.to]
	fd, err := u.handles.acquire(to)
	if err != nil {
		return
	}
	defer u.handles.release(to)
	name := string(s.newName)
	if u.unpackTo[s.seq] != name {
		return // that was taken
	}
	if u.token != "" && !u.dry {
		removeTree(fd, partialName(u.token, s.seq))
	}
	found, err := fd.Look(name)
	if !ok || err != nil {
		return // it was never whole, or the person has moved or removed it
	}
	left := func(why string) {
		u.reporter.result(Result{Action: Left, From: to.join(name), To: to.join(string(s.name)), Reason: why})
	}
	entries := u.entries[s.seq]
	switch {
	case found.Ino != made.Ino:
		if u.isLoose(fd, found) {
			left("it stays whole: nothing proves here that it was not changed since")
		}
		return // another folder, of the person's
	case len(entries) == 0 && changedAfter(fd, name, made.Ctime):
		left("it stays whole: something in it was changed or added")
		return
	case len(entries) > 0:
		if where, what, err := foreign(fd, name, entries); err != nil || where != "" {
			if err != nil {
				what = reason(err)
			}
			left(fmt.Sprintf("it stays whole: %s in it %s", strconv.Quote(where), what))
			return
		}
	}
	if u.dry {
		return
	}
	n := 0
	if len(entries) == 0 {
		n = removeTree(fd, name)
	} else {
		n = takeAway(fd, name, entries)
	}
	if n > 0 {
		left(fmt.Sprintf("%d things in it could not be removed", n))
	}
}

// changedAfter reports whether something in a folder was made or changed after a time, as journals of the first
// edition know it.
func changedAfter(dir dirfd.FD, name string, whole time.Time) bool {
	changed := false
	err := eachBelow(dir, name, "", func(path string, s dirfd.Stat) error {
		if s.Kind() == dirfd.Directory && s.Mtime.After(whole) || path != "" && s.Ctime.After(whole) {
			changed = true
		}
		return nil
	})
	return changed || err != nil
}

// removeTree removes a folder that a run is making and what is in it, and returns how much stays. It follows no link
// and enters no mount point.
func removeTree(dir dirfd.FD, name string) (left int) {
	fd, err := dir.OpenDir(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return 0
		}
		return 1
	}
	defer fd.Close()
	var folders, files []string
	_ = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error { // what is not read is not removed
		if e.Kind == dirfd.Directory {
			folders = append(folders, e.Name.String())
		} else {
			files = append(files, e.Name.String())
		}
		return nil
	})
	for _, f := range folders {
		left += removeTree(fd, f)
	}
	for _, f := range files {
		if fd.Unlink(f) != nil {
			left++
		}
	}
	if left == 0 && dir.Rmdir(name) != nil {
		left++
	}
	return left
}
