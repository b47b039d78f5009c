package wire

import (
	"errors"
	"io"
)

// An Output is the window of a document that a writer can still change.
type Output struct {
	W    io.Writer
	Buf  []byte
	Base int64 // bytes handed over before buf
}

func NewOutput(w io.Writer) Output {
	return Output{W: w, Buf: make([]byte, 0, 512)}
}

// Again returns an output to another writer, with the memory of o.
func (o *Output) Again(w io.Writer) Output {
	if cap(o.Buf) > Lookahead {
		return NewOutput(w)
	}
	return Output{W: w, Buf: o.Buf[:0]}
}

// End is the position after the last byte, from the document's start.
func (o *Output) End() int64 { return o.Base + int64(len(o.Buf)) }

// Flush hands over what lies before a position.
func (o *Output) Flush(before int64) error {
	n := int(before - o.Base)
	if _, err := o.W.Write(o.Buf[:n]); err != nil {
		return err
	}
	o.Base = before
	o.Buf = o.Buf[:copy(o.Buf, o.Buf[n:])]
	return nil
}

// Insert puts bytes at a position in the window.
func (o *Output) Insert(at int64, b ...byte) {
	i := int(at - o.Base)
	o.Buf = append(o.Buf, b...)
	copy(o.Buf[i+len(b):], o.Buf[i:])
	copy(o.Buf[i:], b)
}

// ErrEvents says that the events are no document; only a programmer's mistake leads to it.
var ErrEvents = errors.New("events form no document")

// A ValueEnder is an output that wants to know where the values of a sequence end: a writer of FormatJSONLines or
// FormatCBORSequence to it calls EndValue when it has written all of a value.
type ValueEnder interface {
	EndValue() error
}

// ErrNoSequence says that a sequence was asked for and the document is no list.
var ErrNoSequence = errors.New("only a list can be written as a sequence, one value after the other")
