package serializer

import (
	"errors"
	"io"
)

// An output is the window of a document that a writer can still change.
type output struct {
	w    io.Writer
	buf  []byte
	base int64 // bytes handed over before buf
}

func newOutput(w io.Writer) output {
	return output{w: w, buf: make([]byte, 0, 512)}
}

// end is the position after the last byte, from the document's start.
func (o *output) end() int64 { return o.base + int64(len(o.buf)) }

// flush hands over what lies before a position.
func (o *output) flush(before int64) error {
	n := int(before - o.base)
	if _, err := o.w.Write(o.buf[:n]); err != nil {
		return err
	}
	o.base = before
	o.buf = o.buf[:copy(o.buf, o.buf[n:])]
	return nil
}

// insert puts bytes at a position in the window.
func (o *output) insert(at int64, b ...byte) {
	i := int(at - o.base)
	o.buf = append(o.buf, b...)
	copy(o.buf[i+len(b):], o.buf[i:])
	copy(o.buf[i:], b)
}

// errEvents says that the events are no document; only a programmer's mistake leads to it.
var errEvents = errors.New("events form no document")
