package junksort

import (
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/seam"
)

// Forgotten is a run that can no longer be undone, and what forgetting it has freed.
type Forgotten struct {
	Run   int   `json:"run"`
	Files int   `json:"files"` // how many could have been put back
	Bytes int64 `json:"freed_bytes"`
}

// Forget removes the journal of a run of dir, even a damaged one, and the duplicates that the run has put aside. A run
// of 0 means all runs that started before the time.
func Forget(dir string, run int, before time.Time) ([]Forgotten, error) {
	return forget(dir, run, before, nil)
}

func forget(dir string, run int, before time.Time, at seam.Func) ([]Forgotten, error) {
	fd, err := dirfd.Open(dir)
	if err != nil {
		return nil, err
	}
	defer fd.Close()
	s, err := journal.Open(fd, false)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	numbers, err := s.Numbers()
	if err != nil {
		return nil, err
	}
	var list []Forgotten
	for _, n := range numbers {
		if run != 0 && n != run {
			continue
		}
		r, err := s.Summary(n)
		if run == 0 && (err != nil || !r.Started.Before(before)) {
			continue // a damaged one is forgotten by its number
		}
		f := Forgotten{Run: n, Files: r.Files}
		if r.State == Undone {
			f.Files = 0
		}
		if o, e := optionsOf(r.Options); err == nil && e == nil && hasSorted(r) {
			if err := s.NoteSorted(destination(dir, o.To), string(o.By)); err != nil {
				return list, wrapRun(n, err)
			}
		}
		if f.Bytes, err = s.Forget(n, at); err != nil {
			return list, wrapRun(n, err)
		}
		list = append(list, f)
	}
	if run != 0 && len(list) == 0 {
		return nil, ErrNothing
	}
	return list, nil
}
