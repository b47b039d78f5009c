package dirfd

import (
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

// Stat is what the file system knows about a file or directory.
type Stat struct {
	Dev, Ino     uint64
	Mode         uint32 // type and permissions, as in st_mode
	UID, GID     uint32
	Links        uint64
	Size, Blocks int64 // bytes, and blocks of 512 bytes that are really there
	Atime, Mtime time.Time
	Ctime        time.Time
	Btime        time.Time // birth; zero where Look was not asked or the file system does not know
}

// ID identifies a file to the kernel as long as it exists.
type ID struct{ Dev, Ino uint64 }

// ID returns the device and inode.
func (s Stat) ID() ID { return ID{Dev: s.Dev, Ino: s.Ino} }

// Kind returns what the mode says.
func (s Stat) Kind() Kind {
	switch s.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return Regular
	case unix.S_IFDIR:
		return Directory
	case unix.S_IFLNK:
		return Symlink
	}
	return Special
}

// Perm returns the permissions with set-user-ID, set-group-ID and sticky bit, as chmod takes them.
func (s Stat) Perm() uint32 { return s.Mode & 0o7777 }

// Same reports whether both are the same file: device and inode are equal.
func (s Stat) Same(t Stat) bool { return s.Dev == t.Dev && s.Ino == t.Ino }

// Stat describes d itself.
func (d FD) Stat() (Stat, error) { return StatFD(int(d)) }

// StatFD describes the open file fd.
func StatFD(fd int) (Stat, error) {
	var s unix.Stat_t
	if err := retry(func() error { return unix.Fstat(fd, &s) }); err != nil {
		return Stat{}, err
	}
	return statOf(&s), nil
}

// Lstat describes the entry name of d and follows no symbolic link. A missing entry is fs.ErrNotExist.
func (d FD) Lstat(name string) (Stat, error) {
	var s unix.Stat_t
	if err := retry(func() error { return unix.Fstatat(int(d), name, &s, unix.AT_SYMLINK_NOFOLLOW) }); err != nil {
		return Stat{}, err
	}
	return statOf(&s), nil
}

// Look is LookAt for a name that is a string.
func (d FD) Look(name string) (Stat, error) { return d.LookAt(NameOf(name)) }

// Volume returns a number that identifies d's file system even after it was mounted anew, or zero where there is no
// such number.
func (d FD) Volume() uint64 { return d.volume() }

// Exists reports whether d has an entry name, of any kind. An error other than absence counts as existing.
func (d FD) Exists(name string) bool {
	_, err := d.Lstat(name)
	return err == nil || !isNotExist(err)
}

func isNotExist(err error) bool { return err == unix.ENOENT || err == fs.ErrNotExist }

func statOf(s *unix.Stat_t) Stat {
	return Stat{
		Dev: uint64(s.Dev), Ino: s.Ino, Mode: uint32(s.Mode), UID: s.Uid, GID: s.Gid, Links: uint64(s.Nlink),
		Size: s.Size, Blocks: s.Blocks,
		Atime: timeOf(s.Atim), Mtime: timeOf(s.Mtim), Ctime: timeOf(s.Ctim),
	}
}

func timeOf(t unix.Timespec) time.Time { return time.Unix(t.Unix()) }

// SetTimes sets access and modification time of d, in nanoseconds.
func (d FD) SetTimes(access, modification time.Time) error {
	return SetTimesFD(int(d), access, modification)
}

// Chmod sets the permissions of d.
func (d FD) Chmod(mode uint32) error { return retry(func() error { return unix.Fchmod(int(d), mode) }) }

// Chown sets the owner of d.
func (d FD) Chown(uid, gid uint32) error {
	return retry(func() error { return unix.Fchown(int(d), int(uid), int(gid)) })
}
