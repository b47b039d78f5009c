package cbor

import (
	"bytes"
	"errors"
	"slices"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// Canonical writes a CBOR document in the core deterministic form of RFC 8949, section 4.2.1: preferred
// serialisation, definite lengths, maps in the bytewise order of their keys' encodings.
func Canonical(data []byte, limits event.Limits) ([]byte, error) {
	v, err := tree.Read(NewReader(event.MemorySource(data), event.Options{Limits: limits}))
	if err != nil {
		return nil, err
	}
	if tree.Refers(v) {
		// Sorting would change which shared value a reference means.
		return nil, errors.New("a document with shared values has no canonical form")
	}
	if v, err = sorted(v); err != nil {
		return nil, err
	}
	return definite(v)
}

// definite writes v with definite lengths.
func definite(v tree.Value) ([]byte, error) {
	var out bytes.Buffer
	w := NewWriter(&out)
	w.whole = true
	err := event.Copy(w, tree.NewReader(v))
	return out.Bytes(), err
}

// sorted sorts the maps in v, whose depth is limited, by the bytes of their keys.
func sorted(v tree.Value) (tree.Value, error) {
	if !v.Kind().Container() {
		return v, nil
	}
	items := make([]tree.Value, len(tree.Items(v)))
	for i, item := range tree.Items(v) {
		var err error
		if items[i], err = sorted(item); err != nil {
			return v, err
		}
	}
	if v.Kind() == event.KindMap {
		if err := sortPairs(items); err != nil {
			return v, err
		}
	}
	return tree.ContainerValue(v.Kind(), tree.Num(v), items), nil
}

// sortPairs sorts the pairs of a map whose keys are sorted inside.
func sortPairs(items []tree.Value) error {
	type pair struct {
		form       []byte
		key, value tree.Value
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
