// Package carry copies a file to another file system so that nothing of it is lost, swaps links, and removes what a run
// has left unfinished, and only that.
package carry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/xattr"
)

// Rename is dirfd's Rename or, where that does not work, RenameByLink.
func Rename(from dirfd.FD, name string, to dirfd.FD, newName string) error {
	err := from.Rename(dirfd.NameOf(name), to, dirfd.NameOf(newName))
	if errors.Is(err, dirfd.ErrNoReplace) {
		return from.RenameByLink(dirfd.NameOf(name), to, dirfd.NameOf(newName))
	}
	return err
}

// SyncDir waits until a directory is on the disk, where the file system can do that.
func SyncDir(d dirfd.FD) error {
	err := d.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return err
}

// Replica is a file being copied to another file system, with all that makes it the same: content and holes, times in
// nanoseconds, permissions, owner, extended attributes, and its other names.
type Replica struct {
	Handles   *tree.Handles
	Copies    *Copies
	From      dirfd.FD
	Name      string
	Ino       uint64
	To        dirfd.FD
	Temporary string                 // the name of the copy, also when it is the final one
	Begun     func(dirfd.Stat) error // called with the file as soon as it is created; may be nil
	Lossy     bool                   // what cannot be kept is lost, and reported
	At        seam.Func
	Want      *journal.Looks // the metadata that the copy gets; nil for the original's own

	Original dirfd.Stat
	Xattrs   []byte
	Made     dirfd.Stat // the new file; only that one is ever removed
	Copied   dirfd.Stat
	Differs  bool // the copy lacks something that the original has
	Lost     []string
}

// Make makes the copy under its temporary name.
func (r *Replica) Make(ctx context.Context) error {
	r.Made, r.Lost, r.Differs = dirfd.Stat{}, nil, false
	source, err := r.From.OpenRegular(r.Name)
	if err != nil {
		return err
	}
	defer source.Close()
	if r.Original, err = dirfd.StatFD(int(source.Fd())); err != nil {
		return err
	}
	if r.Original.Ino != r.Ino {
		return identity.ErrChanged
	}
	r.Xattrs = xattr.Pack(int(source.Fd()))
	if ok, err := r.link(source); ok || err != nil {
		return err
	}
	target, err := r.To.Create(r.Temporary, 0o600)
	if err != nil {
		return err
	}
	defer target.Close()
	if r.Made, err = dirfd.StatFD(int(target.Fd())); err != nil {
		return err
	}
	if r.Begun != nil {
		if err := r.Begun(r.Made); err != nil {
			return err
		}
	}
	if err := r.At.Step("created"); err != nil {
		return err
	}
	if err := dirfd.CopyContent(ctx, source, target); err != nil {
		return err
	}
	if err := r.dress(target); err != nil {
		return err
	}
	if r.Copied, err = r.To.Look(r.Temporary); err != nil {
		return err
	}
	if r.Copied.Ino != r.Made.Ino {
		return errReplaced
	}
	return r.unchanged()
}

var errReplaced = errors.New("another file has taken the name of the copy")

// Remove removes the copy, but not a file that somebody else has put in its place.
func (r *Replica) Remove() {
	if r.Made == (dirfd.Stat{}) {
		return
	}
	if now, err := r.To.Lstat(r.Temporary); err == nil && now.Ino == r.Made.Ino {
		_ = r.To.Unlink(r.Temporary) // what stays is named in the journal
	}
}

// link makes a hard link to the copy that was made for another name of the same file. The inode number may have been
// reused since, so the content is compared first.
func (r *Replica) link(source io.Reader) (bool, error) {
	first, ok := r.Copies.find(r.Original.ID())
	if !ok {
		return false, nil
	}
	dir, err := r.Handles.Acquire(first.Folder)
	if err != nil {
		return false, nil
	}
	defer r.Handles.Release(first.Folder)
	if dir.Link(first.Name, r.To, r.Temporary) != nil {
		return false, nil // then a copy of its own
	}
	if r.Made, err = r.To.Lstat(r.Temporary); err != nil {
		return false, err
	}
	if r.linkIsSame(source) {
		r.Copied, err = r.To.Look(r.Temporary)
		return err == nil, err
	}
	r.Made = dirfd.Stat{}
	return false, r.To.Unlink(r.Temporary)
}

func (r *Replica) linkIsSame(source io.Reader) bool {
	double, err := r.To.OpenRegular(r.Temporary)
	if err != nil {
		return false
	}
	defer double.Close()
	s, err := dirfd.StatFD(int(double.Fd()))
	if err != nil || s.Size != r.Original.Size || !s.Mtime.Equal(r.Original.Mtime) || s.Mode != r.Original.Mode {
		return false
	}
	same, err := identity.SameBytes(source, double)
	return err == nil && same
}

