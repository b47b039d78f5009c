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

// Read reads the pickle that is all of r.
func Read(r io.Reader, limits serializer.Limits) (serializer.Value, error) {
	if limits.Size == 0 {
		limits.Size = math.MaxInt64 - 1
	}
	if limits.Depth == 0 {
		limits.Depth = 1000
	}
	data, err := io.ReadAll(io.LimitReader(r, limits.Size+1))
	if err != nil {
		return serializer.Value{}, err
	}
	if int64(len(data)) > limits.Size {
		return serializer.Value{}, fmt.Errorf("input is larger than %d bytes: %w", limits.Size, serializer.ErrLimit)
	}
	m := machine{code: code{data: data}, memo: map[uint64]object{}, room: roomFor(len(data))}
	root, err := m.run()
	if err == nil && m.pos < len(data) {
		m.start, err = m.pos, errors.New("more bytes after the pickle")
	}
	var v serializer.Value
	if err == nil {
		v, err = document(root, limits, len(data))
	}
	if err != nil {
		return serializer.Value{}, at(err, int64(m.start))
	}
	return v, nil
}

// at adds an offset to an error without one.
func at(err error, offset int64) error {
	var placed *serializer.Error
	if errors.As(err, &placed) {
		return err
	}
	return &serializer.Error{Offset: offset, Err: err}
}
