// Package dirfd works on files relative to open directories, as the *at system calls do, so that no path is looked up
// twice and no symbolic link on the way can lead somewhere else.
//
// It exists because os and os.Root cannot do what a careful mover of files needs: a rename that refuses to overwrite,
// names of any bytes without conversion, listings with inode numbers and without a stat for each entry, and directories
// deeper than PATH_MAX. On Linux it speaks to the kernel directly (getdents64, openat2, renameat2); on other Unix
// systems, and with the build tag portable, it uses what they all have.
package dirfd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// FD is an open directory. The zero FD is standard input and of no use; None is none.
type FD int

// None stands for no directory.
const None FD = -1

// Name is a file name without a slash that ends with a zero byte, as the kernel wants it: a rename then copies nothing.
// NameOf makes one; the bytes before the zero are the name.
type Name []byte

// NameOf returns name for the kernel.
func NameOf(name string) Name { return append(append(make(Name, 0, len(name)+1), name...), 0) }

// String returns the name without the zero byte.
func (n Name) String() string {
	if len(n) == 0 {
		return ""
	}
	return string(n[:len(n)-1])
}

// Bytes returns the name without the zero byte; it shares n's memory.
func (n Name) Bytes() []byte { return n[:len(n)-1] }

// Kind says what an entry of a directory is.
type Kind uint8

// The kinds of entries. Some file systems say Unknown, and then Lstat tells.
const (
	Unknown Kind = iota
	Regular
	Directory
	Symlink
	Special // FIFO, socket, device
)

// Entry is one name in a directory, as Read found it.
type Entry struct {
	Name Name   // valid until the visit returns
	Ino  uint64 // as the directory says; some stacked file systems say something else than stat (see TrustsInodes)
	Kind Kind
}

// ErrMount reports a directory that another file system, or the same one again, is mounted on.
var ErrMount = errors.New("a file system is mounted there")

// ErrNoReplace reports that a file cannot be renamed without the danger of overwriting another one.
var ErrNoReplace = errors.New("the file system cannot rename without overwriting")

// ErrNoLink reports a file system that can neither rename without overwriting nor link: there a file has to be copied.
var ErrNoLink = errors.New("the file system can neither rename without overwriting nor link")

// ErrLink reports a symbolic link where a directory was expected.
var ErrLink = errors.New("is a symbolic link")

