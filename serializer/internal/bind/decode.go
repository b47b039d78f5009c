package bind

import (
	"encoding"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// Decode reads a document into what the pointer v points to.
func Decode(r event.Reader, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode into %T: not a pointer to a variable", v)
	}
	value, err := tree.Read(r)
	if err != nil {
		return err
	}
	if whole, ok := v.(*tree.Value); ok {
		*whole = value
		return nil
	}
	fresh := reflect.New(target.Type().Elem()).Elem()
	var d decoder
	if err := d.assign(value, fresh); err != nil {
		return err
	}
	target.Elem().Set(fresh)
	return nil
}

// A decoder turns a Value into Go values.
type decoder struct {
	shared []reflect.Value // pointers to the shared values so far; invalid where the target is no pointer
	fields map[reflect.Type]map[string]field
}

func mismatch(v tree.Value, t reflect.Type) error {
	return fmt.Errorf("%s does not fit into %s", v.Kind(), t)
}

// assign puts v into the settable variable to.
func (d *decoder) assign(v tree.Value, to reflect.Value) error {
	t := to.Type()
	switch {
	case t == valueType:
		if tree.Refers(v) {
			return errors.New("reference in a part of the document: decode the whole document into a Value")
		}
		to.Set(reflect.ValueOf(v))
		return nil
	case v.Kind() == event.KindShared:
		return d.share(v, to)
	case v.Kind() == event.KindRef:
		if at := v.Number(); at < int64(len(d.shared)) && d.shared[at].IsValid() && d.shared[at].Type() == t {
			to.Set(d.shared[at])
			return nil
		}
		return fmt.Errorf("reference does not fit into %s", t)
	case t.Kind() == reflect.Interface:
		return d.dynamic(v, to)
	case v.Kind() == event.KindNull:
		return d.null(to)
	case t.Kind() == reflect.Pointer:
		to.Set(reflect.New(t.Elem()))
		return d.assign(v, to.Elem())
	case v.Kind() == event.KindInstance:
		c, ok := classes.of(t)
		if !ok || c.name != v.Text() || v.Parts() != event.PartState {
			return fmt.Errorf("instance of %s does not fit into %s", v.Text(), t)
		}
		return d.assign(v.Index(0), to)
	case special(t):
		return d.special(v, to)
	}
	return d.plain(v, to)
}

// share puts a shared value into a pointer, which later references copy.
func (d *decoder) share(v tree.Value, to reflect.Value) error {
	at := len(d.shared)
	d.shared = append(d.shared, reflect.Value{})
	if to.Kind() == reflect.Pointer && v.Index(0).Kind() != event.KindNull {
		to.Set(reflect.New(to.Type().Elem()))
		d.shared[at] = to
		return d.assign(v.Index(0), to.Elem())
	}
	return d.assign(v.Index(0), to)
}

func (d *decoder) null(to reflect.Value) error {
	switch to.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		to.SetZero()
		return nil
	}
	return mismatch(tree.Null(), to.Type())
}

// special fills the types that have a kind of their own.
func (d *decoder) special(v tree.Value, to reflect.Value) error {
	fits := false
	switch x := to.Addr().Interface().(type) {
	case *time.Time:
		*x, fits = goTime(v)
	case *big.Int:
		var i *big.Int
		if i, fits = v.Big(); fits {
			x.Set(i)
		}
	case *big.Rat:
		fits = goRat(v, x)
	case *apd.Decimal:
		fits = goDecimal(v, x)
	case *uuid.UUID:
		if fits = v.Kind() == event.KindUUID; fits {
			copy(x[:], tree.Data(v))
		}
	case encoding.TextUnmarshaler:
		if fits = v.Kind() == event.KindString; fits {
			return x.UnmarshalText([]byte(v.Text()))
		}
	}
	if !fits {
		return mismatch(v, to.Type())
	}
	return nil
}

