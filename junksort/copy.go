package junksort

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

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

// partialName is the name of an unfinished copy. Its ending keeps every sorter away from it.
func partialName(run int, seq uint64) string { return fmt.Sprintf(".junksort-%d-%d.part", run, seq) }

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

	temporary := partialName(c.journal.run, m.seq)
	r := replica{handles: c.handles, copies: c.copies, from: from, name: m.name.String(), ino: m.ino, to: to, temporary: temporary}
	if err := r.make(ctx); err != nil {
		_ = to.Unlink(temporary) // no partial file stays
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return c.giveUp(m, err)
	}
	for {
		if err := c.journal.fact(stepCopied, m.seq, r.copied); err != nil {
			return err
		}
		err := rename(to, temporary, to, m.newName.String())
		if errors.Is(err, fs.ErrExist) && !m.exact {
			if err := c.renumber(m); err != nil {
				return err
			}
			continue
		}
		if err == nil {
			err = to.Sync()
		}
		if err != nil {
			_ = to.Unlink(temporary)
			return c.giveUp(m, err)
		}
		break
	}
	if err := r.finish(); err != nil {
		_ = to.Unlink(m.newName.String())
		return c.giveUp(m, err)
	}
	if r.original.Links > 1 {
		c.copies.add(openFile{m.dev, m.ino}, place{m.to, m.newName.String()})
	}
	c.done(m)
	return nil
}

// rename is dirfd's Rename or, where that does not work, RenameByLink.
func rename(from dirfd.FD, name string, to dirfd.FD, newName string) error {
	err := from.Rename(dirfd.NameOf(name), to, dirfd.NameOf(newName))
	if errors.Is(err, dirfd.ErrNoReplace) {
		return from.RenameByLink(dirfd.NameOf(name), to, dirfd.NameOf(newName))
	}
	return err
}

// replica is a file being copied to another file system, with all that makes it the same: content and holes, times in
// nanoseconds, permissions, owner, extended attributes, and its other names.
type replica struct {
	handles   *handles
	copies    *copies
	from      dirfd.FD
	name      string
	ino       uint64
	to        dirfd.FD
	temporary string

	original dirfd.Stat
	copied   dirfd.Stat
}

// make makes the copy under its temporary name.
func (r *replica) make(ctx context.Context) error {
	source, err := r.from.OpenRegular(r.name)
	if err != nil {
		return err
	}
	defer source.Close()
	if r.original, err = dirfd.StatFD(int(source.Fd())); err != nil {
		return err
	}
	if r.original.Ino != r.ino {
		return errChanged
	}
	if ok, err := r.link(source); ok || err != nil {
		return err
	}
	target, err := r.to.Create(r.temporary, 0o600)
	if err != nil {
		return err
	}
	defer target.Close()
	if err := dirfd.CopyContent(ctx, source, target); err != nil {
		return err
	}
	if err := r.dress(source, target); err != nil {
		return err
	}
	if r.copied, err = dirfd.StatFD(int(target.Fd())); err != nil {
		return err
	}
	return r.unchanged()
}

// link gives the copy of another name of the same file a second name. An inode number may have been given to another file
// since, so the content is compared first.
func (r *replica) link(source io.Reader) (bool, error) {
	first, ok := r.copies.find(openFile{r.original.Dev, r.original.Ino})
	if !ok {
		return false, nil
	}
	dir, err := r.handles.acquire(first.folder)
	if err != nil {
		return false, nil
	}
	defer r.handles.release(first.folder)
	if dir.Link(first.name, r.to, r.temporary) != nil {
		return false, nil // then a copy of its own
	}
	if r.linkIsSame(source) {
		r.copied, err = r.to.Lstat(r.temporary)
		return err == nil, err
	}
	return false, r.to.Unlink(r.temporary)
}

func (r *replica) linkIsSame(source io.Reader) bool {
	double, err := r.to.OpenRegular(r.temporary)
	if err != nil {
		return false
	}
	defer double.Close()
	s, err := dirfd.StatFD(int(double.Fd()))
	if err != nil || s.Size != r.original.Size || !s.Mtime.Equal(r.original.Mtime) || s.Mode != r.original.Mode {
		return false
	}
	same, err := sameBytes(source, double)
	return err == nil && same
}

// dress gives the copy everything but content. The file system may not know it, or the user may not be allowed to: then the copy is
// not the same, and the original stays.
func (r *replica) dress(source, target *os.File) error {
	fd := int(target.Fd())
	now, err := dirfd.StatFD(fd)
	if err != nil {
		return err
	}
	if now.UID != r.original.UID || now.GID != r.original.GID {
		if err := unix.Fchown(fd, int(r.original.UID), int(r.original.GID)); err != nil {
			return fmt.Errorf("keep the owner: %w", err)
		}
	}
	if err := setXattrs(fd, packXattrs(int(source.Fd()))); err != nil {
		return fmt.Errorf("keep the extended attributes: %w", err)
	}
	if err := unix.Fchmod(fd, r.original.Perm()); err != nil {
		return fmt.Errorf("keep the permissions: %w", err)
	}
	if err := dirfd.SetTimesFD(fd, r.original.Atime, r.original.Mtime); err != nil {
		return fmt.Errorf("keep the times: %w", err)
	}
	return target.Sync()
}

// unchanged makes sure that the original is what it was when it was read.
func (r *replica) unchanged() error {
	now, err := r.from.Lstat(r.name)
	if err != nil {
		return err
	}
	// Other names may come and go, which changes the change time: of such a file size and modification time have to do.
	if r.original.Links > 1 && now.Same(r.original) && now.Size == r.original.Size && now.Mtime.Equal(r.original.Mtime) {
		return nil
	}
	if !unchanged(now, r.original) {
		return errChanged
	}
	return nil
}

// finish removes the original.
func (r *replica) finish() error {
	if err := r.unchanged(); err != nil {
		return err
	}
	return r.from.Unlink(r.name)
}
