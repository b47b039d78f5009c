package serializer

import (
	"errors"
	"io"
	"reflect"

	"github.com/pythonweb/goweb/serializer/internal/bind"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// elements reads a list value by value.
type elements struct {
	r      Reader
	format Format
	o      ReaderOptions
}

func newElements(r io.Reader, format Format, o ReaderOptions) (*elements, error) {
	reader, err := NewReader(format, r, nil, o)
	if err != nil {
		return nil, err
	}
	var ev Event
	if err := reader.Read(&ev); err != nil {
		return nil, err
	}
	if ev.Kind != KindList {
		return nil, &Error{Offset: ev.Offset, Err: errors.New("the document is not a list")}
	}
	return &elements{reader, format, o}, nil
}

// next reads the next value; io.EOF after the last.
func (s *elements) next(x any, types Types) error {
	var ev Event
	if err := s.r.Read(&ev); err != nil {
		return err
	}
	if ev.Kind == KindEnd {
		err := s.r.Read(&ev)
		if err == nil {
			err = event.ErrEvents
		}
		return err
	}
	at, offset := s.r.Path(), ev.Offset
	v, err := tree.ReadHere(s.r, &ev)
	if err != nil {
		return err
	}
	if whole, ok := x.(*Value); ok {
		*whole = v
		return nil
	}
	set := bind.Settings{Options: types, Duplicates: s.o.Duplicates, Plain: s.o.Plain, Format: string(s.format)}
	err = bind.DecodeValue(v, reflect.ValueOf(x), set)
	if placed := new(Error); errors.As(err, &placed) {
		placed.Offset, placed.Path = offset, at+placed.Path[min(1, len(placed.Path)):]
	}
	return err
}
