package archive

import (
	"os"
	"sync"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// A sink has at most this many pieces of this many bytes in flight.
const (
	sinkPieces = 4
	sinkPiece  = 256 << 10
)

// sink writes the files of an archive in a goroutine of its own, while what follows is decompressed. Everything but
// that goroutine's own work belongs to the goroutine that unpacks.
type sink struct {
	free   chan []byte
	pieces chan piece
	ended  chan struct{} // closed by the goroutine

	mu  sync.Mutex
	err error // the first one; nothing more is written then
}

// piece is a part of a file.
type piece struct {
	to      *output
	content []byte // nil to write nothing
	last    bool   // nothing follows, and the file is whole
	broken  bool   // nothing follows, and the file is not whole
}

// output is a file that is being written.
type output struct {
	sparseWriter
	modified time.Time
}

func newSink() *sink {
	s := &sink{
		free: make(chan []byte, sinkPieces), pieces: make(chan piece, sinkPieces), ended: make(chan struct{}),
	}
	for range sinkPieces {
		s.free <- nil
	}
	go s.run()
	return s
}

// piece waits for memory for a piece, and returns what went wrong with an earlier one.
func (s *sink) piece() ([]byte, error) {
	content := <-s.free
	if content == nil {
		content = make([]byte, sinkPiece)
	}
	return content[:sinkPiece], s.failure()
}

func (s *sink) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *sink) run() {
	defer close(s.ended)
	for p := range s.pieces {
		if err := p.write(s.failure() != nil); err != nil {
			s.mu.Lock()
			if s.err == nil {
				s.err = err
			}
			s.mu.Unlock()
		}
		if p.content != nil {
			s.free <- p.content
		}
	}
}

// write writes p; after a failure it only closes what is to be closed.
func (p piece) write(failed bool) error {
	if failed || p.broken {
		if p.last || p.broken {
			p.to.file.Close()
		}
		return nil
	}
	if err := p.to.write(p.content); err != nil || !p.last {
		if p.last {
			p.to.file.Close()
		}
		return err
	}
	return p.to.finish()
}

// finish ends a file that is whole.
func (o *output) finish() error {
	defer o.file.Close()
	if o.hole { // at the end
		if err := o.file.Truncate(o.at); err != nil {
			return err
		}
	}
	if !o.modified.IsZero() {
		if err := dirfd.SetTimesFD(int(o.file.Fd()), o.modified, o.modified); err != nil {
			return err
		}
	}
	return o.file.Close()
}

// close waits until everything is written, and returns what went wrong.
func (s *sink) close() error {
	close(s.pieces)
	<-s.ended
	return s.failure()
}

// hole is the size of a run of zeros that becomes a hole of the file, in bytes.
const hole = 4096

// sparseWriter writes a file and leaves out what is zero.
type sparseWriter struct {
	file *os.File
	at   int64
	hole bool // what was written last is one
}

// write writes p, which begins where the last one has ended.
func (w *sparseWriter) write(p []byte) error {
	for len(p) > 0 {
		var n int
		n, w.hole = stretch(p)
		if !w.hole {
			if _, err := w.file.WriteAt(p[:n], w.at); err != nil {
				return err
			}
		}
		w.at += int64(n)
		p = p[n:]
	}
	return nil
}

// stretch returns how many bytes at the beginning of p are a hole, or are not.
func stretch(p []byte) (n int, zero bool) {
	zero = isZero(p)
	for n = min(hole, len(p)); n < len(p) && isZero(p[n:]) == zero; {
		n += min(hole, len(p)-n)
	}
	return n, zero
}

// weight returns how many bytes of p are not in a hole.
func weight(p []byte) (size int64) {
	for len(p) > 0 {
		n, zero := stretch(p)
		if !zero {
			size += int64(n)
		}
		p = p[n:]
	}
	return size
}

// isZero reports whether p begins with a hole.
func isZero(p []byte) bool {
	p = p[:min(hole, len(p))]
	for _, b := range p {
		if b != 0 {
			return false
		}
	}
	return true
}
