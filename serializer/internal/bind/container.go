package bind

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// list fills a slice or an array.
func (d *decoder) list(p *plan, to reflect.Value) error {
	if p.form != formList {
		if done, err := d.bytes(p, to); done || err != nil {
			return err
		}
	}
	switch d.ev.Kind {
	case event.KindList:
	case event.KindTuple, event.KindSet, event.KindFrozenSet:
		if d.set.Exact {
			return d.mismatch(p.t)
		}
	default:
		return d.mismatch(p.t)
	}
	if p.t.Kind() == reflect.Array {
		return d.array(p, to)
	}
	if d.tree != nil {
		n := d.tree.Here().Len()
		to.Set(reflect.MakeSlice(p.t, n, n))
		d.made(to)
		for i := range n {
			if err := d.element(p, to.Index(i)); err != nil {
				return err
			}
		}
		return d.read()
	}
	// The old elements are not reused: other slices may hold them.
	to.SetZero()
	for i := 0; ; i++ {
		if err := d.read(); err != nil {
			return err
		}
		if d.ev.Kind == event.KindEnd {
			if i == 0 {
				to.Set(reflect.MakeSlice(p.t, 0, 0))
			}
			return nil
		}
		if i == to.Cap() {
			to.Grow(max(1, min(4, 256/max(1, int(p.t.Elem().Size())))))
		}
		to.SetLen(i + 1)
		if err := d.put(p.elem, to.Index(i)); err != nil {
			return err
		}
	}
}

func (d *decoder) element(p *plan, to reflect.Value) error {
	if err := d.read(); err != nil {
		return err
	}
	return d.put(p.elem, to)
}

func (d *decoder) array(p *plan, to reflect.Value) error {
	for i := 0; ; i++ {
		if err := d.read(); err != nil {
			return err
		}
		if d.ev.Kind == event.KindEnd {
			if i < to.Len() {
				return fmt.Errorf("list of %d values does not fit into %s", i, p.t)
			}
			return nil
		}
		if i == to.Len() {
			return fmt.Errorf("list of more than %d values does not fit into %s", i, p.t)
		}
		if err := d.put(p.elem, to.Index(i)); err != nil {
			return err
		}
	}
}

// bytes fills a slice or array of bytes from bytes, or from text in base64. It returns false for done if the event is
// neither.
func (d *decoder) bytes(p *plan, to reflect.Value) (done bool, err error) {
	data := d.ev.Data
	switch {
	case d.ev.Kind == event.KindBytes:
	case d.set.Exact:
		return false, nil
	case d.ev.Kind == event.KindByteArray, d.ev.Kind == event.KindUUID && p.form == formArray:
	case d.ev.Kind == event.KindString:
		data, err = base64.StdEncoding.AppendDecode(make([]byte, 0, base64.StdEncoding.DecodedLen(len(data))), data)
		if err != nil {
			return false, fmt.Errorf("string does not fit into %s: it is not base64", p.t)
		}
		if p.form == formBytes {
			to.SetBytes(data)
			return true, nil
		}
	default:
		return false, nil
	}
	if p.form == formBytes {
		to.SetBytes(append(make([]byte, 0, len(data)), data...))
		return true, nil
	}
	if len(data) != to.Len() {
		return false, fmt.Errorf("%d bytes do not fit into %s", len(data), p.t)
	}
	reflect.Copy(to, reflect.ValueOf(data))
	return true, nil
}

