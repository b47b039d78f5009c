package serializer

import (
	"errors"
	"io"
	"reflect"

	"github.com/pythonweb/goweb/serializer/internal/bind"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// elements is a list that is read value by value.
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
	if err := openList(reader); err != nil {
		return nil, err
	}
	return &elements{reader, format, o}, nil
}

// openList reads the beginning of a list.
func openList(r Reader) error {
	var ev Event
	if err := r.Read(&ev); err != nil {
		return err
	}
	if ev.Kind != KindList {
		return &Error{Offset: ev.Offset, Err: errors.New("the document is not a list")}
	}
	return nil
}

// Elements calls yield with each element of a document that is a list, until yield returns an error. It holds one
// element at a time.
func Elements(r Reader, yield func(Value) error) error {
	if err := openList(r); err != nil {
		return err
	}
	s := elements{r: r}
	for {
		var v Value
		err := s.next(&v, Types{})
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = yield(v)
		}
		if err != nil {
			return err
		}
	}
}

// next reads the next value; it returns io.EOF after the last.
func (s *elements) next(x any, types Types) error {
	var ev Event
	if err := s.r.Read(&ev); err != nil {
		return err
	}
	if ev.Kind == KindEnd {
		err := s.r.Read(&ev)
		if err == nil {
			err = wire.ErrEvents
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
		if text, ok := s.r.(event.Liner); ok {
			placed.Line, placed.Column = text.Line(offset)
		}
	}
	return err
}
