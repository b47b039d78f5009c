package junksort

import (
	"path/filepath"
	"slices"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// sortedBefore reports whether a run with the same destinations has sorted the folder, and was not undone: folders in
// its categories were made by the person since. Of a watch, which mostly ends by a kill, it is enough that it was there.
func sortedBefore(own dirfd.FD, dir string, o Options) bool {
	if own == dirfd.None {
		return false
	}
	found := false
	journal.Sorted(own, func(to, by string) {
		found = found || by == string(o.By) && destination(dir, to) == destination(dir, o.To)
	})
	if found {
		return true
	}
	s := journal.ReadOnly(own)
	defer s.Close()
	numbers, _ := s.Numbers() // what cannot be read is no reason to leave files alone
	for _, n := range slices.Backward(numbers) {
		r, err := s.Summary(n)
		if err != nil || !hasSorted(r) {
			continue
		}
		then, err := optionsOf(r.Options)
		if err == nil && then.By == o.By && destination(dir, then.To) == destination(dir, o.To) {
			return true
		}
	}
	return false
}

// hasSorted reports whether a run has gone through its folder, and what it did is still so.
func hasSorted(r journal.Summary) bool {
	if r.Command == "rename" {
		return false
	}
	switch r.State {
	case Done, Partial, PartlyUndone:
		return true
	case Undone, Undoing:
		return false
	}
	return r.Command == "watch" && r.Files > 0
}

// destination returns what a destination means in a folder: empty for the folder itself.
func destination(dir, to string) string {
	if to == "" {
		return ""
	}
	path, err := tree.RealPath(to)
	if err != nil {
		path, _ = filepath.Abs(to)
	}
	if real, err := tree.RealPath(dir); err == nil && real == path {
		return ""
	}
	return path
}
