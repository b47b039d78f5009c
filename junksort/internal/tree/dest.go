package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Destination returns the folder DEST, which need not exist, and its path below DIR if it lies there. A folder of the
// tree is named by its path below root, so that a run can be undone after DIR was moved elsewhere.
func Destination(root *Folder, dir, to string) (dest *Folder, way []string, in bool, err error) {
	if to == "" {
		return root, nil, true, nil
	}
	outer, err := RealPath(dir)
	if err != nil {
		return nil, nil, false, err
	}
	path, err := filepath.Abs(to)
	if err != nil {
		return nil, nil, false, err
	}
	var missing []string
	existing := path
	for {
		real, err := filepath.EvalSymlinks(existing)
		if err == nil {
			existing = real
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, false, err
		}
		if dangling(existing) {
			return nil, nil, false, fmt.Errorf("%s: %w to nothing", existing, dirfd.ErrLink)
		}
		missing = append(missing, filepath.Base(existing))
		existing = filepath.Dir(existing)
	}
	slices.Reverse(missing)
	way, in = below(outer, existing)
	if in {
		dest = root
		for _, name := range way {
			dest = &Folder{Parent: dest, Name: name}
		}
	} else {
		dest = &Folder{Name: existing}
	}
	for _, name := range missing {
		dest = &Folder{Parent: dest, Name: name, Made: true}
		way = append(way, name)
	}
	return dest, way, in, nil
}

// RealPath returns the absolute path without symbolic links.
func RealPath(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
}

// dangling reports whether path, which cannot be resolved, is a symbolic link.
func dangling(path string) bool {
	parent, err := dirfd.Open(filepath.Dir(path))
	if err != nil {
		return false
	}
	defer parent.Close()
	s, err := parent.Lstat(filepath.Base(path))
	return err == nil && s.Kind() == dirfd.Symlink
}
