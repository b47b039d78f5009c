package event

import (
	"errors"
	"io"
)

// Copy passes all events of a document from r to w and closes w.
func Copy(w Writer, r Reader) error {
	var ev Event
	for {
		err := r.Read(&ev)
		if err == io.EOF {
			return w.Close()
		}
		if err != nil {
			return err
		}
		if err := w.Write(&ev); err != nil {
			if err == ErrAgain {
				return err
			}
			return placed(err, r, &ev)
		}
	}
}

// placed adds the reader's position to a writer's error.
func placed(err error, r Reader, ev *Event) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	made := &Error{Offset: ev.Offset, Path: r.Path(), Err: err}
	if text, ok := r.(Liner); ok {
		made.Line, made.Column = text.Line(ev.Offset)
	}
	return made
}

// A Liner is a reader of text that knows the line and column of an offset that it has just read; 0 if it does not.
type Liner interface {
	Line(offset int64) (line, column int64)
}

// Discard is a writer that drops every event.
const Discard = discard(0)

type discard int

func (discard) Write(*Event) error { return nil }
func (discard) Close() error       { return nil }
