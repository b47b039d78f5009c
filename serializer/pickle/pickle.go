// Package pickle reads Python pickles, protocols 0 to 5, without executing anything.
//
// A pickle is a program for a stack machine that may import any name and call it. This machine knows plain data and
// the constructors of a fixed list of Python's data types; instances of classes that are not Python's own become
// serializer instances, data like all other. A name that stands for itself, a call of anything else, and whatever
// lies outside the file (persistent ids, extension codes, out-of-band buffers) is refused with its offset.
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
)

// NewReader reads the whole pickle in r and returns a reader of its events.
func NewReader(r io.Reader, limits serializer.Limits) (serializer.Reader, error) {
	v, err := Read(r, limits)
	if err != nil {
		return nil, err
	}
	return serializer.NewValueReader(v), nil
}

// Read reads the pickle that is all of r, but for white space after it.
func Read(r io.Reader, limits serializer.Limits) (serializer.Value, error) {
	all, err := ReadAll(r, limits)
	if err != nil {
		return serializer.Value{}, err
	}
	if len(all) > 1 {
		return serializer.Value{}, fmt.Errorf("%d pickles, one after the other (--to jsonl writes one a line)", len(all))
	}
	return all[0], nil
}

// ReadAll reads the pickles that follow each other in r, as programs write them that append to a file.
func ReadAll(r io.Reader, limits serializer.Limits) ([]serializer.Value, error) {
	if limits.Size == 0 {
		limits.Size = math.MaxInt64 - 1
	}
	limits = limits.ForStream()
	data, err := io.ReadAll(io.LimitReader(r, limits.Size))
	if err != nil {
		return nil, err
	}
	if n, _ := r.Read(make([]byte, 1)); n > 0 {
		return nil, fmt.Errorf("input is larger than %d bytes: %w", limits.Size, serializer.ErrLimit)
	}
	var all []serializer.Value
	c := code{data: data}
	for {
		m := machine{code: c, memo: map[uint64]object{}, room: roomFor(len(data))}
		root, err := m.run()
		if err != nil && len(all) > 0 {
			m.start, err = c.pos, errors.New("more bytes after the pickle")
		}
		var v serializer.Value
		if err == nil {
			v, err = document(root, limits, len(data))
		}
		if err != nil {
			return nil, at(err, int64(m.start))
		}
		all = append(all, v)
		if c = m.code; len(bytes.TrimSpace(data[c.pos:])) == 0 {
			return all, nil
		}
	}
}

// at adds an offset to an error without one.
func at(err error, offset int64) error {
	var placed *serializer.Error
	if errors.As(err, &placed) {
		return err
	}
	return &serializer.Error{Offset: offset, Err: err}
}
