package serializer

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Options configure [Convert].
type Options struct {
	From, To   Format
	Limits     Limits
	Duplicates Duplicates
	Plain      bool     // this module's own forms are neither read nor written
	Lossy      []string // kinds that are written in a plainer form, see [Losses]
}

// Convert reads the document that is all of src and writes it to dst in another format. It reads src through a window,
// but holds back all output until the document is complete, unless dst is an *os.File or another io.Seeker that can be
// truncated: then output goes to the file at once, and an error leaves a part of it there.
//
// A few documents have to be read more than once. If src cannot seek, it is held in memory.
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

// pass makes one pass: it reads and writes the document once.
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

// A target takes the output of Convert.
type target interface {
	io.Writer
	reset() error  // discards what was written
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

// Next reads the values of a sequence, or the elements of a document that is a list, one by one. It stops after an
// error. Shared values and references to them are read, too, if no reference leads out of its element.
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
