package serializer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// CanonicalJSON writes a JSON text in the form of RFC 8785: no white space, names in the order of their UTF-16 units,
// numbers as ECMAScript prints a float64. Objects with $ names are no more than objects to it. A number beyond float64
// is refused; one with more digits than a float64 keeps is rounded, as the RFC has it.
func CanonicalJSON(data []byte, limits Limits) ([]byte, error) {
	r := newJSONReader(memorySource(data), ReaderOptions{Limits: limits})
	r.raw = true
	var ev Event
	for {
		err := r.Read(&ev)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if ev.Kind == KindNumber || ev.Kind == KindBigInt {
			if f, err := nearest(ev.Data); err != nil || math.IsInf(f, 0) {
				return nil, &Error{Offset: ev.Offset, Path: r.Path(), Err: fmt.Errorf("number beyond float64, which RFC 8785 has no form for")}
			}
		}
	}
	text := jsontext.Value(bytes.Clone(data))
	if err := text.Canonicalize(); err != nil {
		return nil, &Error{Offset: -1, Err: errors.New("no canonical form")}
	}
	return text, nil
}

// CanonicalCBOR writes a CBOR document in the core deterministic form of RFC 8949, section 4.2.1: preferred
// serialisation, definite lengths, maps in the bytewise order of their keys' encodings.
func CanonicalCBOR(data []byte, limits Limits) ([]byte, error) {
	v, err := ReadValue(newCBORReader(memorySource(data), ReaderOptions{Limits: limits}))
	if err != nil {
		return nil, err
	}
	if refers(v) {
		// Sorting would change which shared value a reference means.
		return nil, errors.New("a document with shared values has no canonical form")
	}
	if v, err = sorted(v); err != nil {
		return nil, err
	}
	return definite(v)
}

// definite writes v with definite lengths.
func definite(v Value) ([]byte, error) {
	var out bytes.Buffer
	w := newCBORWriter(&out)
	w.whole = true
	err := Copy(w, NewValueReader(v))
	return out.Bytes(), err
}

// sorted sorts the maps in v, whose depth is limited, by the bytes of their keys.
func sorted(v Value) (Value, error) {
	if !v.Kind().Container() {
		return v, nil
	}
	items := make([]Value, v.length())
	for i, item := range v.items() {
		var err error
		if items[i], err = sorted(item); err != nil {
			return v, err
		}
	}
	if v.Kind() == KindMap {
		if err := sortPairs(items); err != nil {
			return v, err
		}
	}
	return containerValue(v.Kind(), v.num, items), nil
}

// sortPairs sorts the pairs of a map whose keys are sorted inside.
func sortPairs(items []Value) error {
	type pair struct {
		form       []byte
		key, value Value
	}
	pairs := make([]pair, 0, len(items)/2)
	for i := 0; i < len(items); i += 2 {
		form, err := definite(items[i])
		if err != nil {
			return err
		}
		pairs = append(pairs, pair{form, items[i], items[i+1]})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return bytes.Compare(a.form, b.form) })
	for i, p := range pairs {
		items[2*i], items[2*i+1] = p.key, p.value
	}
	return nil
}
