package diag

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Reader reads a document in diagnostic notation, which it holds as a whole.
type Reader struct {
	src wire.Source
	o   event.Options
	in  *cbor.Reader // nil until the text has been read
	at  [][2]int     // where items begin in the encoding and in the text
	err error
}

func NewReader(src wire.Source, o event.Options) *Reader { return &Reader{src: src, o: o} }

// Read reads the next event.
func (r *Reader) Read(ev *event.Event) error {
	if r.in == nil && r.err == nil {
		r.err = r.load()
	}
	if r.err != nil {
		return r.err
	}
	err := r.in.Read(ev)
	ev.Offset = r.place(ev.Offset)
	var placed *event.Error
	if errors.As(err, &placed) {
		placed.Offset = r.place(placed.Offset)
		placed.Line, placed.Column = r.src.Line(placed.Offset)
	}
	return err
}

// load reads the text and encodes it.
func (r *Reader) load() error {
	for n := 1; r.src.Ensure(n); n = len(r.src.Buf) + 1 {
	}
	if err := r.src.Ended(); err != io.EOF {
		return err
	}
	data, err := Parse(r.src.Buf, r.o.Limits.ForStream().Depth, func(text, encoded int) {
		r.at = append(r.at, [2]int{encoded, text})
	})
	if err != nil {
		return err
	}
	slices.SortFunc(r.at, func(a, b [2]int) int { return a[0] - b[0] })
	r.in = cbor.NewReader(wire.MemorySource(data), r.o)
	return nil
}

// place returns the offset in the text of the item that has a given offset in the encoding.
func (r *Reader) place(offset int64) int64 {
	i, found := slices.BinarySearchFunc(r.at, int(offset), func(a [2]int, at int) int { return a[0] - at })
	if !found {
		i--
	}
	if i < 0 {
		return 0
	}
	return int64(r.at[i][1])
}

// Path returns the path of the last event.
func (r *Reader) Path() string {
	if r.in == nil {
		return "$"
	}
	return r.in.Path()
}

// Writer writes a document in diagnostic notation when it is complete.
type Writer struct {
	*cbor.Writer
	out  io.Writer
	data bytes.Buffer
}

func NewWriter(out io.Writer, plain bool) *Writer {
	w := &Writer{out: out}
	w.Writer = cbor.NewWriter(&w.data)
	w.Writer.Whole, w.Writer.Plain = true, plain
	return w
}

// Close writes the document.
func (w *Writer) Close() error {
	if err := w.Writer.Close(); err != nil {
		return err
	}
	text, err := Append(nil, w.data.Bytes(), event.MaxDepth)
	if err != nil {
		return err
	}
	_, err = w.out.Write(append(text, '\n'))
	return err
}
