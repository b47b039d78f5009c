package json

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Canonical writes a JSON text in the form of RFC 8785: no white space, names in the order of their UTF-16 units,
// numbers as ECMAScript prints a float64. Objects with $ names are no more than objects to it. A number beyond float64
// is refused; one with more digits than a float64 keeps is rounded, as the RFC has it.
func Canonical(data []byte, limits event.Limits) ([]byte, error) {
	r := NewReader(event.MemorySource(data), event.Options{Limits: limits, Plain: true})
	var ev event.Event
	for {
		err := r.Read(&ev)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if ev.Kind == event.KindNumber || ev.Kind == event.KindBigInt {
			if f, err := event.Nearest(ev.Data); err != nil || math.IsInf(f, 0) {
				return nil, &event.Error{Offset: ev.Offset, Path: r.Path(), Err: fmt.Errorf("number beyond float64, which RFC 8785 has no form for")}
			}
		}
	}
	text := jsontext.Value(bytes.Clone(data))
	if err := text.Canonicalize(); err != nil {
		return nil, &event.Error{Offset: -1, Err: errors.New("no canonical form")}
	}
	return text, nil
}
