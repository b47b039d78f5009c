package wire

import (
	"errors"
	"io"
)

// An Output is the window of a document that a writer can still change.
type Output struct {
	W    io.Writer
	Buf  []byte
	Base int64 // bytes flushed before Buf
}

func NewOutput(w io.Writer) Output {
	return Output{W: w, Buf: make([]byte, 0, 512)}
}

// Again returns an output to another writer that reuses the memory of o.
func (o *Output) Again(w io.Writer) Output {
	if cap(o.Buf) > Lookahead {
		return NewOutput(w)
	}
	return Output{W: w, Buf: o.Buf[:0]}
}

// End returns the position after the last byte, from the document's start.
func (o *Output) End() int64 { return o.Base + int64(len(o.Buf)) }

// Flush writes out what lies before a position.
func (o *Output) Flush(before int64) error {
	n := int(before - o.Base)
	if _, err := o.W.Write(o.Buf[:n]); err != nil {
		return err
	}
	o.Base = before
	o.Buf = o.Buf[:copy(o.Buf, o.Buf[n:])]
	return nil
}

// Insert inserts bytes at a position in the window.
func (o *Output) Insert(at int64, b ...byte) {
	i := int(at - o.Base)
	o.Buf = append(o.Buf, b...)
	copy(o.Buf[i+len(b):], o.Buf[i:])
	copy(o.Buf[i:], b)
}

// ErrEvents says that the events do not form a document, which is a programmer's mistake.
var ErrEvents = errors.New("the events do not form a document")

// A ValueEnder is an output that is told where the values of a sequence end: a writer of a sequence calls its EndValue
// when it has written all of a value.
type ValueEnder interface {
	EndValue() error
}

// ErrNoSequence says that a sequence is to be written and the document is not a list.
var ErrNoSequence = errors.New("only a list can be written as a sequence, one value after the other")
