package shard

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
)

// A Writer writes the records of a shard and then its mark.
type Writer struct {
	out *bufio.Writer
	sum hash.Hash
}

// NewWriter returns a Writer to out.
func NewWriter(out io.Writer) *Writer {
	return &Writer{bufio.NewWriterSize(out, 64<<10), sha256.New()}
}

// Write writes a part of the records.
func (w *Writer) Write(p []byte) (int, error) {
	w.sum.Write(p)
	return w.out.Write(p)
}

// Finish writes the mark.
func (w *Writer) Finish(m Mark) error {
	if _, err := w.out.WriteString(m.line(hex.EncodeToString(w.sum.Sum(nil)))); err != nil {
		return err
	}
	return w.out.Flush()
}

// errCutOff is the error of a file without a mark.
var errCutOff = errors.New("not a shard, or cut off: it does not end with a mark (write it with --output)")

// A file is an open shard that was read once and found to be whole.
type file struct {
	*os.File
	name string
	mark Mark
	size int64 // of the records
}

// Read returns the mark of the shard at path, after a look at all of it.
func Read(path string) (Mark, error) {
	f, err := open(path)
	if err != nil {
		return Mark{}, err
	}
	return f.mark, f.Close()
}

func open(path string) (*file, error) {
	// A pipe would wait for its writer.
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file, which a shard has to be", path)
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	s := &file{File: f, name: path}
	if err := s.check(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// reason strips what was done with the file.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// check reads all of the file.
func (f *file) check() error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	tail := make([]byte, min(info.Size(), maxMark))
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	last := bytes.TrimSuffix(tail, []byte("\n"))
	last = tail[bytes.LastIndexByte(last, '\n')+1:]
	mark, records, ok := parseMark(string(last))
	if !ok {
		return errCutOff
	}
	f.mark, f.size = mark, info.Size()-int64(len(last))
	sum := sha256.New()
	count := counter{start: true}
	if _, err := io.Copy(io.MultiWriter(sum, &count), io.NewSectionReader(f, 0, f.size)); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != records || count.records != mark.own() {
		return errors.New("damaged: its records do not match its mark (delete it and compute it again)")
	}
	return nil
}

// A counter counts records: lines that do not begin with a blank.
type counter struct {
	records int
	start   bool // of a line
}

func (c *counter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		if c.start && rest[0] != ' ' {
			c.records++
		}
		end := bytes.IndexByte(rest, '\n')
		c.start = end >= 0
		if end < 0 {
			break
		}
		rest = rest[end+1:]
	}
	return len(p), nil
}
