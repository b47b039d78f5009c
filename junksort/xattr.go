package junksort

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// packXattrs returns the extended attributes of an open file, packed for the journal; nil when there are none or the
// file system has no such thing.
func packXattrs(fd int) []byte {
	size, err := unix.Flistxattr(fd, nil)
	if err != nil || size == 0 {
		return nil
	}
	list := make([]byte, size)
	if size, err = unix.Flistxattr(fd, list); err != nil {
		return nil
	}
	var e encoder
	for _, name := range bytes.Split(list[:size], []byte{0}) {
		if len(name) == 0 {
			continue
		}
		if value, ok := xattr(fd, string(name)); ok {
			e.raw(name)
			e.raw(value)
		}
	}
	return e.bytes
}

func xattr(fd int, name string) ([]byte, bool) {
	size, err := unix.Fgetxattr(fd, name, nil)
	if err != nil {
		return nil, false
	}
	value := make([]byte, size)
	if size > 0 {
		if size, err = unix.Fgetxattr(fd, name, value); err != nil {
			return nil, false
		}
	}
	return value[:size], true
}

// setXattrs gives an open file the packed attributes. Those that the file system or the user's rights do not allow are
// left out, and the first such error is returned.
func setXattrs(fd int, packed []byte) (first error) {
	d := decoder{bytes: packed}
	for len(d.bytes) > 0 {
		name, value := string(d.raw()), d.raw()
		if d.err != nil {
			return d.err
		}
		if have, ok := xattr(fd, name); ok && bytes.Equal(have, value) {
			continue
		}
		if err := unix.Fsetxattr(fd, name, value, 0); err != nil && first == nil {
			first = err
		}
	}
	return first
}