// goTime is exact: it takes no naive times, folds and leap seconds.
func goTime(v tree.Value) (time.Time, bool) {
	if v.Kind() != event.KindDatetime {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z07:00:00"} {
		if t, err := time.Parse(layout, v.Text()); err == nil {
			if back, err := datetimeText(t); err == nil && string(back) == v.Text() {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func goRat(v tree.Value, x *big.Rat) bool {
	if v.Kind() != event.KindFraction {
		return false
	}
	_, ok := x.SetString(v.Text())
	return ok && x.Num().String()+"/"+x.Denom().String() == v.Text() // only reduced ones
}

func goDecimal(v tree.Value, x *apd.Decimal) bool {
	if v.Kind() != event.KindDecimal {
		return false
	}
	if _, _, err := x.SetString(v.Text()); err != nil {
		return false
	}
	back, ok := event.NormalDecimal([]byte(x.Text('E')))
	return ok && string(back) == v.Text()
}

// goDuration is exact: it takes what int64 nanoseconds hold.
func goDuration(v tree.Value) (time.Duration, bool) {
	if v.Kind() != event.KindTimedelta {
		return 0, false
	}
	d, err := time.ParseDuration(v.Text() + "s")
	return d, err == nil && string(appendDuration(nil, d)) == v.Text()
}

// plain fills a variable of one of Go's own kinds.
func (d *decoder) plain(v tree.Value, to reflect.Value) error {
	fits := false
	switch to.Kind() {
	case reflect.Bool:
		if fits = v.Kind() == event.KindBool; fits {
			to.SetBool(tree.Num(v) != 0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if to.Type() == durationType {
			var duration time.Duration
			if duration, fits = goDuration(v); fits {
				to.SetInt(int64(duration))
			}
			break
		}
		if i, ok := v.Int(); ok {
			if to.OverflowInt(i) {
				return fmt.Errorf("%d does not fit into %s", i, to.Type())
			}
			to.SetInt(i)
			return nil
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if i, ok := v.Big(); ok {
			if !i.IsUint64() || to.OverflowUint(i.Uint64()) {
				return fmt.Errorf("%s does not fit into %s", i, to.Type())
			}
			to.SetUint(i.Uint64())
			return nil
		}
	case reflect.Float32, reflect.Float64:
		if f, ok := v.Float(); ok {
			if _, exact := event.ToSingle(tree.Num(v)); to.Kind() == reflect.Float32 && !exact {
				return fmt.Errorf("%s does not fit into %s", event.FloatText(tree.Num(v)), to.Type())
			}
			to.SetFloat(f)
			return nil
		}
	case reflect.Complex128:
		var c complex128
		if c, fits = v.Complex(); fits {
			to.SetComplex(c)
		}
	case reflect.String:
		if fits = v.Kind() == event.KindString; fits {
			to.SetString(string([]byte(v.Text())))
		}
	case reflect.Slice, reflect.Array:
		return d.list(v, to)
	case reflect.Map:
		return d.mapping(v, to)
	case reflect.Struct:
		return d.structure(v, to)
	}
	if !fits {
		return mismatch(v, to.Type())
	}
	return nil
}

func (d *decoder) list(v tree.Value, to reflect.Value) error {
	if to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == event.KindBytes {
		to.SetBytes(v.Bytes())
		return nil
	}
	if v.Kind() != event.KindList {
		return mismatch(v, to.Type())
	}
	if to.Kind() == reflect.Slice {
		to.Set(reflect.MakeSlice(to.Type(), v.Len(), v.Len()))
	} else if to.Len() != v.Len() {
		return fmt.Errorf("list of %d values does not fit into %s", v.Len(), to.Type())
	}
	for i := range v.Len() {
		if err := d.assign(v.Index(i), to.Index(i)); err != nil {
			return within(err, fmt.Sprintf("[%d]", i))
		}
	}
	return nil
}

func (d *decoder) mapping(v tree.Value, to reflect.Value) error {
	if v.Kind() != event.KindMap {
		return mismatch(v, to.Type())
	}
	to.Set(reflect.MakeMapWithSize(to.Type(), v.Len()))
	for i := range v.Len() {
		key, value := v.Pair(i)
		k, e := reflect.New(to.Type().Key()).Elem(), reflect.New(to.Type().Elem()).Elem()
		err := d.assign(key, k)
		if err == nil && !k.Comparable() {
			err = fmt.Errorf("%s cannot be a key of %s", key.Kind(), to.Type())
		}
		if err == nil && to.MapIndex(k).IsValid() {
			err = event.ErrDuplicate
		}
		if err == nil {
			err = d.assign(value, e)
		}
		if err != nil {
			return within(err, tree.KeyStep(key))
		}
		to.SetMapIndex(k, e)
	}
	return nil
}

func (d *decoder) structure(v tree.Value, to reflect.Value) error {
	if v.Kind() != event.KindMap {
		return mismatch(v, to.Type())
	}
	fields, err := d.fieldsOf(to.Type())
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range v.Len() {
		key, value := v.Pair(i)
		f, ok := fields[key.Text()]
		switch {
		case key.Kind() != event.KindString || !ok:
			return within(fmt.Errorf("%s has no such field", to.Type()), tree.KeyStep(key))
		case seen[f.name]:
			return within(event.ErrDuplicate, tree.KeyStep(key))
		}
		seen[f.name] = true
		inner, err := fieldIn(to, f.index)
		if err == nil {
			err = d.assign(value, inner)
		}
		if err != nil {
			return within(err, tree.KeyStep(key))
		}
	}
	return nil
}

// fieldIn finds a field and makes the embedded structs on the way to it.
func fieldIn(to reflect.Value, index []int) (reflect.Value, error) {
	for i, at := range index {
		if i > 0 && to.Kind() == reflect.Pointer {
			if to.IsNil() {
				if !to.CanSet() {
					return to, fmt.Errorf("embedded %s is not exported", to.Type())
				}
				to.Set(reflect.New(to.Type().Elem()))
			}
			to = to.Elem()
		}
		to = to.Field(at)
	}
	return to, nil
}

func (d *decoder) fieldsOf(t reflect.Type) (map[string]field, error) {
	if fields, ok := d.fields[t]; ok {
		return fields, nil
	}
	list, err := fieldsOf(t)
	if err != nil {
		return nil, err
	}
	fields := make(map[string]field, len(list))
	for _, f := range list {
		fields[f.name] = f
	}
	if d.fields == nil {
		d.fields = map[reflect.Type]map[string]field{}
	}
	d.fields[t] = fields
	return fields, nil
}
