package junksort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// unpackAll unpacks the archives in all destinations of this run, each into a folder of its own beside it. An archive that has such
// a folder already is left alone.
func (c *committer) unpackAll(ctx context.Context, r rules) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.workers)
	for _, t := range r.targets.all() {
		fd, err := c.handles.acquire(t.folder)
		if err != nil {
			continue // no file went there
		}
		names, err := packed(fd, t.folder, r)
		c.handles.release(t.folder)
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		for _, name := range names {
			group.Go(func() error { return c.unpack(ctx, t.folder, name) })
		}
	}
	return group.Wait()
}

// packed returns the archives in a destination that are not unpacked, in order.
func packed(fd dirfd.FD, f *folder, r rules) ([]string, error) {
	var names []string
	folders := map[string]bool{}
	err := fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		name := e.Name.String()
		switch {
		case e.Kind == dirfd.Directory:
			folders[name] = true
		case e.Kind != dirfd.Regular || r.exclude.match(f, e.Name.Bytes()) || r.writers().has(f.stat.Dev, e.Ino):
		case !r.include.empty() && !r.include.match(f, e.Name.Bytes()):
		default:
			if _, ok := archive.Stem(name); ok {
				names = append(names, name)
			}
		}
		return nil
	})
	names = slices.DeleteFunc(names, func(name string) bool {
		stem, _ := archive.Stem(name)
		return folders[stem]
	})
	slices.Sort(names)
	return names, err
}

// unpack unpacks one archive: under a temporary name first, so that a folder with the archive's name is always whole.
func (c *committer) unpack(ctx context.Context, f *folder, name string) error {
	stem, _ := archive.Stem(name)
	dir, err := c.handles.acquire(f)
	if err != nil {
		return err
	}
	defer c.handles.release(f)
	seq, err := c.journal.intendUnpack(f, name, stem)
	if err != nil {
		return err
	}
	temporary := partialName(c.journal.run, seq)
	made, err := unpackInto(ctx, dir, name, temporary)
	if err == nil {
		if err := c.journal.unpacked(seq, made); err != nil {
			return err
		}
		err = rename(dir, temporary, dir, stem)
	}
	if err != nil {
		removeTree(dir, temporary, time.Time{})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.reporter.result(Result{Action: Failed, From: f.join(name), Reason: "it cannot be unpacked: " + reason(err)})
		return c.journal.fact(stepFailed, seq, dirfd.Stat{})
	}
	c.reporter.result(Result{Action: Unpacked, From: f.join(name), To: f.join(stem)})
	return nil
}

// unpackInto unpacks into a new folder and returns what that is then: no file in it has a later change time.
func unpackInto(ctx context.Context, dir dirfd.FD, name, temporary string) (dirfd.Stat, error) {
	file, err := dir.OpenRegular(name)
	if err != nil {
		return dirfd.Stat{}, err
	}
	defer file.Close()
	if err := dir.Mkdir(temporary, 0o755); err != nil {
		return dirfd.Stat{}, err
	}
	into, err := dir.OpenDir(temporary)
	if err != nil {
		return dirfd.Stat{}, err
	}
	defer into.Close()
	if err := archive.Unpack(ctx, file, name, into, archive.DefaultLimits()); err != nil {
		return dirfd.Stat{}, err
	}
	s, err := into.Stat()
	if err == nil {
		err = into.Chmod(s.Perm()) // the change time is now
	}
	if err != nil {
		return s, err
	}
	return into.Stat()
}

// intendUnpack writes down that the archive name in f is unpacked into newName.
func (j *journal) intendUnpack(f *folder, name, newName string) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.folder(f)
	seq := j.moves
	j.moves++
	j.pending.unpack(seq, f, name, newName)
	return seq, j.write()
}

// unpacked writes down which folder came of it, and when it was whole.
func (j *journal) unpacked(seq uint64, s dirfd.Stat) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.unpacked(seq, s)
	return j.write()
}

// packUp removes what came out of an archive. What the person has changed or added since stays.
func (u *undoer) packUp(s *step) {
	made, ok := u.unpackedAs[s.seq]
	to := u.byID[s.to]
	fd, err := u.handles.acquire(to)
	if err != nil {
		return
	}
	defer u.handles.release(to)
	removeTree(fd, partialName(u.run, s.seq), time.Time{})
	if !ok || !holds(fd, string(s.newName), made.Ino) {
		return
	}
	if left := removeTree(fd, string(s.newName), made.Ctime); left > 0 {
		u.reporter.result(Result{
			Action: Left, From: to.join(string(s.newName)), To: to.join(string(s.name)),
			Reason: fmt.Sprintf("%d files in it were changed or added", left),
		})
	}
}

// removeTree removes the folder name and what is in it, and returns how many files stay: those that changed after whole, unless that
// is zero. It follows no link and enters no mount point.
func removeTree(dir dirfd.FD, name string, whole time.Time) (left int) {
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
		left += removeTree(fd, f, whole)
	}
	for _, f := range files {
		s, err := fd.Lstat(f)
		if err != nil || !whole.IsZero() && s.Ctime.After(whole) || fd.Unlink(f) != nil {
			left++
		}
	}
	if left == 0 && dir.Rmdir(name) != nil {
		left++
	}
	return left
}
