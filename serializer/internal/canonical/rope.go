package canonical

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/spill"
)

// chunk is how much of a value is held in memory, and how much of the file is written at a time.
const chunk = 64 << 10

// A work is a temporary file that is only appended to. It is created when it is needed, and has no name.
type work struct {
	f   *spill.Temp
	buf []byte // what is not yet in the file
	end int64
}

// append writes bytes and returns their offset.
func (w *work) append(b []byte) (at int64, err error) {
	at = w.end
	w.end += int64(len(b))
	if w.buf = append(w.buf, b...); len(w.buf) < chunk {
		return at, nil
	}
	return at, w.flush()
}

func (w *work) flush() error {
	if w.f == nil {
		f, err := spill.Temporary("sorting")
		if err != nil {
			return err
		}
		w.f = f
	}
	_, err := w.f.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// section reads a part of the file, which must have been flushed.
func (w *work) section(p piece) io.Reader { return io.NewSectionReader(w.f, p.at, p.n) }

func (w *work) Close() error {
	if w.f == nil {
		return nil
	}
	return w.f.Close()
}

// A piece is a part of the file.
type piece struct{ at, n int64 }

// A rope is a text: pieces of the file and what follows them in memory.
type rope struct {
	pieces []piece
	tail   []byte
}

func (r *rope) reset() { r.pieces, r.tail = r.pieces[:0], r.tail[:0] }

// add appends bytes.
func (r *rope) add(w *work, b []byte) error {
	if r.tail = append(r.tail, b...); len(r.tail) < chunk {
		return nil
	}
	return r.settle(w)
}

// settle moves the part in memory to the file.
func (r *rope) settle(w *work) error {
	if len(r.tail) == 0 {
		return nil
	}
	at, err := w.append(r.tail)
	r.extend(piece{at, int64(len(r.tail))})
	r.tail = r.tail[:0]
	return err
}

func (r *rope) extend(p piece) {
	if n := len(r.pieces); n > 0 && r.pieces[n-1].at+r.pieces[n-1].n == p.at {
		r.pieces[n-1].n += p.n
		return
	}
	r.pieces = append(r.pieces, p)
}

// join appends another rope.
func (r *rope) join(w *work, o *rope) error {
	if len(o.pieces) > 0 {
		if err := r.settle(w); err != nil {
			return err
		}
		for _, p := range o.pieces {
			r.extend(p)
		}
	}
	return r.add(w, o.tail)
}

// copyTo writes the text.
func (r *rope) copyTo(dst io.Writer, w *work) error {
	if len(r.pieces) > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	buf := make([]byte, chunk)
	for _, p := range r.pieces {
		if _, err := io.CopyBuffer(struct{ io.Writer }{dst}, w.section(p), buf); err != nil {
			return err
		}
	}
	_, err := dst.Write(r.tail)
	return err
}
