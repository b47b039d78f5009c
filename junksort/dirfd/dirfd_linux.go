//go:build linux && !portable

package dirfd

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const noatime = unix.O_NOATIME

// openDir asks the kernel not to follow links and not to cross mounts; kernels before 5.6 compare devices instead.
func (d FD) openDir(name string) (FD, error) {
	how := unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NOATIME,
		Resolve: unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_XDEV | unix.RESOLVE_BENEATH,
	}
	for {
		fd, err := unix.Openat2(int(d), name, &how)
		switch {
		case err == nil:
			return FD(fd), nil
		case err == unix.EINTR || err == unix.EAGAIN: // EAGAIN: a rename on the way raced with the look-up
		case err == unix.EXDEV:
			return None, ErrMount
		case err == unix.EPERM && how.Flags&unix.O_NOATIME != 0: // somebody else's directory, or no openat2 in a sandbox
			how.Flags &^= unix.O_NOATIME
		case err == unix.ENOSYS || err == unix.EPERM:
			return d.openDirByDevice(name)
		default:
			return None, err
		}
	}
}

func (d FD) openRegular(name string) (int, error) {
	path, err := unix.Openat(int(d), name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(path)
	s, err := StatFD(path)
	if err != nil {
		return -1, err
	}
	if s.Kind() != Regular {
		return -1, fmt.Errorf("%w: not a regular file", unix.EINVAL)
	}
	// The same file, whatever the name has become meanwhile.
	fd, err := openat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", path), unix.O_RDONLY)
	if err == unix.ENOENT { // no /proc
		fd, err = openat(int(d), name, unix.O_RDONLY|unix.O_NOFOLLOW)
	}
	return int(fd), err
}

func (d FD) renameNoReplace(name Name, to FD, newName Name) error {
	for {
		_, _, errno := unix.Syscall6(unix.SYS_RENAMEAT2, uintptr(d), uintptr(unsafe.Pointer(&name[0])),
			uintptr(to), uintptr(unsafe.Pointer(&newName[0])), unix.RENAME_NOREPLACE, 0)
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

// Exchange makes two names of d change places, in one step. A file system that cannot is unix.EINVAL.
func (d FD) Exchange(one, other string) error {
	return retry(func() error { return unix.Renameat2(int(d), one, int(d), other, unix.RENAME_EXCHANGE) })
}

// Read calls visit with every entry of d except "." and "..", through buffer (64 KiB is a good size). Their order is
// not defined, and may differ from one listing to the next.
func (d FD) Read(buffer []byte, visit func(Entry) error) error {
	if _, err := unix.Seek(int(d), 0, 0); err != nil {
		return err
	}
	for {
		n, err := unix.Getdents(int(d), buffer)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		for rest := buffer[:n]; len(rest) > 0; {
			// struct linux_dirent64: d_ino 8 bytes, d_off 8, d_reclen 2, d_type 1, d_name up to a zero byte.
			length := binary.NativeEndian.Uint16(rest[16:])
			entry := Entry{Ino: binary.NativeEndian.Uint64(rest), Kind: kindOf(rest[18])}
			name := rest[19:length]
			entry.Name = Name(name[:bytes.IndexByte(name, 0)+1])
			rest = rest[length:]
			if isDot(entry.Name) {
				continue
			}
			if entry.Kind == Unknown {
				s, err := d.Lstat(entry.Name.String())
				if err != nil {
					continue // gone since
				}
				entry.Kind, entry.Ino = s.Kind(), s.Ino
			}
			if err := visit(entry); err != nil {
				return err
			}
		}
	}
}

func isDot(n Name) bool {
	return n[0] == '.' && (len(n) == 2 || len(n) == 3 && n[1] == '.')
}

func kindOf(t byte) Kind {
	switch t {
	case unix.DT_UNKNOWN:
		return Unknown
	case unix.DT_REG:
		return Regular
	case unix.DT_DIR:
		return Directory
	case unix.DT_LNK:
		return Symlink
	}
	return Special
}

// TrustsInodes reports whether the inode numbers of Read are those of Stat on d's file system. On others (overlays,
// FUSE, network file systems) the numbers may differ and each file needs an Lstat.
func (d FD) TrustsInodes() bool {
	var s unix.Statfs_t
	if unix.Fstatfs(int(d), &s) != nil {
		return false
	}
	switch int64(s.Type) { // EXT4 stands for ext2 and ext3 too
	case unix.EXT4_SUPER_MAGIC, unix.TMPFS_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC:
		return true
	}
	return false
}

// LookAt is Lstat with the birth time, where the file system knows it. An empty name means d itself.
func (d FD) LookAt(name Name) (Stat, error) {
	var s unix.Statx_t
	const mask = unix.STATX_BASIC_STATS | unix.STATX_BTIME
	flags := unix.AT_SYMLINK_NOFOLLOW | unix.AT_STATX_SYNC_AS_STAT
	if len(name) < 2 {
		flags |= unix.AT_EMPTY_PATH
	}
	var errno unix.Errno
	for {
		_, _, errno = unix.Syscall6(unix.SYS_STATX, uintptr(d), uintptr(unsafe.Pointer(&name[0])), uintptr(flags), mask,
			uintptr(unsafe.Pointer(&s)), 0)
		if errno != unix.EINTR {
			break
		}
	}
	switch errno {
	case 0:
	case unix.ENOSYS, unix.EPERM: // an old kernel, or a sandbox
		if len(name) < 2 {
			return d.Stat()
		}
		return d.Lstat(name.String())
	default:
		return Stat{}, errno
	}
	found := Stat{
		Dev: unix.Mkdev(s.Dev_major, s.Dev_minor), Ino: s.Ino, Mode: uint32(s.Mode), UID: s.Uid, GID: s.Gid,
		Links: uint64(s.Nlink), Size: int64(s.Size), Blocks: int64(s.Blocks),
		Atime: timeOfStatx(s.Atime), Mtime: timeOfStatx(s.Mtime), Ctime: timeOfStatx(s.Ctime),
	}
	if s.Mask&unix.STATX_BTIME != 0 && s.Btime != (unix.StatxTimestamp{}) {
		found.Btime = timeOfStatx(s.Btime)
	}
	return found, nil
}

func timeOfStatx(t unix.StatxTimestamp) time.Time { return time.Unix(t.Sec, int64(t.Nsec)) }

// volume takes the file system's own number where that is stored on the disk; elsewhere it derives from the device
// number, which changes.
func (d FD) volume() uint64 {
	var s unix.Statfs_t
	if unix.Fstatfs(int(d), &s) != nil {
		return 0
	}
	switch int64(s.Type) {
	case unix.EXT4_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC:
		return uint64(uint32(s.Fsid.Val[0])) | uint64(uint32(s.Fsid.Val[1]))<<32
	}
	return 0
}

// SetTimesFD sets access and modification time of the open file fd, in nanoseconds.
func SetTimesFD(fd int, access, modification time.Time) error {
	times := [2]unix.Timespec{
		{Sec: access.Unix(), Nsec: int64(access.Nanosecond())},
		{Sec: modification.Unix(), Nsec: int64(modification.Nanosecond())},
	}
	_, _, errno := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, uintptr(unsafe.Pointer(&times[0])), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
