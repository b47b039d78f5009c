package bind

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
)

// A sortedKey is a map's key and what it is sorted by: numbers first, then the bytes of its CBOR form.
type sortedKey struct {
	key, value reflect.Value
	number     int64
	text       string
}

// sortedKeys lists the entries of a map in the order in which they are written. They are added to e.keys, from which
// the caller removes them once they are written.
func (e *encoder) sortedKeys(p *plan, v reflect.Value) ([]sortedKey, error) {
	n, start := v.Len(), len(e.keys)
	all, values := reflect.MakeSlice(p.keys, n, n), reflect.MakeSlice(p.elems, n, n)
	i := v.MapRange()
	for at := 0; at < n && i.Next(); at++ {
		k := sortedKey{key: all.Index(at), value: values.Index(at)}
		k.key.SetIterKey(i)
		k.value.SetIterValue(i)
		switch p.key.form {
		case formInt:
			k.number = k.key.Int()
		case formString:
			k.text = k.key.String()
		default:
			form, err := e.keyForm(p.key, k.key)
			if err != nil {
				return nil, within(err, fmt.Sprintf("[%v]", k.key))
			}
			k.text = form
		}
		e.keys = append(e.keys, k)
	}
	keys := e.keys[start:]
	slices.SortFunc(keys, func(a, b sortedKey) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.text, b.text))
	})
	for i := 1; i < len(keys); i++ {
		if keys[i-1].number == keys[i].number && keys[i-1].text == keys[i].text {
			return nil, within(
				fmt.Errorf("%w: two keys are written in the same form", event.ErrDuplicate),
				fmt.Sprintf("[%v]", keys[i].key),
			)
		}
	}
	return keys, nil
}

// written removes the keys of a map, so that the first n stay.
func (e *encoder) written(n int) {
	clear(e.keys[n:])
	e.keys = e.keys[:n]
}

// keyForm returns the CBOR form of a key. Keys that are not equal to themselves are refused: they could not be found
// again.
func (e *encoder) keyForm(p *plan, key reflect.Value) (string, error) {
	if !key.Equal(key) {
		return "", fmt.Errorf("a key that holds NaN is not equal to itself")
	}
	if e.found != nil {
		if _, ok := refOf(p, key); ok {
			return "", fmt.Errorf("a pointer as key: %s has no order", p.t)
		}
	}
	var buf bytes.Buffer
	inner := encoder{w: cbor.NewWriter(&buf), set: e.set, registry: e.registry, hooks: e.hooks}
	if err := inner.value(p, key); err != nil {
		return "", err
	}
	if err := inner.w.Close(); err != nil {
		return "", err
	}
	return buf.String(), nil
}

// texts writes a map[string]string, which needs no reflection.
func (e *encoder) texts(m map[string]string) error {
	if err := e.write(event.KindMap, 0, nil); err != nil {
		return err
	}
	start := len(e.names)
	for name := range m {
		e.names = append(e.names, name)
	}
	names := e.names[start:]
	slices.Sort(names)
	for _, name := range names {
		err := e.string(name)
		if err == nil {
			err = e.string(m[name])
		}
		if err != nil {
			return inName(err, name)
		}
	}
	clear(names)
	e.names = e.names[:start]
	return e.write(event.KindEnd, 0, nil)
}

func (e *encoder) mapping(p *plan, v reflect.Value) error {
	if p.t == textsType && e.hooks == nil {
		return e.texts(v.Interface().(map[string]string))
	}
	keys, err := e.sortedKeys(p, v)
	defer e.written(len(e.keys) - len(keys))
	if err != nil {
		return err
	}
	if e.open && p.key.named && e.classOf(p.key.t) != nil {
		return fmt.Errorf("%s in an interface: instances cannot be keys there (register the type of the map)", p.t)
	}
	if err := e.write(event.KindMap, 0, nil); err != nil {
		return err
	}
	for i := range keys {
		k := &keys[i]
		if err := e.mapKey(p.key, k.key); err != nil {
			return within(err, fmt.Sprintf("[%v]", k.key))
		}
		if err := e.value(p.elem, k.value); err != nil {
			if p.key.form == formString {
				return inName(err, k.text)
			}
			return within(err, fmt.Sprintf("[%v]", k.key))
		}
	}
	return e.write(event.KindEnd, 0, nil)
}

// mapKey writes a key. In a plain document integers are names, as with encoding/json.
func (e *encoder) mapKey(p *plan, key reflect.Value) error {
	if e.set.Plain && e.set.Format == "json" && (p.form == formInt || p.form == formUint) {
		e.text = fmt.Append(e.text[:0], key)
		return e.write(event.KindString, 0, e.text)
	}
	return e.value(p, key)
}
