package cbor

import (
	"bytes"
	"errors"
	"fmt"
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
	if tag, ok := positional(v); ok {
		return nil, fmt.Errorf("a document with tag %d, whose meaning depends on the order of what is before it, has no canonical form", tag)
	}
	if v, err = sorted(v); err != nil {
		return nil, err
	}
	return definite(v)
}

// positional finds a tag whose content counts values before it: references to strings and packed CBOR.
func positional(v tree.Value) (tag int64, ok bool) {
	if v.Kind() == event.KindTag {
		switch v.Number() {
		case 6, 25, 51, 113, 256:
			return v.Number(), true
		}
	}
	if v.Kind().Container() {
		for _, item := range tree.Items(v) {
			if tag, ok := positional(item); ok {
				return tag, ok
			}
		}
	}
	return 0, false
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
