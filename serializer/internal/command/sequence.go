package command

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/spill"
)

// A sequence writes each value of a sequence to stdout as soon as it is complete, and before the program waits for more
// input. When the document is read again, it skips what it has written before.
type sequence struct {
	out   io.Writer
	buf   []byte      // complete values, and the beginning of the next
	ready int         // bytes of the complete ones
	file  *spill.File // the beginning of a value that is too long for buf; nil for others
	sent  int64       // bytes that were written
	skip  int64       // bytes still to come that were written in an earlier pass
}

const (
	longestValue = 1 << 20  // held in memory
	most         = 64 << 10 // bytes of complete values that wait
)

// Write takes a part of a value.
func (s *sequence) Write(p []byte) (int, error) {
	n := len(p)
	again := min(s.skip, int64(n))
	s.skip -= again
	s.buf = append(s.buf, p[again:]...)
	if len(s.buf)-s.ready <= longestValue {
		return n, nil
	}
	if err := s.handOver(); err != nil {
		return 0, err
	}
	if s.file == nil {
		s.file = spill.New("a long value")
	}
	if _, err := s.file.Write(s.buf); err != nil {
		return 0, err
	}
	s.buf = s.buf[:0]
	return n, nil
}

// EndValue is called by the writer of the sequence when it has written all of a value.
func (s *sequence) EndValue() error {
	if s.file != nil {
		if err := s.file.Rewind(); err != nil {
			return err
		}
		n, err := io.Copy(s.out, struct{ io.Reader }{s.file})
		s.sent += n
		if err != nil {
			return err
		}
		if err := s.drop(); err != nil {
			return err
		}
	}
	if s.ready = len(s.buf); s.ready < most {
		return nil
	}
	return s.handOver()
}

// handOver writes the complete values to stdout.
func (s *sequence) handOver() error {
	if s.ready == 0 {
		return nil
	}
	n, err := s.out.Write(s.buf[:s.ready])
	s.sent += int64(n)
	s.buf = s.buf[:copy(s.buf, s.buf[n:])]
	s.ready -= n
	return err
}

func (s *sequence) drop() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

func (s *sequence) reset() error {
	s.buf, s.ready, s.skip = s.buf[:0], 0, s.sent
	return s.drop()
}

func (s *sequence) commit() error { return s.handOver() }

// Close writes what was complete before an error.
func (s *sequence) Close() error {
	if err := s.handOver(); err != nil {
		return err
	}
	return s.drop()
}
