// Package pickle reads Python pickles, protocols 0 to 5, without executing anything.
//
// A pickle is a program for a stack machine that may import any name and call it. This machine knows plain data and the
// constructors of a fixed list of Python's data types; instances of classes that are not Python's own become serializer
// instances, data like any other. Names that stand for themselves, calls of anything else, and whatever lies outside
// the file (persistent ids, extension codes, out-of-band buffers) are refused, with their offset.
//
// Objects that are referred to more than once, and cycles, become shared values.
package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
)

// Options determine how pickles are read. The zero value has the default limits and refuses what is not plain data.
type Options struct {
	Limits serializer.Limits
	// Encoding is the encoding of the str of Python 2, as for pickle.load: one of [Encodings]; empty means ascii, and
	// bytes that the str is not text.
	Encoding string
	// KeepClasses turns calls of unknown classes and functions, which are not made, into instances of those names, and
	// names that stand for themselves into strings.
	KeepClasses bool
	// Rest is called with the offset and the number of bytes after the last pickle that are not a pickle. They are then
	// ignored, as by pickle.load; without Rest they are refused. White space is always ignored.
	Rest func(offset, size int64)
	// Sequence makes one list of several pickles, see [Options.NewReader]. Otherwise they are refused.
	Sequence bool
	// Whole shows the arguments of opcodes in full, see [Options.Disassemble].
	Whole bool
}

// NewReader reads the whole pickle in r and returns a reader of its events.
func NewReader(r io.Reader, limits serializer.Limits) (serializer.Reader, error) {
	return Options{Limits: limits}.NewReader(r)
}

// NewReader is [NewReader] with options. The reader refuses what is not plain data where it meets it.
func (o Options) NewReader(r io.Reader) (serializer.Reader, error) {
	p, err := o.load(r)
	if err != nil {
		return nil, err
	}
	root, end := p.roots[0], p.ends[0]
	if len(p.roots) > 1 {
		if !o.Sequence {
			return nil, severalError(len(p.roots))
		}
		root = newNode(serializer.KindList, 0, p.roots...)
	}
	reader := &reader{builder: o.newBuilder(p.size, p.text), root: root, end: end}
	if err := reader.count(root, 0); err != nil {
		return nil, at(err, end)
	}
	return reader, nil
}

// Read reads the pickle in r, which must have nothing but white space after it.
func Read(r io.Reader, limits serializer.Limits) (serializer.Value, error) {
	return Options{Limits: limits}.Read(r)
}

// Read is [Read] with options.
func (o Options) Read(r io.Reader) (serializer.Value, error) {
	all, err := o.ReadAll(r)
	if err != nil {
		return serializer.Value{}, err
	}
	if len(all) > 1 {
		return serializer.Value{}, severalError(len(all))
	}
	return all[0], nil
}

func severalError(n int) error {
	return fmt.Errorf("%d pickles, one after the other (--to jsonl writes one per line)", n)
}

// ReadAll reads the pickles that follow each other in r, as written by programs that append to a file.
func ReadAll(r io.Reader, limits serializer.Limits) ([]serializer.Value, error) {
	return Options{Limits: limits}.ReadAll(r)
}

// ReadAll is [ReadAll] with options.
func (o Options) ReadAll(r io.Reader) ([]serializer.Value, error) {
	p, err := o.load(r)
	if err != nil {
		return nil, err
	}
	var all []serializer.Value
	for i, root := range p.roots {
		v, err := o.newBuilder(p.size, p.text).document(root)
		if err != nil {
			return nil, at(err, p.ends[i])
		}
		all = append(all, v)
	}
	return all, nil
}

// loaded holds the objects of the pickles in an input.
type loaded struct {
	roots []object
	ends  []int64 // offsets of their STOPs
	size  int     // of the input in bytes
	text  decoder
}

// load runs the programs of the pickles in r.
func (o Options) load(r io.Reader) (p loaded, err error) {
	if p.text, err = textDecoder(o.Encoding); err != nil {
		return p, err
	}
	limit := o.Limits.ForStream().Size
	if o.Limits.Size == 0 {
		limit = math.MaxInt64 - 1
	}
	var read bytes.Buffer
	if known, ok := r.(interface{ Len() int }); ok {
		read.Grow(min(known.Len(), 1<<26) + bytes.MinRead)
	}
	if _, err := read.ReadFrom(io.LimitReader(r, limit)); err != nil {
		return p, err
	}
	if n, _ := r.Read(make([]byte, 1)); n > 0 {
		return p, fmt.Errorf("input is larger than %d bytes: %w", limit, serializer.ErrLimit)
	}
	data := read.Bytes()
	p.size = len(data)
	c := opcode.Code{Data: data}
	for {
		m := machine{Code: c, room: roomFor(len(data)), text: p.text, keepClasses: o.KeepClasses}
		root, err := m.run()
		if err != nil && len(p.roots) > 0 && !meant(data[c.Pos:], err) {
			if o.Rest != nil {
				o.Rest(int64(c.Pos), int64(len(data)-c.Pos))
				return p, nil
			}
			m.Start, err = c.Pos, errors.New("more bytes after the pickle")
		}
		if err != nil {
			return p, at(err, int64(m.Start))
		}
		p.roots, p.ends = append(p.roots, root), append(p.ends, int64(m.Start))
		if c = m.Code; len(bytes.TrimSpace(data[c.Pos:])) == 0 {
			return p, nil
		}
	}
}

// meant reports whether bytes that could not be read are a pickle nevertheless: they begin with a protocol, or were
// refused for what they would do.
func meant(data []byte, err error) bool {
	return len(data) > 1 && data[0] == opcode.Proto && data[1] <= 5 || errors.Is(err, errNotPlain) ||
		errors.Is(err, serializer.ErrLimit)
}

// at adds an offset to an error without one.
func at(err error, offset int64) error {
	var placed *serializer.Error
	if errors.As(err, &placed) {
		return err
	}
	return &serializer.Error{Offset: offset, Err: err}
}
