package junksort

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/wal"
)

// State says how far a run has come.
type State string

// The states of a run.
const (
	Running      State = "running"       // at work just now
	Killed       State = "killed"        // it ended without a word; resume or undo it
	Interrupted  State = "interrupted"   // stopped by a signal or an error; resume or undo it
	Settled      State = "settled"       // killed or interrupted, and left at that by a later run
	Done         State = "done"          // all files are sorted
	Partial      State = "partial"       // some files could not be sorted
	Undoing      State = "undoing"       // an undo was killed
	Undone       State = "undone"        // all is as it was
	PartlyUndone State = "partly_undone" // all is as it was but for some files
)

// Run is one run in the history of a folder.
type Run struct {
	Run     int       `json:"run"`
	Command string    `json:"command"` // sort, apply or watch
	State   State     `json:"state"`
	Files   int       `json:"files"` // how many were moved
	Started time.Time `json:"started_at"`
}

// undoable reports whether an undo without a number may take this run.
func (r Run) undoable() bool { return r.State != Undone && r.State != PartlyUndone }

// resumable reports whether the run has something left to do.
func (r Run) resumable() bool {
	return r.State == Killed || r.State == Interrupted || r.State == Undoing
}

// History returns the runs of the folder dir, the oldest first. A folder that was never sorted has none.
func History(dir string) ([]Run, error) {
	fd, err := dirfd.Open(dir)
	if err != nil {
		return nil, err
	}
	defer fd.Close()
	s, err := readState(fd)
	if errors.Is(err, ErrNothing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer s.close()
	busy := s.busy()
	list, err := s.history()
	if n := len(list); busy && n > 0 && (list[n-1].State == Killed || list[n-1].State == Undoing) {
		list[n-1].State = Running
	}
	return list, err
}

// busy reports whether somebody holds the lock.
func (s *state) busy() bool {
	fd, err := unix.Openat(int(s.own), lockFile, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}

func (s *state) history() ([]Run, error) {
	numbers, err := s.numbers()
	if err != nil {
		return nil, err
	}
	list := make([]Run, 0, len(numbers))
	for _, n := range numbers {
		r, err := s.summary(n)
		if err != nil {
			return list, fmt.Errorf("run %d: %w", n, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// summary reads what a journal says about its run as a whole.
func (s *state) summary(run int) (Run, error) {
	file, err := s.journal(run, os.O_RDONLY)
	if err != nil {
		return Run{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Run{}, err
	}
	reader, err := wal.NewReader(file, info.Size())
	if err != nil {
		return Run{}, err
	}
	result := Run{Run: run, State: Killed, Started: info.ModTime()}
	var intents, failures int
	for {
		record, err := reader.Next()
		if err == io.EOF {
			if result.State == Killed {
				result.Files = intents - failures // at most; settling counts them
			}
			return result, nil
		}
		if err != nil {
			return Run{}, err
		}
		switch record.Kind {
		case recordBegin:
			b, err := decodeBegin(record.Body)
			if err != nil {
				return Run{}, err
			}
			result.Command, result.Started, result.State = b.command, b.started, Killed
		case recordSteps:
			if result.State == Interrupted {
				result.State = Killed // resumed, and not ended since
			}
			err = eachStep(record.Body, func(s step) error {
				switch s.kind {
				case stepMove, stepCopy, stepDropped:
					intents++
				case stepFailed:
					failures++
				}
				return nil
			})
			if err != nil {
				return Run{}, err
			}
		case recordEnd, recordUndo:
			e, err := decodeEnd(record.Body)
			if err != nil {
				return Run{}, err
			}
			result.State = e.state
			if record.Kind == recordEnd {
				result.Files = int(e.files)
			}
		}
	}
}

func eachStep(body []byte, visit func(step) error) error {
	d := decoder{bytes: body}
	for len(d.bytes) > 0 {
		s, err := d.step()
		if err != nil {
			return err
		}
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}
