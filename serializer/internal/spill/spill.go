// Package spill keeps what is read or written once: in memory, and on disk once it is large.
package spill

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// inMemory is how many bytes a File holds in memory.
const inMemory = 16 << 20

// A File is a temporary file: in memory, and on disk once it is large.
type File struct {
	what string // what it is for, in errors
	buf  []byte
	pos  int
	file *Temp // nil while it is in memory
}

// New returns an empty file. What says in errors what it is for.
func New(what string) *File { return &File{what: what} }

// Write writes at the current position, and advances it.
func (s *File) Write(p []byte) (int, error) {
	if s.file == nil && s.pos+len(p) > inMemory {
		if err := s.toDisk(); err != nil {
			return 0, err
		}
	}
	if s.file != nil {
		return s.file.Write(p)
	}
	s.buf = append(s.buf[:s.pos], p...)
	s.pos += len(p)
	return len(p), nil
}

func (s *File) toDisk() error {
	f, err := Temporary(s.what)
	if err != nil {
		return err
	}
	if _, err := f.Write(s.buf); err != nil {
		return errors.Join(err, f.Close())
	}
	if _, err := f.Seek(int64(s.pos), io.SeekStart); err != nil {
		return errors.Join(err, f.Close())
	}
	s.file, s.buf = f, nil
	return nil
}

// A Temp is a temporary file without a name: it is gone when it is closed, or the process ends.
type Temp struct {
	*os.File
	what string
}

// Temporary creates one. What says in errors what it is for.
func Temporary(what string) (*Temp, error) {
	f, err := os.CreateTemp("", "serializer-*")
	if err == nil {
		if err = os.Remove(f.Name()); err != nil {
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		return nil, explain(what, err)
	}
	return &Temp{f, what}, nil
}

// Write writes to the file.
func (t *Temp) Write(p []byte) (int, error) {
	n, err := t.File.Write(p)
	return n, explain(t.what, err)
}

// explain adds to an error what the file is for. The error is not wrapped: a missing folder, or a full one, says
// nothing about the input.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	if path := new(os.PathError); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("a temporary file for %s: %v (set TMPDIR to a writable folder)", what, err)
}

// Read reads at the current position, and advances it.
func (s *File) Read(p []byte) (int, error) {
	if s.file != nil {
		return s.file.Read(p)
	}
	if s.pos == len(s.buf) {
		return 0, io.EOF
	}
	n := copy(p, s.buf[s.pos:])
	s.pos += n
	return n, nil
}

// Empty reports whether nothing was written.
func (s *File) Empty() bool { return s.file == nil && len(s.buf) == 0 }

// Rewind moves the position to the start.
func (s *File) Rewind() error {
	s.pos = 0
	if s.file != nil {
		_, err := s.file.Seek(0, io.SeekStart)
		return err
	}
	return nil
}

// Reset empties it.
func (s *File) Reset() error {
	if s.file != nil {
		_, err := s.file.Seek(0, io.SeekStart)
		return errors.Join(err, s.file.Truncate(0))
	}
	s.buf, s.pos = s.buf[:0], 0
	return nil
}

// Close frees it.
func (s *File) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
