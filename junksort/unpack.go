package junksort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// parcel is an archive in a destination that is to be unpacked, into a folder of its own beside it.
type parcel struct {
	in   *folder
	name string
	to   string // the new folder
}

// freight is which archives a run brings into its destinations, and takes out of them.
type freight struct {
	mu   sync.Mutex
	come map[string][]string        // by the name of the destination
	gone map[string]map[string]bool // the same
}

func newFreight() *freight {
	return &freight{come: map[string][]string{}, gone: map[string]map[string]bool{}}
}

func (f *freight) note(m *move) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if home, name := m.from.home, m.name.String(); home != "" && isArchive(name) {
		if f.gone[home] == nil {
			f.gone[home] = map[string]bool{}
		}
		f.gone[home][name] = true
	}
	if name := m.newName.String(); !m.drop && isArchive(name) {
		f.come[m.to.name] = append(f.come[m.to.name], name)
	}
}

func isArchive(name string) bool {
	_, ok := archive.Stem(name)
	return ok
}

// parcels returns what is to be unpacked in all destinations of this run, in path order: the archives that have no folder yet. Of two
// that would have the same one (a.tar and a.zip), the first gets it, and the other one is noted. It makes no difference whether the
// freight has been moved yet.
func (r rules) parcels(f *freight) ([]parcel, error) {
	all := r.targets.all()
	slices.SortFunc(all, func(a, b *target) int { return strings.Compare(a.folder.name, b.folder.name) })
	var list []parcel
	for _, t := range all {
		names, folders, err := r.archivesIn(t.folder)
		if err != nil {
			return nil, err
		}
		names = slices.DeleteFunc(names, func(name string) bool { return f.gone[t.folder.name][name] })
		names = append(names, f.come[t.folder.name]...)
		slices.Sort(names)
		names = slices.Compact(names)
		owner := map[string]string{}
		for _, name := range names {
			stem, _ := archive.Stem(name)
			switch {
			case folders[stem]: // unpacked already
			case owner[stem] != "":
				r.notes(notUnpacked(t.folder.join(name), fmt.Errorf("%s takes the folder %s", owner[stem], stem)))
			default:
				owner[stem] = name
				list = append(list, parcel{in: t.folder, name: name, to: stem})
			}
		}
	}
	return list, nil
}

// archivesIn returns the archives that lie in a destination, and its folders.
func (r rules) archivesIn(f *folder) (names []string, folders map[string]bool, err error) {
	fd, err := r.handles.acquire(f)
	if err != nil {
		return nil, nil, nil // no file went there
	}
	defer r.handles.release(f)
	folders = map[string]bool{}
	err = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		switch {
		case e.Kind == dirfd.Directory:
			folders[e.Name.String()] = true
		case e.Kind == dirfd.Regular && r.unpacks(f, e.Name.Bytes()) && !r.writers().has(f.stat.Dev, e.Ino):
			names = append(names, e.Name.String())
		}
		return nil
	})
	return names, folders, err
}

// unpacks reports whether a file of this name that was in a destination before is an archive that the options do not leave alone.
func (r rules) unpacks(f *folder, name []byte) bool {
	return isArchive(string(name)) && !r.exclude.match(f, name) && (r.include.empty() || r.include.match(f, name))
}

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
	seq, err := c.journal.intendUnpack(p)
	if err != nil {
		return err
	}
	temporary := partialName(c.journal.run, seq)
	made, err := unpackInto(ctx, dir, p.name, temporary)
	if err == nil {
		if err := c.journal.unpacked(seq, made); err != nil {
			return err
		}
		err = dir.RenameDir(temporary, dir, p.to)
	}
	if err != nil {
		removeTree(dir, temporary, time.Time{})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.reporter.result(notUnpacked(p.in.join(p.name), err))
		return c.journal.fact(stepFailed, seq, dirfd.Stat{})
	}
	c.reporter.result(p.result())
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