// Open opens the directory at path. It follows symbolic links: the caller names what the user named.
func Open(path string) (FD, error) {
	fd, err := openat(unix.AT_FDCWD, path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return None, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return fd, nil
}

// openat opens without changing the access time where the caller may ask for that: for files of its own.
func openat(dir int, name string, flags int) (FD, error) {
	for {
		fd, err := unix.Openat(dir, name, flags|noatime|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		switch {
		case err == nil:
			return FD(fd), nil
		case err == unix.EINTR:
		case err == unix.EPERM && noatime != 0:
			fd, err := unix.Openat(dir, name, flags|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
			if err != nil {
				return None, err
			}
			return FD(fd), nil
		default:
			return None, err
		}
	}
}

// OpenDir opens the directory name in d. It does not follow a symbolic link (ErrLink) and does not enter a mount
// point (ErrMount).
func (d FD) OpenDir(name string) (FD, error) {
	fd, err := d.openDir(name)
	if err == unix.ELOOP || err == unix.ENOTDIR {
		if s, e := d.Lstat(name); e == nil && s.Kind() == Symlink {
			return None, ErrLink
		}
	}
	return fd, err
}

// OpenOrMakeDir is OpenDir, but makes the directory, for the user alone, if there is none.
func (d FD) OpenOrMakeDir(name string) (FD, error) {
	fd, err := d.OpenDir(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return fd, err
	}
	if err := d.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return None, err
	}
	return d.OpenDir(name)
}

// Close closes d; None is not an error.
func (d FD) Close() {
	if d != None {
		_ = unix.Close(int(d)) // a directory opened for reading loses nothing
	}
}

// Dup returns a second descriptor of the same directory.
func (d FD) Dup() (FD, error) {
	fd, err := unix.FcntlInt(uintptr(d), unix.F_DUPFD_CLOEXEC, 0)
	return FD(fd), err
}

// Mkdir makes the directory name with mode 0777 less the umask.
func (d FD) Mkdir(name string, mode uint32) error {
	return retry(func() error { return unix.Mkdirat(int(d), name, mode) })
}

// Rmdir removes the directory name if it is empty, which the kernel checks.
func (d FD) Rmdir(name string) error {
	return retry(func() error { return unix.Unlinkat(int(d), name, unix.AT_REMOVEDIR) })
}

// Unlink removes the file name.
func (d FD) Unlink(name string) error {
	return retry(func() error { return unix.Unlinkat(int(d), name, 0) })
}

// Link gives the file name in d a second name in to. It refuses a name that is taken.
func (d FD) Link(name string, to FD, second string) error {
	return retry(func() error { return unix.Linkat(int(d), name, int(to), second, 0) })
}

// Readlink returns where the symbolic link name points.
func (d FD) Readlink(name string) (string, error) {
	buffer := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(int(d), name, buffer)
	if err != nil {
		return "", err
	}
	return string(buffer[:n]), nil
}

// Sync waits until d's entries are on the disk.
func (d FD) Sync() error { return retry(func() error { return unix.Fsync(int(d)) }) }

// OpenRegular opens the regular file name for reading, and nothing else: a FIFO, a device or a symbolic link is refused
// before it is opened. The access time stays where the system allows it.
func (d FD) OpenRegular(name string) (*os.File, error) {
	fd, err := d.openRegular(name)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// Create makes the file name for writing and reading, with mode less the umask. It refuses a name that is taken.
func (d FD) Create(name string, mode uint32) (*os.File, error) {
	for {
		fd, err := unix.Openat(int(d), name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, mode)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, &os.PathError{Op: "create", Path: name, Err: err}
		}
		return os.NewFile(uintptr(fd), name), nil
	}
}

// Rename moves the file name in d to the name newName in to, and never overwrites: a taken name is fs.ErrExist, decided
// by the kernel in the same step. A file system or kernel that cannot do that is ErrNoReplace; RenameByLink is the way
// that remains.
func (d FD) Rename(name Name, to FD, newName Name) error {
	err := d.renameNoReplace(name, to, newName)
	if err == unix.EINVAL || err == unix.ENOSYS || err == unix.ENOTSUP {
		return ErrNoReplace
	}
	return err
}

// RenameDir moves the directory name in d to the name newName in to. A taken name is fs.ErrExist or unix.ENOTDIR. Where
// the file system cannot rename without overwriting, an empty directory of that name may be replaced, and nothing else:
// there are no hard links to directories to do it with.
func (d FD) RenameDir(name string, to FD, newName string) error {
	err := d.Rename(NameOf(name), to, NameOf(newName))
	if err != ErrNoReplace {
		return err
	}
	err = retry(func() error { return unix.Renameat(int(d), name, int(to), newName) })
	if err == unix.ENOTEMPTY {
		return unix.EEXIST
	}
	return err
}

// RenameByLink does what Rename does in two steps: it links the file to the new name, which the kernel refuses for a
// taken one, and unlinks the old name. A crash between the two leaves both names. A file system without links is
// ErrNoLink, and EXDEV as between two file systems: the file has to be copied.
func (d FD) RenameByLink(name Name, to FD, newName Name) error {
	if err := d.Link(name.String(), to, newName.String()); err != nil {
		if err == unix.EPERM || err == unix.ENOTSUP || err == unix.ENOSYS {
			return fmt.Errorf("%w: %w", ErrNoLink, unix.EXDEV)
		}
		return err
	}
	return d.Unlink(name.String())
}

func retry(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}
