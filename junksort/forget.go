package junksort

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// droppedFolder, in DIR/.junksort, holds what dedupe has put aside.
const droppedFolder = "dropped"

// Forgotten is a run that can no longer be undone, and what its going has freed.
type Forgotten struct {
	Run   int   `json:"run"`
	Files int   `json:"files"` // how many could have been returned
	Bytes int64 `json:"freed_bytes"`
}

// Forget removes the journal of a run of dir, also a damaged one, and the duplicates that it has put aside. A run of 0
// means all that started before the time.
func Forget(dir string, run int, before time.Time) ([]Forgotten, error) {
	fd, err := dirfd.Open(dir)
	if err != nil {
		return nil, err
	}
	defer fd.Close()
	s, err := openState(fd, false)
	if err != nil {
		return nil, err
	}
	defer s.close()
	numbers, err := s.numbers()
	if err != nil {
		return nil, err
	}
	var list []Forgotten
	for _, n := range numbers {
		if run != 0 && n != run {
			continue
		}
		r, err := s.summary(n)
		if run == 0 && (err != nil || !r.Started.Before(before)) {
			continue // a damaged one is forgotten by its number
		}
		f, err := s.forget(n, r)
		if err != nil {
			return list, wrapRun(n, err)
		}
		list = append(list, f)
	}
	if run != 0 && len(list) == 0 {
		return nil, ErrNothing
	}
	return list, nil
}

// forget removes first the duplicates and then the journal, so that a kill in between leaves nothing that nobody knows
// of.
func (s *state) forget(n int, r Run) (Forgotten, error) {
	f := Forgotten{Run: n, Files: r.Files}
	if r.State == Undone {
		f.Files = 0
	}
	names, err := s.dropped(n)
	if err == nil && len(names) > 0 {
		aside, err := s.own.OpenDir(droppedFolder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
		if err == nil {
			defer aside.Close()
			for _, name := range names {
				size, err := removeSized(aside, name)
				if err != nil {
					return f, err
				}
				f.Bytes += size
			}
		}
	}
	size, err := removeSized(s.runs, journalName(n))
	f.Bytes += size
	return f, err
}

// removeSized removes a file and returns how many bytes that has freed.
func removeSized(d dirfd.FD, name string) (int64, error) {
	stat, err := d.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := d.Unlink(name); err != nil || stat.Links > 1 {
		return 0, err
	}
	return stat.Size, nil
}

// dropped returns the names of the duplicates that a run has put aside.
func (s *state) dropped(run int) ([]string, error) {
	h, err := s.readJournal(run)
	if err != nil {
		return nil, err
	}
	defer h.file.Close()
	var names []string
	for _, place := range h.places {
		steps, err := h.steps(place)
		if err != nil {
			return nil, err
		}
		for _, step := range steps {
			if step.kind == stepDropped && !h.failed[step.seq] {
				names = append(names, string(step.newName))
			}
		}
	}
	return names, nil
}

// kept returns how many bytes a run keeps from being used: its journal and the duplicates that it has put aside.
func (s *state) kept(run int) (bytes int64) {
	if stat, err := s.runs.Lstat(journalName(run)); err == nil {
		bytes = stat.Size
	}
	aside, err := s.own.OpenDir(droppedFolder)
	if err != nil {
		return bytes // nothing was ever put aside
	}
	defer aside.Close()
	names, _ := s.dropped(run) // of a damaged journal nobody knows
	for _, name := range names {
		if stat, err := aside.Lstat(name); err == nil {
			bytes += stat.Size
		}
	}
	return bytes
}

// damaged says of a journal that cannot be read which file it is and what can be done.
func damaged(run int, err error) error {
	if !errors.Is(err, ErrCorrupt) {
		return wrapRun(run, err)
	}
	return fmt.Errorf("run %d: %s/%s/%s: %w (junksort forget DIR %d gives it up)", run, stateFolder, runsFolder, journalName(run), err, run)
}

// readable returns the runs whose journals can be read, and what is wrong with the others.
func (s *state) readable() (list []Run, broken error, err error) {
	numbers, err := s.numbers()
	if err != nil {
		return nil, nil, err
	}
	for _, n := range numbers {
		r, err := s.summary(n)
		if errors.Is(err, os.ErrNotExist) {
			continue // forgotten meanwhile
		}
		if err != nil {
			broken = errors.Join(broken, damaged(n, err))
			r = Run{Run: n, State: Damaged}
		}
		r.Kept = s.kept(n)
		list = append(list, r)
	}
	return slices.Clip(list), broken, nil
}
