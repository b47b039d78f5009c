package carry

import (
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
)

// Half is a copy that a killed run was writing under its final name.
type Half struct {
	In       dirfd.FD
	Name     string
	Made     identity.File // as it was when it was made, or what was intended
	Of       dirfd.FD
	Original string
}

// Intended is what is recorded of a file before it is created under its final name: no inode yet, and the time.
func Intended() dirfd.Stat { return dirfd.Stat{Mtime: time.Now()} }

// soon is how much later than intended a file may be created on a busy machine.
const soon = 10 * time.Second

// RemoveHalf removes an unfinished copy and reports whether it did. Only what the run has made is removed. It is
// recognized by its inode or, where inodes prove nothing, by its content, which holds nothing that the original does
// not. A run that was killed before it recorded the inode has written no content either, so an empty file of that
// moment is removed too. Everything else stays, because it may be somebody else's.
func RemoveHalf(h Half) (bool, error) {
	found, err := h.In.Look(h.Name)
	if err != nil || found.Kind() != dirfd.Regular {
		return false, nil
	}
	var mine bool
	switch {
	case h.Made.Ino == 0:
		after := time.Duration(found.Mtime.UnixNano() - h.Made.Mtime)
		mine = found.Size == 0 && after > -granularity && after < soon
	case h.In.TrustsInodes():
		mine = found.Ino == h.Made.Ino && (h.Made.Birth == 0 || identity.MarkOf(found).Birth == h.Made.Birth)
	case found.Size == 0:
		mine = identity.SameTime(found.Mtime.UnixNano(), h.Made.Mtime) || h.dressed(found)
	default:
		mine, err = identity.HalfOf(h.Of, h.Original, h.In, h.Name)
	}
	if err != nil || !mine {
		return false, err
	}
	return true, h.In.Unlink(h.Name)
}

// dressed reports whether an empty file is a complete copy of the original, because it already has its times.
func (h Half) dressed(found dirfd.Stat) bool {
	original, err := h.Of.Look(h.Original)
	return err == nil && original.Kind() == dirfd.Regular && original.Size == 0 &&
		found.Mtime.Sub(original.Mtime).Abs() < granularity
}
