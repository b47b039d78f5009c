package junksort

import (
	"errors"
	"io"
	"os"
	"slices"
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
	Damaged      State = "damaged"       // its journal cannot be read
	PartlyUndone State = "partly_undone" // all is as it was but for some files
)

// Run is one run in the history of a folder.
type Run struct {
	Run     int       `json:"run"`
	Command string    `json:"command"` // sort, apply or watch
	State   State     `json:"state"`
	Files   int       `json:"files"` // how many were moved
	Started time.Time `json:"started_at"`
	Kept    int64     `json:"kept_bytes"` // what Forget would free

	options Options
}

// resumable reports whether the run has something left to do.
func (r Run) resumable() bool {
	return r.State == Killed || r.State == Interrupted || r.State == Undoing
}

// History returns the runs of the folder dir, the oldest first. A folder that was never sorted has none. Runs with a
// damaged journal are in the list too, and make an error beside it.
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
	list, broken, err := s.readable()
	if n := len(list); busy && n > 0 && (list[n-1].State == Killed || list[n-1].State == Undoing) {
		list[n-1].State = Running
	}
	return list, errors.Join(err, broken)
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

// sortedBefore reports whether a run with the same destinations has sorted the folder to the end, and was not undone.
func sortedBefore(own dirfd.FD, o Options) bool {
	if own == dirfd.None {
		return false
	}
	runs, err := own.OpenDir(runsFolder)
	if err != nil {
		return false
	}
	defer runs.Close()
	s := &state{runs: runs}
	numbers, _ := s.numbers() // what cannot be read is no reason to leave files alone
	for _, n := range slices.Backward(numbers) {
		r, err := s.summary(n)
		if err == nil && (r.State == Done || r.State == Partial) && r.options.To == o.To && r.options.By == o.By {
			return true
		}
	}
	return false
}

// summary reads what a journal says about its run as a whole. Only of a killed run it has to read the steps.
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
	result := Run{Run: run, State: Killed, Started: info.ModTime()}
	err = eachRecord(file, info.Size(), func(kind byte) bool { return kind != recordSteps }, result.learn)
	if err == nil && result.State == Killed {
		result.Files, err = intents(file, info.Size())
	}
	return result, err
}

// learn takes one record into account.
func (r *Run) learn(record wal.Record) error {
	switch record.Kind {
	case recordBegin:
		b, err := decodeBegin(record.Body)
		r.Command, r.Started, r.State = b.command, b.started, Killed
		if err == nil {
			r.options, _ = optionsOf(b.options) // who carries them out looks at them again
		}
		return err
	case recordSteps:
		if r.State == Interrupted || r.State == Settled {
			r.State = Killed // resumed, and not ended since
		}
	case recordEnd, recordUndo:
		e, err := decodeEnd(record.Body)
		r.State = e.state
		if record.Kind == recordEnd {
			r.Files = int(e.files)
		}
		return err
	}
	return nil
}

// intents counts the files that a killed run meant to move, which is at most what it moved. Settling counts those.
func intents(file io.ReaderAt, size int64) (int, error) {
	count := 0
	err := eachRecord(file, size, nil, func(record wal.Record) error {
		if record.Kind != recordSteps {
			return nil
		}
		return eachStep(record.Body, func(s step) error {
			switch s.kind {
			case stepMove, stepCopy, stepDropped:
				count++
			case stepFailed:
				count--
			}
			return nil
		})
	})
	return count, err
}

// eachRecord visits the records of a journal up to the end or to a torn last one.
func eachRecord(file io.ReaderAt, size int64, read func(kind byte) bool, visit func(wal.Record) error) error {
	reader, err := wal.NewReader(file, size)
	if err != nil {
		return err
	}
	for {
		record, err := reader.NextOf(read)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := visit(record); err != nil {
			return err
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
