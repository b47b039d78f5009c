package carry

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// InnerName is the name that the inner folder of an archive has while it is moved out; it counts as unfinished work of
// the run.
func InnerName(temporary string) string {
	return strings.TrimSuffix(temporary, ".part") + "-inner.part"
}

// RemoveUnfinished removes what a killed run was unpacking.
func RemoveUnfinished(dir dirfd.FD, token string, seq uint64) {
	temporary := tree.PartialName(token, seq)
	if s, err := dir.Lstat(temporary); err == nil && s.Kind() == dirfd.Regular {
		_ = dir.Unlink(temporary) // what stays is named in the journal
		return
	}
	RemoveTree(dir, temporary)
	RemoveTree(dir, InnerName(temporary))
}

// RemoveTree removes a folder that a run is making and everything in it, and returns how many entries stay. It follows
// no link and enters no mount point.
func RemoveTree(dir dirfd.FD, name string) (left int) {
	fd, err := dir.OpenDir(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return 0
		}
		return 1
	}
	defer fd.Close()
	var folders, files []string
	_ = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error { // what cannot be read is not removed
		if e.Kind == dirfd.Directory {
			folders = append(folders, e.Name.String())
		} else {
			files = append(files, e.Name.String())
		}
		return nil
	})
	for _, f := range folders {
		left += RemoveTree(fd, f)
	}
	for _, f := range files {
		if fd.Unlink(f) != nil {
			left++
		}
	}
	if left == 0 && dir.Rmdir(name) != nil {
		left++
	}
	return left
}
