package identity

import (
	"bytes"
	"errors"
	"io"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

var (
	// ErrChanged reports a file that is no longer what it was when it was looked at.
	ErrChanged = errors.New("changed meanwhile")
	// ErrNotRegular reports something other than a regular file.
	ErrNotRegular = errors.New("not a regular file")
)

// Unchanged reports whether two looks at a file saw the same content: the change time betrays every write.
func Unchanged(a, b dirfd.Stat) bool {
	return a.Same(b) && a.Size == b.Size && a.Mtime.Equal(b.Mtime) && a.Ctime.Equal(b.Ctime)
}

// SameBytes compares the rest of two readers.
func SameBytes(a, b io.Reader) (bool, error) {
	left, right := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(a, left)
		m, otherErr := io.ReadFull(b, right)
		if !bytes.Equal(left[:n], right[:m]) {
			return false, nil
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return otherErr == err, nil
		}
		if err != nil {
			return false, err
		}
		if otherErr != nil {
			return false, otherErr
		}
	}
}

// HalfOf reports whether a file is an unfinished copy of another one: each of its bytes is the original's or zero.
func HalfOf(from dirfd.FD, name string, to dirfd.FD, double string) (bool, error) {
	original, err := from.OpenRegular(name)
	if err != nil {
		return false, err
	}
	defer original.Close()
	copied, err := to.OpenRegular(double)
	if err != nil {
		return false, err
	}
	defer copied.Close()
	left, right := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(copied, right)
		m, otherErr := io.ReadFull(original, left)
		if otherErr != nil && otherErr != io.EOF && otherErr != io.ErrUnexpectedEOF {
			return false, otherErr
		}
		if n > m {
			return false, nil
		}
		for i, b := range right[:n] {
			if b != 0 && b != left[i] {
				return false, nil
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}
