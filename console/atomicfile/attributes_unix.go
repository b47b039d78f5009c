//go:build linux || darwin

package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// writable returns an error if the process may not write to a file. It might be able to replace it nevertheless, where
// the directory allows that; but whoever protects a file means its content.
func writable(path string) error {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS)
}

// keepAttributes gives f what the file at path has, which old describes: owner, group, extended attributes (Linux
// keeps access control lists among them) and permissions, in this order, because a new owner takes permissions
// away.
func keepAttributes(f *os.File, path string, old fs.FileInfo) error {
	perm := old.Mode().Perm()
	if owned, ok := old.Sys().(*syscall.Stat_t); ok && !keepOwner(f, owned) {
		perm &^= 0o070
	}
	if err := keepExtended(f, path); err != nil {
		return err
	}
	return f.Chmod(perm)
}

// keepOwner gives f the owner and the group of old. Only root may give files away; others may give them to a group
// that they are in. It reports whether f has the group.
func keepOwner(f *os.File, old *syscall.Stat_t) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	made, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	if made.Uid == old.Uid && made.Gid == old.Gid || f.Chown(int(old.Uid), int(old.Gid)) == nil {
		return true
	}
	return made.Gid == old.Gid || f.Chown(-1, int(old.Gid)) == nil
}

// keepExtended gives f the extended attributes of the file at path, and takes those that it has from its
// directory's defaults.
func keepExtended(f *os.File, path string) error {
	fd := int(f.Fd())
	wanted, err := names(func(b []byte) (int, error) { return unix.Listxattr(path, b) })
	if err != nil {
		return err
	}
	for _, name := range wanted {
		value, err := read(func(b []byte) (int, error) { return unix.Getxattr(path, name, b) })
		if err == nil {
			err = unix.Fsetxattr(fd, name, value, 0)
		}
		// Not everybody may set the system's own labels (SELinux, capabilities).
		class, _, _ := strings.Cut(name, ".")
		system := class == "security" || class == "trusted" || class == "com"
		if err != nil && !system {
			return err
		}
	}
	made, err := names(func(b []byte) (int, error) { return unix.Flistxattr(fd, b) })
	if err != nil {
		return err
	}
	for _, name := range made {
		if name == accessList && !slices.Contains(wanted, name) {
			if err := unix.Fremovexattr(fd, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// accessList is the attribute that holds a file's access control list. A directory's default one is given to new files.
const accessList = "system.posix_acl_access"

// names returns the attributes that list writes, none on a file system that has no attributes.
func names(list func([]byte) (int, error)) ([]string, error) {
	data, err := read(list)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	var names []string
	for name := range bytes.SplitSeq(data, []byte{0}) {
		if len(name) > 0 {
			names = append(names, string(name))
		}
	}
	return names, err
}

// read calls get with a buffer that is large enough.
func read(get func([]byte) (int, error)) ([]byte, error) {
	for {
		size, err := get(nil)
		if err != nil || size == 0 {
			return nil, err
		}
		data := make([]byte, size)
		size, err = get(data)
		if !errors.Is(err, unix.ERANGE) { // it did not grow meanwhile
			return data[:max(0, size)], err
		}
	}
}

// duplicate returns another descriptor of an open stream.
func duplicate(stream int, name string) (*os.File, error) {
	fd, err := unix.FcntlInt(uintptr(stream), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}
