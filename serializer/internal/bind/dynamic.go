package bind

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// dynamic fills an interface: with an instance of a class, or any with Go's own type for the kind.
func (d *decoder) dynamic(v tree.Value, to reflect.Value) error {
	if v.Kind() == event.KindNull {
		to.SetZero()
		return nil
	}
	if v.Kind() == event.KindInstance {
		return d.instance(v, to)
	}
	x, err := d.natural(v)
	if err != nil {
		return err
	}
	if !reflect.TypeOf(x).AssignableTo(to.Type()) {
		return fmt.Errorf("%s without the name of a class does not fit into %s", v.Kind(), to.Type())
	}
	to.Set(reflect.ValueOf(x))
	return nil
}

func (d *decoder) instance(v tree.Value, to reflect.Value) error {
	c, ok := classes.named(v.Text())
	if !ok {
		return fmt.Errorf("%q: %w", v.Text(), event.ErrUnknownType)
	}
	if v.Parts() != event.PartState {
		return fmt.Errorf("instance of %s has other parts than its state", c.name)
	}
	form, t := c.form, elem(c.form)
	if !form.AssignableTo(to.Type()) {
		form = t
	}
	if !form.AssignableTo(to.Type()) {
		form = reflect.PointerTo(t)
	}
	if !form.AssignableTo(to.Type()) {
		return fmt.Errorf("instance of %s does not fit into %s", c.name, to.Type())
	}
	x := reflect.New(form).Elem()
	inner := x
	for inner.Kind() == reflect.Pointer {
		inner.Set(reflect.New(inner.Type().Elem()))
		inner = inner.Elem()
	}
	if err := d.assign(v.Index(0), inner); err != nil {
		return err
	}
	to.Set(x)
	return nil
}

// natural is Go's own value for v where there is one that holds all of it, otherwise v itself: lists are []any, maps
// with names only map[string]any, integers int64 or *big.Int.
func (d *decoder) natural(v tree.Value) (any, error) {
	switch v.Kind() {
	case event.KindBool:
		return tree.Num(v) != 0, nil
	case event.KindInt:
		return int64(tree.Num(v)), nil
	case event.KindString:
		return string([]byte(v.Text())), nil
	case event.KindBytes:
		return v.Bytes(), nil
	case event.KindList:
		var list []any
		err := d.list(v, reflect.ValueOf(&list).Elem())
		return list, err
	case event.KindMap:
		if !named(v) {
			break
		}
		var m map[string]any
		err := d.mapping(v, reflect.ValueOf(&m).Elem())
		return m, err
	case event.KindShared, event.KindRef:
		return nil, errors.New("shared value: decode the whole document into a Value")
	case event.KindBigInt:
		i, _ := v.Big()
		return i, nil
	}
	if x, ok := exact(v); ok {
		return x, nil
	}
	if tree.Refers(v) {
		return nil, errors.New("reference in a part of the document: decode the whole document into a Value")
	}
	return v, nil
}

// exact returns the types of other packages that hold all of v.
func exact(v tree.Value) (any, bool) {
	switch v.Kind() {
	case event.KindFloat:
		f, _ := v.Float()
		return f, true
	case event.KindComplex:
		c, _ := v.Complex()
		return c, true
	case event.KindDatetime:
		return ok(goTime(v))
	case event.KindTimedelta:
		return ok(goDuration(v))
	case event.KindDecimal:
		x := new(apd.Decimal)
		return x, goDecimal(v, x)
	case event.KindFraction:
		x := new(big.Rat)
		return x, goRat(v, x)
	case event.KindUUID:
		return uuid.UUID([]byte(tree.Data(v))), true
	}
	return nil, false
}

func ok[T any](x T, fits bool) (any, bool) { return x, fits }

// named reports whether a map's keys are different strings.
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
