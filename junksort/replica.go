package junksort

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// rename is dirfd's Rename or, where that does not work, RenameByLink.
func rename(from dirfd.FD, name string, to dirfd.FD, newName string) error {
	err := from.Rename(dirfd.NameOf(name), to, dirfd.NameOf(newName))
	if errors.Is(err, dirfd.ErrNoReplace) {
		return from.RenameByLink(dirfd.NameOf(name), to, dirfd.NameOf(newName))
	}
	return err
}

// syncDir waits until a directory is on the disk, where the file system can do that.
func syncDir(d dirfd.FD) error {
	err := d.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		return nil
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
	temporary string                 // the name of the copy, also when it is the final one
	begun     func(dirfd.Stat) error // hears of the file as soon as it is made; nil for nobody
	lossy     bool                   // what cannot be kept is lost, and told
	at        seam
	want      *looks // what the copy is to look like; nil for the original's own looks

	original dirfd.Stat
	xattrs   []byte
	made     dirfd.Stat // the new file; only that one is ever removed
	copied   dirfd.Stat
	differs  bool // the copy has not all that the original had
	lost     []string
}

// make makes the copy under its temporary name.
func (r *replica) make(ctx context.Context) error {
	r.made, r.lost, r.differs = dirfd.Stat{}, nil, false
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
	r.xattrs = packXattrs(int(source.Fd()))
	if ok, err := r.link(source); ok || err != nil {
		return err
	}
	target, err := r.to.Create(r.temporary, 0o600)
	if err != nil {
		return err
	}
	defer target.Close()
	if r.made, err = dirfd.StatFD(int(target.Fd())); err != nil {
		return err
	}
	if r.begun != nil {
		if err := r.begun(r.made); err != nil {
			return err
		}
	}
	if err := r.at.step("created"); err != nil {
		return err
	}
	if err := dirfd.CopyContent(ctx, source, target); err != nil {
		return err
	}
	if err := r.dress(target); err != nil {
		return err
	}
	if r.copied, err = r.to.Look(r.temporary); err != nil {
		return err
	}
	if r.copied.Ino != r.made.Ino {
		return errReplaced
	}
	return r.unchanged()
}

var errReplaced = errors.New("another file has taken the name of the copy")

// remove removes the copy, and nothing that somebody else has put under its name.
func (r *replica) remove() {
	if r.made == (dirfd.Stat{}) {
		return
	}
	if now, err := r.to.Lstat(r.temporary); err == nil && now.Ino == r.made.Ino {
		_ = r.to.Unlink(r.temporary) // what stays is named in the journal
	}
}

// link gives the copy of another name of the same file a second name. An inode number may have been given to another
// file since, so the content is compared first.
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
	if r.made, err = r.to.Lstat(r.temporary); err != nil {
		return false, err
	}
	if r.linkIsSame(source) {
		r.copied, err = r.to.Look(r.temporary)
		return err == nil, err
	}
	r.made = dirfd.Stat{}
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

// dress gives the copy everything but content. The file system may not know it, or the user may not be allowed to:
// then the copy is not the same, and the original stays, unless the person has said that losses are fine.
func (r *replica) dress(target *os.File) error {
	want := looks{stat: r.original, xattrs: r.xattrs}
	if r.want != nil {
		want = *r.want
	}
	fd := int(target.Fd())
	now, err := dirfd.StatFD(fd)
	if err != nil {
		return err
	}
	if now.UID != want.stat.UID || now.GID != want.stat.GID {
		if err := unix.Fchown(fd, int(want.stat.UID), int(want.stat.GID)); err != nil {
			if err := r.loses("the owner", err); err != nil {
				return err
			}
		}
	}
	if err := setXattrs(fd, want.xattrs); err != nil {
		if err := r.loses("the extended attributes", err); err != nil {
			return err
		}
	}
	modeErr := unix.Fchmod(fd, want.stat.Perm())
	timeErr := dirfd.SetTimesFD(fd, want.stat.Atime, want.stat.Mtime)
	if now, err = dirfd.StatFD(fd); err != nil {
		return err
	}
	if weaker(want.stat.Perm(), now.Perm()) {
		if err := r.loses("the mode", modeErr); err != nil {
			return err
		}
	}
	if off := now.Mtime.Sub(want.stat.Mtime).Abs(); timeErr != nil || off >= granularity {
		if err := r.loses("the times", timeErr); err != nil {
			return err
		}
	}
	r.differs = r.differs || now.Mode != want.stat.Mode || !now.Mtime.Equal(want.stat.Mtime)
	return target.Sync()
}

// granularity is how coarse the times of a file system may be: FAT counts in two seconds. That much is no loss.
const granularity = 2 * time.Second

// weaker reports whether a file has lost rights of its owner, or can be read by people who could not read it before.
// Bits that file systems without modes show beyond that are no loss.
func weaker(want, now uint32) bool { return want&^now&0o700 != 0 || now&^want&0o066 != 0 }

// loses notes what cannot be kept, or says that the file has to stay for it.
func (r *replica) loses(what string, err error) error {
	r.differs = true
	if !r.lossy {
		if err == nil {
			err = errors.New("the file system cannot hold it")
		}
		return &keepError{what: what, err: err}
	}
	r.lost = append(r.lost, what)
	return nil
}

// keepError says what of a file cannot be kept.
type keepError struct {
	what string
	err  error
}

func (e *keepError) Error() string {
	return fmt.Sprintf("%s cannot be kept: %s (--lossy moves it without)", e.what, reason(e.err))
}

func (e *keepError) Unwrap() error { return e.err }

func lossText(lost []string) string {
	if len(lost) == 0 {
		return ""
	}
	return "without " + strings.Join(lost, ", ")
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

// finish removes the original, after a last look at both: what lies under the new name is the file that was written
// and verified.
func (r *replica) finish() error {
	if err := r.unchanged(); err != nil {
		return err
	}
	if err := r.arrived(); err != nil {
		return err
	}
	return r.from.Unlink(r.name)
}

// arrived makes sure that the name of the copy leads to the copy. Where a rename gives a file another inode, its
// content proves it.
func (r *replica) arrived() error {
	now, err := r.to.Lstat(r.temporary)
	if err != nil {
		return err
	}
	if now.Ino == r.made.Ino && now.Size == r.original.Size {
		return nil
	}
	copied, err := r.to.OpenRegular(r.temporary)
	if err != nil {
		return err
	}
	defer copied.Close()
	source, err := r.from.OpenRegular(r.name)
	if err != nil {
		return err
	}
	defer source.Close()
	if same, err := sameBytes(source, copied); err != nil || !same {
		return errors.Join(errReplaced, err)
	}
	r.made = now
	return r.unchanged()
}
