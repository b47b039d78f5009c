package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Lookahead is how far ahead a stream's reader can look before it decides, and how large a container a stream's writer
// holds back to learn its length.
const Lookahead = 64 << 10

// ErrTruncated says that a document ends where more must follow.
const ErrTruncated = truncated("the input ends too early")

type truncated string

func (t truncated) Error() string { return string(t) }

// Unwrap returns io.ErrUnexpectedEOF.
func (truncated) Unwrap() error { return io.ErrUnexpectedEOF }

// A Source is a window of an input.
type Source struct {
	r     io.Reader // nil when buf is the whole input
	Buf   []byte
	Pos   int   // the next unread byte in buf
	Base  int64 // offset of buf[0] in the input
	limit int64 // the most bytes that the input may have
	err   error // why no more can be read; io.EOF at the end
	lines int64 // line feeds before buf[0]
	begun int64 // offset of the line that buf[0] is in
}

// NewSource returns a window of the bytes from r, of which there may be at most limit.
func NewSource(r io.Reader, limit int64) Source {
	return Source{r: r, Buf: make([]byte, 0, 4*Lookahead), limit: limit}
}

// MemorySource returns a window of the whole input.
func MemorySource(data []byte) Source {
	return Source{Buf: data, err: io.EOF, limit: int64(len(data))}
}

func (s *Source) Offset() int64 { return s.Base + int64(s.Pos) }

// Whole reports whether nothing of the input lies beyond the window.
func (s *Source) Whole() bool { return s.err != nil }

// Ensure makes at least n unread bytes visible and reports whether the input has them. The window moves: slices of
// it taken before are no longer valid.
func (s *Source) Ensure(n int) bool {
	if len(s.Buf)-s.Pos >= n {
		return true
	}
	return s.fill(n)
}

// count counts the line feeds in bytes that leave the window.
func (s *Source) count(b []byte) {
	if n := bytes.Count(b, []byte{'\n'}); n > 0 {
		s.lines += int64(n)
		s.begun = s.Base + int64(bytes.LastIndexByte(b, '\n')) + 1
	}
}

// Line returns the line and the column, in characters, of an offset in a text, both from 1; 0 where the window has
// moved past.
func (s *Source) Line(offset int64) (line, column int64) {
	if offset < s.Base || offset > s.Base+int64(len(s.Buf)) {
		return 0, 0
	}
	before := s.Buf[:offset-s.Base]
	line = s.lines + int64(bytes.Count(before, []byte{'\n'})) + 1
	if i := bytes.LastIndexByte(before, '\n'); i >= 0 {
		return line, int64(utf8.RuneCount(before[i+1:])) + 1
	}
	return line, s.Base - s.begun + int64(utf8.RuneCount(before)) + 1
}

func (s *Source) fill(n int) bool {
	if s.err != nil {
		return false
	}
	if s.Pos > 0 {
		s.count(s.Buf[:s.Pos])
		s.Base += int64(s.Pos)
		s.Buf = s.Buf[:copy(s.Buf, s.Buf[s.Pos:])]
		s.Pos = 0
	}
	for len(s.Buf) < n {
		if len(s.Buf) == cap(s.Buf) {
			// Doubling, never at once to the n that the input claims.
			s.Buf = append(make([]byte, 0, 2*cap(s.Buf)), s.Buf...)
		}
		got, err := s.r.Read(s.Buf[len(s.Buf):cap(s.Buf)])
		s.Buf = s.Buf[:len(s.Buf)+got]
		if s.Base+int64(len(s.Buf)) > s.limit {
			err = fmt.Errorf("input is larger than %d bytes: %w", s.limit, event.ErrLimit)
		}
		if err != nil {
			s.err = err
			break
		}
	}
	return len(s.Buf) >= n
}

// Cause returns why the input ended: a read error, or ErrTruncated.
func (s *Source) Cause() error {
	if s.err != nil && s.err != io.EOF {
		return s.err
	}
	return ErrTruncated
}

// Finish checks that nothing follows the document; it returns io.EOF.
func (s *Source) Finish() error {
	if s.Ensure(1) {
		return errors.New("more bytes after the value")
	}
	return s.Ended()
}

// Failed reports whether the input could not be read.
func (s *Source) Failed() bool { return s.err != nil && s.err != io.EOF }

// Ended returns io.EOF at the end of the input, or the read error that ended it.
func (s *Source) Ended() error {
	if err := s.Cause(); err != ErrTruncated {
		return err
	}
	return io.EOF
}

// Take returns the next n bytes, or nil if the input has fewer.
func (s *Source) Take(n uint64) []byte {
	if n > uint64(1)<<62 || !s.Ensure(int(n)) {
		return nil
	}
	b := s.Buf[s.Pos : s.Pos+int(n) : s.Pos+int(n)]
	s.Pos += int(n)
	return b
}
