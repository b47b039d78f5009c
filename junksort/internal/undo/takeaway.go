package undo

import (
	"errors"
	"io/fs"
	"path"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
)

// foreign returns the first entry of an unpacked folder that did not come out of its archive or was changed since, and
// what happened to it. It returns nothing for a folder that is as it was, except for what the user has removed.
func foreign(dir dirfd.FD, name string, entries []journal.Entry) (where, what string, err error) {
	made := make(map[string]journal.Entry, len(entries))
	for _, e := range entries {
		made[e.Path] = e
	}
	err = dir.Walk(name, "", func(path string, s dirfd.Stat) error {
		e, known := made[path]
		switch {
		case where != "" || path == "" && s.Kind() == dirfd.Directory:
		case !known:
			where, what = path, "was added"
		case !e.Is(s, false):
			where, what = path, "was edited or replaced"
			if path == "" {
				where = name
			}
		}
		return nil
	})
	return where, what, err
}

// takeAway removes an unpacked folder: only the entries that are unchanged. It returns how many stay.
func takeAway(dir dirfd.FD, name string, entries []journal.Entry) (left int) {
	made := make(map[string]journal.Entry, len(entries))
	for _, e := range entries {
		made[e.Path] = e
	}
	return removeMade(dir, name, "", made)
}

func removeMade(dir dirfd.FD, name, below string, made map[string]journal.Entry) (left int) {
	e, known := made[below]
	s, err := dir.Look(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0
	case err != nil || !known || (below != "" || s.Kind() != dirfd.Directory) && !e.Is(s, true):
		return 1
	case s.Kind() != dirfd.Directory:
		if dir.Unlink(name) != nil {
			return 1
		}
		return 0
	}
	fd, err := dir.OpenDir(name)
	if err != nil {
		return 1
	}
	defer fd.Close()
	var names []string
	_ = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error { // what cannot be read keeps its folder
		names = append(names, e.Name.String())
		return nil
	})
	for _, inner := range names {
		left += removeMade(fd, inner, path.Join(below, inner), made)
	}
	if left == 0 && dir.Rmdir(name) != nil {
		left++
	}
	return left
}
