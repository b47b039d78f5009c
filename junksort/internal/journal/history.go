package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/wal"
)

// History opens the journal of a run, reads all of it and can continue it.
func (s *Store) History(run int) (*History, error) {
	file, err := s.journal(run, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNothing
	}
	if err != nil {
		return nil, err
	}
	h := &History{file: file, Writer: Writer{state: s, Run: run}}
	err = h.read()
	if err == nil {
		h.writer, err = h.reader.Writer(h.file)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return h, nil
}

// ReadHistory reads the whole journal of a run; nothing can be written to it.
func (s *Store) ReadHistory(run int) (*History, error) {
	file, err := s.journal(run, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	h := &History{file: file, Writer: Writer{state: s, Run: run}}
	if err := h.read(); err != nil {
		file.Close()
		return nil, err
	}
	return h, nil
}

// Close closes the file.
func (h *History) Close() { h.file.Close() }

// Begun reports whether the run has written anything.
func (h *History) Begun() bool { return h.head.run != 0 }

// RunState returns how far the run has come; nothing for one that was killed.
func (h *History) RunState() State { return h.last.state }

// Moved returns how many files the run has moved, as its end says.
func (h *History) Moved() int { return int(h.last.files) }

// Settled records how the run has ended, because it could not do so itself.
func (h *History) Settled(state State, files int) error {
	h.last = end{state: state, files: uint64(files)}
	return h.note(recordEnd, h.last)
}

// Undone records how far an undo has come, and how many of the files moved by a run that never ended were returned.
func (h *History) Undone(state State, returned int) error {
	return h.note(recordUndo, end{state: state, files: max(h.last.files, uint64(returned))})
}

// Renew adds to a journal of the first format what the names of unfinished work need now, and returns the journal to
// continue.
func (h *History) Renew() (_ *Writer, err error) {
	if h.secret == "" {
		if h.secret, err = tree.NewToken(h.state.dir, h.Run); err != nil {
			return nil, err
		}
		h.head.token = h.secret
		err = h.writer.Append(recordBegin, h.head.encode())
	}
	return &h.Writer, err
}

// History is a journal that was read: the sum of its steps, and the places of its records. The moves themselves stay in
// the file, because there may be millions.
type History struct {
	Writer
	Learned
	file   *os.File
	reader *wal.Reader
	head   begin
	Places []int64 // of the recordSteps
}

// read reads all records.
func (h *History) read() error {
	info, err := h.file.Stat()
	if err != nil {
		return err
	}
	if h.reader, err = wal.NewReader(h.file, info.Size()); err != nil {
		return err
	}
	h.Learned = newLearned()
	for {
		record, err := h.reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch record.Kind {
		case recordBegin:
			h.head, err = decodeBegin(record.Body)
		case recordEnd, recordUndo:
			h.last, err = decodeEnd(record.Body)
		case recordSteps:
			h.Places = append(h.Places, record.At)
			if h.last.state == Done || h.last.state == Partial {
				h.last.state = "" // a watch continued
			}
			err = eachStep(record.Body, func(s *Step) error { return kinds[s.Kind].learn(&h.Learned, s) })
		}
		if err != nil {
			return err
		}
	}
	h.folders, h.moves = h.lastFolder, h.nextMove
	if h.head.run == 0 { // killed before it wrote anything
		h.last.state = Done
	}
	h.Command, h.secret, h.Options = h.head.command, h.head.token, h.head.options
	h.durable = h.head.durable
	return nil
}

// Steps returns the steps of the record at place.
func (h *History) Steps(place int64) ([]Step, error) {
	h.reader.At(place)
	record, err := h.reader.Next()
	if err != nil {
		return nil, err
	}
	var list []Step
	err = eachStep(record.Body, func(s *Step) error {
		list = append(list, *s)
		return nil
	})
	return list, err
}