func (d *decoder) mapping(p *plan, to reflect.Value) error {
	if d.ev.Kind != event.KindMap {
		return d.mismatch(p.t)
	}
	had := 0
	if to.IsNil() {
		to.Set(reflect.MakeMap(p.t))
	} else if had = to.Len(); had > 0 {
		d.keepMap(to)
	}
	d.made(to)
	if p.t == textsType && had == 0 && d.hooks == nil {
		return d.texts(p, to.Interface().(map[string]string))
	}
	var seen map[any]bool
	if had > 0 {
		seen = map[any]bool{}
	}
	var k, e reflect.Value // the map takes copies; of a tree, others may refer to them
	for {
		if err := d.read(); err != nil {
			return err
		}
		if d.ev.Kind == event.KindEnd {
			return nil
		}
		if k.IsValid() && d.tree == nil {
			k.SetZero()
			e.SetZero()
		} else {
			k, e = reflect.New(p.t.Key()).Elem(), reflect.New(p.t.Elem()).Elem()
		}
		if err := d.key(p.key, k); err != nil {
			return err
		}
		twice := false
		if seen != nil {
			key := k.Interface()
			twice = seen[key]
			seen[key] = true
		}
		if err := d.element(p, e); err != nil {
			return err
		}
		n := to.Len()
		to.SetMapIndex(k, e)
		if twice || seen == nil && to.Len() == n {
			return fmt.Errorf("%w: two keys become one in %s", event.ErrDuplicate, p.t)
		}
	}
}

// texts fills an empty map of texts, which need no reflection.
func (d *decoder) texts(p *plan, to map[string]string) error {
	next := func() (string, error) {
		if d.ev.Kind == event.KindString {
			return string(d.ev.Data), nil
		}
		var text string
		err := d.put(p.elem, reflect.ValueOf(&text).Elem())
		return text, err
	}
	for {
		if err := d.read(); err != nil || d.ev.Kind == event.KindEnd {
			return err
		}
		key, err := next()
		if err == nil {
			err = d.read()
		}
		var value string
		if err == nil {
			value, err = next()
		}
		if err != nil {
			return err
		}
		n := len(to)
		if to[key] = value; len(to) == n {
			return fmt.Errorf("%w: two keys become one in %s", event.ErrDuplicate, p.t)
		}
	}
}

// key fills a variable for a map's key. The text of an integer is accepted for an integer key.
func (d *decoder) key(p *plan, k reflect.Value) error {
	if d.ev.Kind == event.KindString && !d.set.Exact {
		text := string(d.ev.Data)
		switch p.form {
		case formInt:
			i, err := strconv.ParseInt(text, 10, 64)
			if err != nil || k.OverflowInt(i) {
				return fmt.Errorf("key %.40q does not fit into %s", text, p.t)
			}
			k.SetInt(i)
			return nil
		case formUint:
			i, err := strconv.ParseUint(text, 10, 64)
			if err != nil || k.OverflowUint(i) {
				return fmt.Errorf("key %.40q does not fit into %s", text, p.t)
			}
			k.SetUint(i)
			return nil
		}
	}
	kind := d.ev.Kind
	if err := d.put(p, k); err != nil {
		return err
	}
	if p.form != formString && (!k.Comparable() || !k.Equal(k)) {
		return fmt.Errorf("%s cannot be a key of %s", kind, p.t)
	}
	return nil
}

func (d *decoder) structure(p *plan, to reflect.Value) error {
	if p.err != nil {
		return p.err
	}
	if d.ev.Kind != event.KindMap {
		return d.mismatch(p.t)
	}
	if d.set.Duplicates == event.RefuseDuplicates { // the reader has refused them
		return d.members(p, to, nil)
	}
	return d.members(p, to, make([]bool, len(p.fields)))
}

func (d *decoder) members(p *plan, to reflect.Value, seen []bool) error {
	for next := 0; ; next++ {
		if err := d.read(); err != nil {
			return err
		}
		if d.ev.Kind == event.KindEnd {
			return nil
		}
		if d.ev.Kind != event.KindString {
			return fmt.Errorf("%s has no field for a key that is a %s", p.t, d.ev.Kind)
		}
		if next >= len(p.fields) || string(d.ev.Data) != p.fields[next].name || p.fields[next].inline {
			at, ok := p.byName[string(d.ev.Data)]
			if !ok {
				if err := d.unknown(p, to); err != nil {
					return err
				}
				continue
			}
			next = at
		}
		f := &p.fields[next]
		if seen != nil {
			if seen[next] {
				return event.ErrDuplicate
			}
			seen[next] = true
		}
		if err := d.read(); err != nil {
			return err
		}
		var err error
		if f.quoted {
			err = d.quoted(f.plan, f.made(to))
		} else {
			err = d.put(f.plan, f.made(to))
		}
		if err != nil {
			return err
		}
	}
}

