package shard

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// NoteMark begins the record of what goes to standard error.
const NoteMark = "! "

// A Set is all shards of one input, each of them whole.
type Set struct {
	files []*file // by index
}

// Open opens the files, in any order, and looks at all of each. If one is missing, duplicate, foreign or not whole, the
// error names it.
func Open(paths []string) (*Set, error) {
	s := &Set{}
	var problems []error
	for _, path := range paths {
		f, err := open(path)
		if err == nil {
			err = s.place(f)
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) == 0 {
		problems = s.missing()
	}
	if len(problems) > 0 {
		s.Close()
		return nil, errors.Join(problems...)
	}
	return s, nil
}

// place puts a file where it belongs.
func (s *Set) place(f *file) error {
	if s.files == nil {
		s.files = make([]*file, f.mark.Count)
	}
	for _, other := range s.files {
		if other != nil && !f.mark.kin(other.mark) {
			_ = f.Close()
			return fmt.Errorf("%s: foreign: %s", f.name, difference(f.mark, other))
		}
	}
	if other := s.files[f.mark.Index]; other != nil {
		_ = f.Close()
		return fmt.Errorf("%s: duplicate: shard %d/%d is in %s, too", f.name, f.mark.Index, f.mark.Count, other.name)
	}
	s.files[f.mark.Index] = f
	return nil
}

// difference says why a shard does not go with another file.
func difference(m Mark, other *file) string {
	switch {
	case m.Count != other.mark.Count:
		return fmt.Sprintf("it is one of %d shards, %s one of %d", m.Count, other.name, other.mark.Count)
	case m.Flags != other.mark.Flags:
		return fmt.Sprintf("it was made with %q, %s with %q", m.Flags, other.name, other.mark.Flags)
	}
	return "it belongs to another input than " + other.name
}

func (s *Set) missing() []error {
	var problems []error
	for i, f := range s.files {
		if f == nil {
			problems = append(problems, fmt.Errorf("missing: shard %d/%d", i, len(s.files)))
		}
	}
	return problems
}

// Close closes the files.
func (s *Set) Close() {
	for _, f := range s.files {
		if f != nil {
			_ = f.Close()
		}
	}
}

// Mark returns the mark that one shard for all would have.
func (s *Set) Mark() Mark {
	sum := s.files[0].mark
	sum.Index, sum.Count, sum.Refused, sum.Partial = 0, 1, 0, 0
	for _, f := range s.files {
		sum.Refused += f.mark.Refused
		sum.Partial += f.mark.Partial
	}
	return sum
}

// Join writes the records in the order of the input. What it holds does not depend on their size.
func (s *Set) Join(out, notes io.Writer) error {
	readers := make([]*bufio.Reader, len(s.files))
	for i, f := range s.files {
		readers[i] = bufio.NewReaderSize(io.NewSectionReader(f, 0, f.size), 8<<10)
	}
	buffered := bufio.NewWriterSize(out, 64<<10)
	for place := range s.files[0].mark.Places {
		i := place % len(readers)
		if err := copyRecord(buffered, notes, readers[i]); err != nil {
			return fmt.Errorf("join %s: %w", s.files[i].name, err)
		}
	}
	return buffered.Flush()
}

func copyRecord(out, notes io.Writer, in *bufio.Reader) error {
	w := out
	if begin, _ := in.Peek(len(NoteMark)); string(begin) == NoteMark {
		w = notes
		if _, err := in.Discard(len(NoteMark)); err != nil {
			return err
		}
	}
	for {
		if err := copyLine(w, in); err != nil {
			return err
		}
		if next, _ := in.Peek(1); !bytes.Equal(next, []byte(" ")) {
			return nil
		}
	}
}

func copyLine(w io.Writer, in *bufio.Reader) error {
	for {
		part, err := in.ReadSlice('\n')
		if _, failed := w.Write(part); failed != nil {
			return failed
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// Lines are the single problems of an error of [Open].
func Lines(err error) []string { return strings.Split(err.Error(), "\n") }
