package tree

import (
	"crypto/sha256"
	"io"
	"io/fs"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
)

// File is a file as it was when it was looked at.
type File struct {
	In   *Folder
	Name dirfd.Name
	Stat dirfd.Stat
}

// openFile opens the file and checks that it is the one that was looked at.
func openFile(h *Handles, e File) (fs.File, int, error) {
	dir, err := h.Acquire(e.In)
	if err != nil {
		return nil, -1, err
	}
	defer h.Release(e.In)
	f, err := dir.OpenRegular(e.Name.String())
	if err != nil {
		return nil, -1, err
	}
	s, err := dirfd.StatFD(int(f.Fd()))
	switch {
	case err != nil:
	case s.Kind() != dirfd.Regular:
		err = identity.ErrNotRegular
	case !identity.Unchanged(s, e.Stat):
		err = identity.ErrChanged
	default:
		return f, int(f.Fd()), nil
	}
	f.Close()
	return nil, -1, err
}

// HashOf returns the SHA-256 of a file, or an empty string if it cannot be read or changes meanwhile.
func HashOf(h *Handles, e File) string {
	file, _, err := openFile(h, e)
	if err != nil {
		return ""
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return ""
	}
	return string(hash.Sum(nil))
}

// SameContent compares two files byte by byte. A file that changes meanwhile is different.
func SameContent(h *Handles, a, b File) (bool, error) {
	first, firstFD, err := openFile(h, a)
	if err != nil {
		return false, err
	}
	defer first.Close()
	second, secondFD, err := openFile(h, b)
	if err != nil {
		return false, err
	}
	defer second.Close()
	if same, err := identity.SameBytes(first, second); err != nil || !same {
		return false, err
	}
	for _, look := range []struct {
		fd     int
		before dirfd.Stat
	}{{firstFD, a.Stat}, {secondFD, b.Stat}} {
		if s, err := dirfd.StatFD(look.fd); err != nil || !identity.Unchanged(s, look.before) {
			return false, identity.ErrChanged
		}
	}
	return true, nil
}
