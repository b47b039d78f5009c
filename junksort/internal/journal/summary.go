package journal

import (
	"io"
	"os"
	"time"

	"github.com/pythonweb/goweb/junksort/wal"
	"golang.org/x/sys/unix"
)

// Summary is what a journal says of its run as a whole.
type Summary struct {
	Run     int
	Command string // sort, apply, watch or rename
	State   State
	Files   int // how many were moved
	Started time.Time
	Options []string // as they were given to newJournal
}

// Resumable reports whether the run has something left to do.
func (r Summary) Resumable() bool {
	return r.State == Killed || r.State == Interrupted || r.State == Undoing
}

// Busy reports whether somebody holds the lock.
func (s *Store) Busy() bool {
	fd, err := unix.Openat(int(s.Own), lockFile, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}

// Summary reads what a journal says about its run as a whole. It has to read the steps only for a killed run.
func (s *Store) Summary(run int) (Summary, error) {
	file, err := s.journal(run, os.O_RDONLY)
	if err != nil {
		return Summary{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Summary{}, err
	}
	result := Summary{Run: run, State: Killed, Started: info.ModTime()}
	err = eachRecord(file, info.Size(), func(kind byte) bool { return kind != recordSteps }, result.learn)
	if err == nil && result.State == Killed {
		result.Files, err = intents(file, info.Size())
	}
	return result, err
}

// learn takes one record into account.
func (r *Summary) learn(record wal.Record) error {
	switch record.Kind {
	case recordBegin:
		b, err := decodeBegin(record.Body)
		r.Command, r.Started, r.State, r.Options = b.command, b.started, Killed, b.options
		return err
	case recordSteps:
		switch r.State {
		case Interrupted, Settled, Done, Partial:
			r.State = Killed // resumed, or a watch that continued, and not ended since
		}
	case recordEnd, recordUndo:
		e, err := decodeEnd(record.Body)
		r.State = e.state
		if record.Kind == recordEnd || r.Files == 0 {
			r.Files = int(e.files)
		}
		return err
	}
	return nil
}

// intents counts the files that a killed run meant to move, which is at most what it moved. Settling counts what it did
// move.
func intents(file io.ReaderAt, size int64) (int, error) {
	count := 0
	err := eachRecord(file, size, nil, func(record wal.Record) error {
		if record.Kind != recordSteps {
			return nil
		}
		return eachStep(record.Body, func(s *Step) error {
			count += kinds[s.Kind].files()
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