// dress gives the copy all metadata. If the file system does not support some of it or the user may not set it, the
// copy is not the same and the original stays, unless the user has accepted losses.
func (r *Replica) dress(target *os.File) error {
	want := journal.Looks{Stat: r.Original, Xattrs: r.Xattrs}
	if r.Want != nil {
		want = *r.Want
	}
	fd := int(target.Fd())
	now, err := dirfd.StatFD(fd)
	if err != nil {
		return err
	}
	if now.UID != want.Stat.UID || now.GID != want.Stat.GID {
		if err := unix.Fchown(fd, int(want.Stat.UID), int(want.Stat.GID)); err != nil {
			if err := r.loses("the owner", err); err != nil {
				return err
			}
		}
	}
	if err := xattr.Set(fd, want.Xattrs); err != nil {
		if err := r.loses("the extended attributes", err); err != nil {
			return err
		}
	}
	modeErr := unix.Fchmod(fd, want.Stat.Perm())
	timeErr := dirfd.SetTimesFD(fd, want.Stat.Atime, want.Stat.Mtime)
	if now, err = dirfd.StatFD(fd); err != nil {
		return err
	}
	if weaker(want.Stat.Perm(), now.Perm()) {
		if err := r.loses("the mode", modeErr); err != nil {
			return err
		}
	}
	if off := now.Mtime.Sub(want.Stat.Mtime).Abs(); timeErr != nil || off >= granularity {
		if err := r.loses("the times", timeErr); err != nil {
			return err
		}
	}
	r.Differs = r.Differs || now.Mode != want.Stat.Mode || !now.Mtime.Equal(want.Stat.Mtime)
	return target.Sync()
}

// granularity is how coarse the times of a file system may be: FAT has two seconds. A difference up to that does not
// count as a loss.
const granularity = 2 * time.Second

// weaker reports whether a file has lost rights of its owner, or can be read by people who could not read it before.
// Other bits that file systems without modes show do not count as a loss.
func weaker(want, now uint32) bool { return want&^now&0o700 != 0 || now&^want&0o066 != 0 }

// loses records what cannot be kept, or returns the error because of which the file has to stay.
func (r *Replica) loses(what string, err error) error {
	r.Differs = true
	if !r.Lossy {
		if err == nil {
			err = errors.New("the file system cannot hold it")
		}
		return &keepError{what: what, err: err}
	}
	r.Lost = append(r.Lost, what)
	return nil
}

// keepError says what of a file cannot be kept.
type keepError struct {
	what string
	err  error
}

// Error says what cannot be kept, and what helps.
func (e *keepError) Error() string {
	return fmt.Sprintf("%s cannot be kept: %s (--lossy moves the file anyway)", e.what, report.Reason(e.err))
}

// Reason returns the whole message, whatever the cause.
func (e *keepError) Reason() string { return e.Error() }

func (e *keepError) Unwrap() error { return e.err }

// unchanged makes sure that the original is what it was when it was read.
func (r *Replica) unchanged() error {
	now, err := r.From.Lstat(r.Name)
	if err != nil {
		return err
	}
	// Hard links may come and go, which updates the change time: for a file with several, size and modification time must
	// do.
	if r.Original.Links > 1 && now.Same(r.Original) && now.Size == r.Original.Size &&
		now.Mtime.Equal(r.Original.Mtime) {
		return nil
	}
	if !identity.Unchanged(now, r.Original) {
		return identity.ErrChanged
	}
	return nil
}

// Finish removes the original, after a last look at both: what lies under the new name is the file that was written
// and verified.
func (r *Replica) Finish() error {
	if err := r.unchanged(); err != nil {
		return err
	}
	if err := r.arrived(); err != nil {
		return err
	}
	return r.From.Unlink(r.Name)
}

// arrived makes sure that the name of the copy refers to the copy. Where a rename gives a file another inode, its
// content proves it.
func (r *Replica) arrived() error {
	now, err := r.To.Lstat(r.Temporary)
	if err != nil {
		return err
	}
	if now.Ino == r.Made.Ino && now.Size == r.Original.Size {
		return nil
	}
	copied, err := r.To.OpenRegular(r.Temporary)
	if err != nil {
		return err
	}
	defer copied.Close()
	source, err := r.From.OpenRegular(r.Name)
	if err != nil {
		return err
	}
	defer source.Close()
	if same, err := identity.SameBytes(source, copied); err != nil || !same {
		return errors.Join(errReplaced, err)
	}
	r.Made = now
	return r.unchanged()
}
