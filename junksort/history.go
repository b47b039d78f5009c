package junksort

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

var (
	// ErrBusy reports that another run works on the same folder.
	ErrBusy = journal.ErrBusy
	// ErrNothing reports that there is no run to undo or to resume.
	ErrNothing = journal.ErrNothing
	// ErrCorrupt reports a journal that is damaged in a way that no crash explains.
	ErrCorrupt = journal.ErrCorrupt
)

// State says how far a run has come.
type State = journal.State

// The states of a run.
const (
	Running      = journal.Running      // at work just now
	Killed       = journal.Killed       // it was killed; resume or undo it
	Interrupted  = journal.Interrupted  // stopped by a signal or an error; resume or undo it
	Settled      = journal.Settled      // killed or interrupted, and left at that by a later run
	Done         = journal.Done         // all files are sorted
	Partial      = journal.Partial      // some files could not be sorted
	Undoing      = journal.Undoing      // an undo was killed
	Undone       = journal.Undone       // all is as it was
	Damaged      = journal.Damaged      // its journal cannot be read
	PartlyUndone = journal.PartlyUndone // all is as it was but for some files
)

// Run is one run in the history of a folder.
type Run struct {
	Run     int       `json:"run"`
	Command string    `json:"command"` // sort, apply or watch
	State   State     `json:"state"`
	Files   int       `json:"files"` // how many were moved
	Started time.Time `json:"started_at"`
	Kept    int64     `json:"kept_bytes"` // what Forget would free
}

// History returns the runs of the folder dir, the oldest first. A folder that was never sorted has none. Runs with a
// damaged journal are in the list too, and make an error beside it.
func History(dir string) ([]Run, error) {
	fd, err := dirfd.Open(dir)
	if err != nil {
		return nil, err
	}
	defer fd.Close()
	s, err := journal.Read(fd)
	if errors.Is(err, ErrNothing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	busy := s.Busy()
	list, broken, err := readable(s)
	if n := len(list); busy && n > 0 && (list[n-1].State == Killed || list[n-1].State == Undoing) {
		list[n-1].State = Running
	}
	return list, errors.Join(err, broken)
}

// readable returns the runs whose journals can be read, and an error that says what is wrong with the others.
func readable(s *journal.Store) (list []Run, broken error, err error) {
	numbers, err := s.Numbers()
	if err != nil {
		return nil, nil, err
	}
	for _, n := range numbers {
		r, err := s.Summary(n)
		if errors.Is(err, os.ErrNotExist) {
			continue // forgotten meanwhile
		}
		if err != nil {
			broken = errors.Join(broken, damaged(n, err))
			r = journal.Summary{Run: n, State: Damaged}
		}
		list = append(list, Run{
			Run: n, Command: r.Command, State: r.State, Files: r.Files, Started: r.Started, Kept: s.Kept(n),
		})
	}
	return slices.Clip(list), broken, nil
}

// damaged says which file a journal that cannot be read is, and what can be done.
func damaged(run int, err error) error {
	if !errors.Is(err, ErrCorrupt) {
		return wrapRun(run, err)
	}
	return fmt.Errorf("run %d: %s: %w (junksort forget DIR %d gives it up)", run, journal.Path(run), err, run)
}

// wrapRun says which run an error is about.
func wrapRun(run int, err error) error { return fmt.Errorf("run %d: %w", run, err) }

// wrapIf is wrapRun for an error that may be nil.
func wrapIf(run int, err error) error {
	if err == nil {
		return nil
	}
	return wrapRun(run, err)
}

// sortedBefore reports whether a run with the same destinations has sorted the folder and was not undone: folders in
// its categories were then made by the user since. For a watch, which mostly ends by being killed, it is enough that it
// ran.
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
	numbers, _ := s.Numbers() // what cannot be read is not a reason to leave files alone
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

// hasSorted reports whether a run has gone through its folder and was not undone.
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

// destination resolves a destination against a folder: the result is empty for the folder itself.
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
