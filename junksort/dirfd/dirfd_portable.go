//go:build unix && (!linux || portable)

package dirfd

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const noatime = 0

func (d FD) openDir(name string) (FD, error) { return d.openDirByDevice(name) }

func (d FD) openRegular(name string) (int, error) {
	if s, err := d.Lstat(name); err != nil {
		return -1, err
	} else if s.Kind() != Regular {
		return -1, fmt.Errorf("%w: not a regular file", unix.EINVAL)
	}
	// O_NONBLOCK: a FIFO that took the name meanwhile does not hang us; the second look refuses it.
	fd, err := openat(int(d), name, unix.O_RDONLY|unix.O_NOFOLLOW)
	if err != nil {
		return -1, err
	}
	if s, err := fd.Stat(); err != nil || s.Kind() != Regular {
		fd.Close()
		return -1, fmt.Errorf("%w: not a regular file", unix.EINVAL)
	}
	return int(fd), nil
}

func (d FD) renameNoReplace(Name, FD, Name) error { return unix.ENOSYS }

// Exchange cannot be done here.
func (d FD) Exchange(string, string) error { return unix.EINVAL }

// Read calls visit with every entry of d except "." and "..", in no particular order. It does not use buffer here.
func (d FD) Read(_ []byte, visit func(Entry) error) error {
	copied, err := openat(int(d), ".", unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	dir := os.NewFile(uintptr(copied), ".")
	defer dir.Close()
	for {
		names, err := dir.Readdirnames(1024)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for _, name := range names {
			s, err := d.Lstat(name)
			if err != nil {
				continue // gone since
			}
			if err := visit(Entry{Name: NameOf(name), Ino: s.Ino, Kind: s.Kind()}); err != nil {
				return err
			}
		}
	}
}

// TrustsInodes reports that Read has asked Lstat for every inode number.
func (d FD) TrustsInodes() bool { return true }

// LookAt is Lstat: the birth time is not known here. An empty name means d itself.
func (d FD) LookAt(name Name) (Stat, error) {
	if len(name) < 2 {
		return d.Stat()
	}
	return d.Lstat(name.String())
}

func (d FD) volume() uint64 { return 0 }

// SetTimesFD sets access and modification time of the open file fd, in microseconds.
func SetTimesFD(fd int, access, modification time.Time) error {
	return unix.Futimes(fd, []unix.Timeval{
		unix.NsecToTimeval(access.UnixNano()),
		unix.NsecToTimeval(modification.UnixNano()),
	})
}
