// Package xattr packs the extended attributes of a file into bytes that a journal can hold, and gives them back.
package xattr

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// Pack returns the extended attributes of an open file, packed for the journal; nil when there are none or the file
// system does not support them.
func Pack(fd int) []byte {
	size, err := unix.Flistxattr(fd, nil)
	if err != nil || size == 0 {
		return nil
	}
	list := make([]byte, size)
	if size, err = unix.Flistxattr(fd, list); err != nil {
		return nil
	}
	var packed []byte
	for _, name := range bytes.Split(list[:size], []byte{0}) {
		if len(name) == 0 {
			continue
		}
		if value, ok := xattr(fd, string(name)); ok {
			packed = appendText(appendText(packed, name), value)
		}
	}
	return packed
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

// Set gives an open file the packed attributes. Attributes that the file system or the user's rights do not allow are
// left out, and the first such error is returned.
func Set(fd int, packed []byte) (first error) {
	for len(packed) > 0 {
		name, rest, ok := cutText(packed)
		value, rest, whole := cutText(rest)
		if !ok || !whole {
			return errTorn
		}
		packed = rest
		if have, ok := xattr(fd, string(name)); ok && bytes.Equal(have, value) {
			continue
		}
		if err := unix.Fsetxattr(fd, string(name), value, 0); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// errTorn reports packed attributes that end too early.
var errTorn = errors.New("the recorded extended attributes end too early")

// appendText appends a text with its length before it.
func appendText(packed, text []byte) []byte {
	return append(binary.AppendUvarint(packed, uint64(len(text))), text...)
}

// cutText returns the first text and what follows it, and false if there is none.
func cutText(packed []byte) (text, rest []byte, ok bool) {
	n, size := binary.Uvarint(packed)
	if size <= 0 || n > uint64(len(packed)-size) {
		return nil, nil, false
	}
	end := size + int(n)
	return packed[size:end], packed[end:], true
}
