package bind

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"reflect"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/tree"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// dynamic fills an interface: with an instance of a class, or any with Go's own type for the kind.
func (d *decoder) dynamic(to reflect.Value) error {
	if d.ev.Kind == event.KindInstance {
		return d.instance(to)
	}
	kind := d.ev.Kind
	x, err := d.natural()
	if err != nil {
		return err
	}
	if to.NumMethod() > 0 && !reflect.TypeOf(x).AssignableTo(to.Type()) {
		d.ev.Kind = kind
		return fmt.Errorf("%s without the name of a class does not fit into %s", kind, to.Type())
	}
	to.Set(reflect.ValueOf(x))
	return nil
}

// natural returns Go's own value for the last event if there is one that holds all of it, otherwise a Value: lists
// become []any, maps with string keys map[string]any, integers int64 or *big.Int.
func (d *decoder) natural() (any, error) {
	ev := &d.ev
	switch ev.Kind {
	case event.KindNull:
		return nil, nil
	case event.KindBool:
		return ev.Num != 0, nil
	case event.KindInt:
		return int64(ev.Num), nil
	case event.KindFloat:
		return math.Float64frombits(ev.Num), nil
	case event.KindString:
		return string(ev.Data), nil
	case event.KindBytes:
		return append(make([]byte, 0, len(ev.Data)), ev.Data...), nil
	case event.KindList:
		return d.naturalList()
	case event.KindMap:
		return d.naturalMap()
	case event.KindShared:
		var x any
		err := d.share(func() (err error) {
			x, err = d.natural()
			return err
		}, func() reflect.Value { return reflect.ValueOf(x) })
		return x, err
	case event.KindRef:
		var x any
		err := d.refer(planOf(anyType), reflect.ValueOf(&x).Elem())
		return x, err
	case event.KindInstance:
		var x any
		err := d.instance(reflect.ValueOf(&x).Elem())
		return x, err
	case event.KindBigInt:
		i, ok := literal.ParseBig(string(ev.Data))
		if !ok {
			return nil, wire.ErrEvents
		}
		return i, nil
	}
	if x, ok := d.exact(); ok {
		return x, nil
	}
	v, err := d.here()
	if err == nil && tree.Refers(v) {
		err = errInsideReference
	}
	if x := new(big.Float); err == nil && v.Kind() == event.KindTag && v.Number() == 5 && bigfloat(x, v) {
		return x, nil
	}
	return v, err
}

func (d *decoder) naturalList() (any, error) {
	if d.tree != nil {
		list := make([]any, d.tree.Here().Len())
		d.made(reflect.ValueOf(list))
		for i := range list {
			err := d.read()
			if err == nil {
				list[i], err = d.natural()
			}
			if err != nil {
				return nil, err
			}
		}
		return list, d.read()
	}
	list := []any{}
	for {
		if err := d.read(); err != nil {
			return nil, err
		}
		if d.ev.Kind == event.KindEnd {
			return list, nil
		}
		x, err := d.natural()
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
}

func (d *decoder) naturalMap() (any, error) {
	if d.tree != nil && !named(d.tree.Here()) {
		v, err := d.here()
		if err == nil && tree.Refers(v) {
			err = errInsideReference
		}
		return v, err
	}
	m := map[string]any{}
	d.made(reflect.ValueOf(m))
	for n := 0; ; n++ {
		if err := d.read(); err != nil {
			return nil, err
		}
		if d.ev.Kind == event.KindEnd {
			return m, nil
		}
		if d.ev.Kind != event.KindString {
			return nil, errAgain
		}
		name := string(d.ev.Data)
		if err := d.read(); err != nil {
			return nil, err
		}
		x, err := d.natural()
		if err != nil {
			return nil, err
		}
		if m[name] = x; len(m) == n { // a duplicate name
			return nil, errAgain
		}
	}
}

// exact returns a scalar as the type of another package that holds all of it.
func (d *decoder) exact() (any, bool) {
	ev := &d.ev
	switch ev.Kind {
	case event.KindComplex:
		re, im := binary.BigEndian.Uint64(ev.Data), binary.BigEndian.Uint64(ev.Data[8:])
		return complex(math.Float64frombits(re), math.Float64frombits(im)), true
	case event.KindDatetime:
		return ok(goTime(string(ev.Data)))
	case event.KindTimedelta:
		return ok(d.duration())
	case event.KindDecimal:
		x := new(apd.Decimal)
		return x, d.decimal(x)
	case event.KindFraction:
		return ok(d.rat())
	case event.KindUUID:
		return uuid.UUID(ev.Data), true
	}
	return nil, false
}

func ok[T any](x T, fits bool) (any, bool) { return x, fits }

// instance fills an interface with an instance of a class.
func (d *decoder) instance(to reflect.Value) error {
	name, parts := string(d.ev.Data), event.Parts(d.ev.Num)
	state, migrated, err := d.migrated(&name, parts)
	if err != nil {
		return err
	}
	c, ok := d.registry.named(name)
	if !ok {
		return errUnknownType(name)
	}
	if parts != event.PartState {
		return fmt.Errorf("instance of %s has parts other than its state", c.name)
	}
	forms := []reflect.Type{c.form, elem(c.form), reflect.PointerTo(elem(c.form))}
	if d.sharing >= 0 { // a shared value is a pointer if possible
		forms = []reflect.Type{forms[2], c.form, forms[1]}
	}
	for _, form := range forms {
		if !form.AssignableTo(to.Type()) {
			continue
		}
		x := reflect.New(form).Elem()
		inner := x
		for inner.Kind() == reflect.Pointer {
			inner.Set(reflect.New(inner.Type().Elem()))
			d.made(inner)
			inner = inner.Elem()
		}
		if migrated {
			err = DecodeValue(state, inner.Addr(), d.set)
		} else if err = d.read(); err == nil {
			if err = d.put(planOf(inner.Type()), inner); err == nil {
				err = d.read()
			}
		}
		if err == nil {
			to.Set(x)
		}
		return err
	}
	return fmt.Errorf("instance of %s does not fit into %s", c.name, to.Type())
}

// migrated reads the state of an instance whose class has a migration, applies that, and changes the name of the class.
func (d *decoder) migrated(name *string, parts event.Parts) (state tree.Value, done bool, err error) {
	if !d.registry.migrates(*name) || parts != event.PartState {
		return state, false, nil
	}
	v, err := d.here()
	if err != nil {
		return state, false, err
	}
	*name, state, err = d.registry.migrated(*name, v.Index(0))
	return state, true, err
}

// instanceInto fills a variable of a class's type.
func (d *decoder) instanceInto(p *plan, to reflect.Value) error {
	name, parts := string(d.ev.Data), event.Parts(d.ev.Num)
	state, migrated, err := d.migrated(&name, parts)
	if err != nil {
		return err
	}
	c, ok := d.registry.of(p.t)
	if !ok || c.name != name || parts != event.PartState {
		return fmt.Errorf("instance of %s does not fit into %s", name, p.t)
	}
	if migrated {
		return DecodeValue(state, to.Addr(), d.set)
	}
	if err := d.read(); err != nil {
		return err
	}
	if err := d.put(p, to); err != nil {
		return err
	}
	return d.read()
}