// unknown keeps, ignores or refuses a member for which the struct has no field.
func (d *decoder) unknown(p *plan, to reflect.Value) error {
	if p.rest >= 0 {
		f := &p.fields[p.rest]
		m := f.made(to)
		if m.IsNil() {
			m.Set(reflect.MakeMap(f.plan.t))
		} else if m.Len() > 0 {
			d.keepMap(m)
		}
		k, e := reflect.New(f.plan.t.Key()).Elem(), reflect.New(f.plan.t.Elem()).Elem()
		k.SetString(string(d.ev.Data))
		if err := d.element(f.plan, e); err != nil {
			return err
		}
		m.SetMapIndex(k, e)
		return nil
	}
	if d.set.Unknown == RefuseUnknown {
		return fmt.Errorf("%s has no such field", p.t)
	}
	if err := d.read(); err != nil {
		return err
	}
	return d.skip()
}

// quoted fills a number or boolean from its text.
func (d *decoder) quoted(p *plan, to reflect.Value) error {
	if d.ev.Kind != event.KindString {
		return d.put(p, to)
	}
	text := string(d.ev.Data)
	d.ev.Kind, d.ev.Num, d.ev.Data = event.KindEnd, 0, nil
	inner := p
	for inner.form == formPointer {
		inner = inner.elem
	}
	switch bits, nonFinite := literal.ParseNonFinite([]byte(text)); {
	case inner.form == formBool && (text == "true" || text == "false"):
		d.ev.Kind = event.KindBool
		if text == "true" {
			d.ev.Num = 1
		}
	case inner.form == formFloat && nonFinite:
		d.ev.Kind, d.ev.Num = event.KindFloat, bits
	case inner.form != formBool && event.Classify([]byte(text), &d.ev) == nil:
	default:
		d.ev.Kind = event.KindString
		return fmt.Errorf("%.40q does not fit into %s", text, p.t)
	}
	return d.put(p, to)
}

// exactInt returns the last event as an integer: from any kind of number, unless Exact is set.
func (d *decoder) exactInt() (*big.Int, bool) {
	switch d.ev.Kind {
	case event.KindInt:
		return big.NewInt(int64(d.ev.Num)), true
	case event.KindBigInt:
		return literal.ParseBig(string(d.ev.Data))
	case event.KindFloat:
		f := math.Float64frombits(d.ev.Num)
		if d.set.Exact || f != math.Trunc(f) || math.IsInf(f, 0) || f == 0 && math.Signbit(f) {
			return nil, false
		}
		i, accuracy := new(big.Float).SetFloat64(f).Int(nil)
		return i, accuracy == big.Exact
	case event.KindNumber:
		if d.set.Exact {
			return nil, false
		}
		r, ok := exactRat(d.ev.Data)
		if !ok || !r.IsInt() {
			return nil, false
		}
		return r.Num(), true
	}
	return nil, false
}

// exactRat returns the value of a decimal number, if its exponent is small enough for the digits to be written out.
func exactRat(text []byte) (*big.Rat, bool) {
	mantissa, exp, ok := literal.DecimalParts(text)
	if !ok || exp > 10_000 || exp < -10_000 || len(mantissa) > 1_000_000 {
		return nil, false
	}
	return new(big.Rat).SetString(fmt.Sprintf("%se%d", mantissa, exp))
}

// named reports whether a map's keys are distinct strings.
func named(v tree.Value) bool {
	seen := make(map[string]bool, v.Len())
	for i := range v.Len() {
		key, _ := v.Pair(i)
		if key.Kind() != event.KindString || seen[key.Text()] {
			return false
		}
		seen[key.Text()] = true
	}
	return true
}
