package serializer

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Options say what [Convert] does.
type Options struct {
	From, To   Format
	Limits     Limits
	Duplicates Duplicates
	Plain      bool     // no forms of this module's own are read or written
	Lossy      []string // kinds that are written in a plainer form, see [Losses]
}

// Convert reads the document that is all of src and writes it to dst in another format. It holds a window of src, but
// all that it writes until the document is complete, unless dst is an *os.File or another io.Seeker that can be
// truncated: then what is written stands in the file at once, and an error leaves a part of it.
//
// A few documents have to be read more than once. If src cannot seek then it is held in memory.
func Convert(dst io.Writer, src io.Reader, o Options) error {
	from, ok := src.(io.ReadSeeker)
	if ok {
		if _, err := from.Seek(0, io.SeekCurrent); err != nil {
			ok = false // a pipe
		}
	}
	if !ok {
		data, err := readAll(src, o.Limits.ForStream().Size-1)
		if err != nil {
			return err
		}
		from = bytes.NewReader(data)
	}
	start, err := from.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	out, err := newTarget(dst)
	if err != nil {
		return err
	}
	hints := NewHints()
	for {
		err := o.pass(out, from, hints)
		if err == nil {
			return out.commit()
		}
		if !errors.Is(err, event.ErrAgain) {
			return err
		}
		if _, err := from.Seek(start, io.SeekStart); err != nil {
			return err
		}
		if err := out.reset(); err != nil {
			return err
		}
	}
}

// pass reads and writes the document once.
func (o Options) pass(dst io.Writer, src io.Reader, hints *Hints) error {
	r, err := NewReader(o.From, src, hints, ReaderOptions{Limits: o.Limits, Duplicates: o.Duplicates, Plain: o.Plain})
	if err != nil {
		return err
	}
	w, err := NewWriterWith(o.To, dst, hints, WriterOptions{Duplicates: o.Duplicates, Plain: o.Plain})
	if err == nil && len(o.Lossy) > 0 {
		w, err = NewLossyWriter(w, o.Lossy)
	}
	if err != nil {
		return err
	}
	return event.Copy(w, r)
}

// A target is what Convert writes to.
type target interface {
	io.Writer
	reset() error  // drops what was written
	commit() error // hands it over
}

type truncater interface {
	io.WriteSeeker
	Truncate(size int64) error
}

func newTarget(dst io.Writer) (target, error) {
	if f, ok := dst.(truncater); ok {
		if start, err := f.Seek(0, io.SeekCurrent); err == nil {
			return &fileTarget{f, start}, nil
		}
	}
	return &heldTarget{dst: dst}, nil
}

type fileTarget struct {
	truncater
	start int64
}

func (f *fileTarget) reset() error {
	_, err := f.Seek(f.start, io.SeekStart)
	return errors.Join(err, f.Truncate(f.start))
}

func (f *fileTarget) commit() error { return nil }

type heldTarget struct {
	bytes.Buffer
	dst io.Writer
}

func (h *heldTarget) reset() error {
	h.Reset()
	return nil
}

func (h *heldTarget) commit() error {
	_, err := h.WriteTo(h.dst)
	return err
}

// Next reads the values of a sequence, or the elements of the list that is the document, one by one. It stops after an
// error. What is in shared values, or refers to them, is read too, if it refers to nothing outside the element.
func Next[T any](r io.Reader, format Format, o ReaderOptions, types Types) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		s, err := newElements(r, format, o)
		if err != nil {
			yield(zero, err)
			return
		}
		for {
			var x T
			err := s.next(&x, types)
			if err == io.EOF {
				return
			}
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}
