package serializer

import (
	"errors"
	"fmt"
	"io"
)

// lookahead is how far a stream's reader can look before it decides, and how large a container a stream's writer
// holds back to learn its length.
const lookahead = 64 << 10

// errTruncated is a document's end where more must follow.
const errTruncated = truncated("the input ends too early")

type truncated string

func (t truncated) Error() string { return string(t) }

// Unwrap makes it an io.ErrUnexpectedEOF.
func (truncated) Unwrap() error { return io.ErrUnexpectedEOF }

// A source is the window of an input that a reader looks at.
type source struct {
	r     io.Reader // nil when buf is the whole input
	buf   []byte
	pos   int   // the next unread byte in buf
	base  int64 // offset of buf[0] in the input
	limit int64 // bytes that the input may have
	err   error // why no more can be read; io.EOF at the end
}

func newSource(r io.Reader, limit int64) source {
	return source{r: r, buf: make([]byte, 0, 4*lookahead), limit: limit}
}

func memorySource(data []byte) source {
	return source{buf: data, err: io.EOF, limit: int64(len(data))}
}

func (s *source) offset() int64 { return s.base + int64(s.pos) }

// whole reports whether nothing of the input lies beyond the window.
func (s *source) whole() bool { return s.err != nil }

// ensure makes at least n unread bytes visible and reports whether the input has them. The window moves: slices of
// it taken before are no longer valid.
func (s *source) ensure(n int) bool {
	if len(s.buf)-s.pos >= n {
		return true
	}
	return s.fill(n)
}

func (s *source) fill(n int) bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		s.base += int64(s.pos)
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
	}
	for len(s.buf) < n {
		if len(s.buf) == cap(s.buf) {
			// Doubling, never at once to the n that the input claims.
			s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
		}
		got, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+got]
		if s.base+int64(len(s.buf)) > s.limit {
			err = fmt.Errorf("input is larger than %d bytes: %w", s.limit, ErrLimit)
		}
		if err != nil {
			s.err = err
			break
		}
	}
	return len(s.buf) >= n
}

// cause is why the input ended: an error of reading it, or that it is truncated.
func (s *source) cause() error {
	if s.err != nil && s.err != io.EOF {
		return s.err
	}
	return errTruncated
}

// finish checks that nothing follows the document; it returns io.EOF.
func (s *source) finish() error {
	if s.ensure(1) {
		return errors.New("more bytes after the value")
	}
	return s.ended()
}

// ended tells the end of the input, io.EOF, from an error of reading it.
func (s *source) ended() error {
	if err := s.cause(); err != errTruncated {
		return err
	}
	return io.EOF
}

// take returns the next n bytes, nil if the input has fewer.
func (s *source) take(n uint64) []byte {
	if n > uint64(1)<<62 || !s.ensure(int(n)) {
		return nil
	}
	b := s.buf[s.pos : s.pos+int(n) : s.pos+int(n)]
	s.pos += int(n)
	return b
}
