package canonical

import (
	"errors"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// A Form is what distinguishes one format's canonical form from another's.
type Form interface {
	// Scalar writes a scalar.
	Scalar(b []byte, ev *event.Event) ([]byte, error)
	// Prefix writes what precedes a container, such as a tag, and returns how the container is written: as a KindList,
	// KindMap, KindSet (whose elements are sorted), or KindTag (the values alone).
	Prefix(b []byte, ev *event.Event) ([]byte, event.Kind, error)
	// Begin and End write the beginning, of a container of count values or pairs, and the end.
	Begin(b []byte, kind event.Kind, count int64) []byte
	End(b []byte, kind event.Kind) []byte
	// Separators returns what is written between values, and between a key and its value.
	Separators() (value, pair string)
	// SortKey appends the bytes by which a key of a map, given with its encoded form, is sorted.
	SortKey(b []byte, key *event.Event, encoded []byte) []byte
	// Name returns a sort key as an error shows it.
	Name(sortKey []byte) string
}

// Writer takes the events of a document and writes its canonical form at the end.
type Writer struct {
	form   Form
	dst    io.Writer
	work   work
	frames []*frame
	free   []*frame // that can be used again
	root   rope
	done   bool
	scalar rope
	form1  [2][]byte // the separators
}

// NewWriter returns a writer to dst, which receives nothing before the document is complete.
func NewWriter(dst io.Writer, form Form) *Writer {
	value, pair := form.Separators()
	return &Writer{form: form, dst: dst, form1: [2][]byte{[]byte(value), []byte(pair)}}
}

// A frame is an open container.
type frame struct {
	kind    event.Kind
	prefix  []byte
	body    rope   // of a list
	sort    sorter // of a map or set
	count   int64
	sortKey []byte // of the current pair
	pair    rope   // its key
	inPair  bool
}

func (w *Writer) takeFrame() *frame {
	if n := len(w.free); n > 0 {
		f := w.free[n-1]
		w.free = w.free[:n-1]
		return f
	}
	return &frame{}
}

func (w *Writer) release(f *frame) {
	if cap(f.sort.arena)+cap(f.body.tail) > chunk {
		return
	}
	f.body.reset()
	f.sort.reset()
	f.pair.reset()
	f.prefix, f.sortKey, f.count, f.inPair = f.prefix[:0], f.sortKey[:0], 0, false
	w.free = append(w.free, f)
}

// Write takes the next event.
func (w *Writer) Write(ev *event.Event) error {
	switch {
	case ev.Kind == event.KindEnd:
		return w.end(ev)
	case ev.Kind.Container():
		f := w.takeFrame()
		var err error
		if f.prefix, f.kind, err = w.form.Prefix(f.prefix, ev); err != nil {
			return err
		}
		w.frames = append(w.frames, f)
		return nil
	}
	var err error
	if w.scalar.tail, err = w.form.Scalar(w.scalar.tail[:0], ev); err != nil {
		return err
	}
	return w.deliver(ev, &w.scalar)
}

// end completes the innermost container.
func (w *Writer) end(ev *event.Event) error {
	n := len(w.frames) - 1
	if n < 0 {
		return wire.ErrEvents
	}
	f := w.frames[n]
	w.frames = w.frames[:n]
	if f.inPair {
		return wire.ErrEvents
	}
	whole := rope{tail: w.form.Begin(f.prefix, f.kind, f.count)}
	if f.kind == event.KindMap || f.kind == event.KindSet {
		first := true
		err := f.sort.each(&w.work, func(text *rope) error {
			if !first {
				if err := whole.add(&w.work, w.form1[0]); err != nil {
					return err
				}
			}
			first = false
			return whole.join(&w.work, text)
		})
		if double := new(twiceError); errors.As(err, &double) {
			return fmt.Errorf("%w %s", err, w.form.Name(double.key))
		}
		if err != nil {
			return err
		}
	} else if err := whole.join(&w.work, &f.body); err != nil {
		return err
	}
	whole.tail = w.form.End(whole.tail, f.kind)
	f.prefix = nil // it is now part of the whole
	w.release(f)
	return w.deliver(ev, &whole)
}

// deliver passes a complete value to the container around it.
func (w *Writer) deliver(ev *event.Event, value *rope) error {
	if len(w.frames) == 0 {
		if w.done {
			return wire.ErrEvents
		}
		w.done = true
		return w.root.join(&w.work, value)
	}
	f := w.frames[len(w.frames)-1]
	switch {
	case f.kind == event.KindMap && !f.inPair:
		f.inPair = true
		encoded, err := w.bytes(value)
		if err != nil {
			return err
		}
		f.sortKey = w.form.SortKey(f.sortKey[:0], ev, encoded)
		f.pair.reset()
		f.pair.tail = append(append(f.pair.tail, encoded...), w.form1[1]...)
		return nil
	case f.kind == event.KindMap:
		f.inPair = false
		f.count++
		if err := f.pair.join(&w.work, value); err != nil {
			return err
		}
		return f.sort.add(&w.work, f.sortKey, &f.pair)
	case f.kind == event.KindSet:
		f.count++
		encoded, err := w.bytes(value)
		if err != nil {
			return err
		}
		return f.sort.add(&w.work, encoded, &rope{tail: encoded})
	}
	if f.count++; f.count > 1 {
		if err := f.body.add(&w.work, w.form1[0]); err != nil {
			return err
		}
	}
	return f.body.join(&w.work, value)
}

// bytes returns a value in memory.
func (w *Writer) bytes(value *rope) ([]byte, error) {
	if len(value.pieces) == 0 {
		return value.tail, nil
	}
	var b sliceWriter
	err := value.copyTo(&b, &w.work)
	return b, err
}

type sliceWriter []byte

func (b *sliceWriter) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// Close writes the document.
func (w *Writer) Close() error {
	if !w.done || len(w.frames) > 0 {
		return errors.Join(wire.ErrEvents, w.work.Close())
	}
	return errors.Join(w.root.copyTo(w.dst, &w.work), w.work.Close())
}

// Abandon frees what the writer holds of a document that will not be completed.
func (w *Writer) Abandon() error { return w.work.Close() }
