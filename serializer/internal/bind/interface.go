package bind

import (
	"fmt"
	"math"
	"reflect"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// dynamic writes what an interface holds, so that its type can be restored: an instance of a class is written with its
// name. A plain document has no such names, and its values are read as what they look like.
func (e *encoder) dynamic(v reflect.Value) error {
	if v.NumMethod() == 0 {
		switch x := v.Interface().(type) {
		case string:
			return e.string(x)
		case bool:
			return e.value(boolPlan(), v.Elem())
		case int64:
			return e.write(event.KindInt, uint64(x), nil)
		case float64:
			return e.write(event.KindFloat, math.Float64bits(x), nil)
		}
	}
	inner := v.Elem()
	p := planOf(inner.Type())
	at, pointed := p, inner
	for at.form == formPointer && !pointed.IsNil() {
		at, pointed = at.elem, pointed.Elem()
	}
	t := elem(at.t)
	c := e.classOf(t)
	switch {
	case c != nil && e.set.Plain:
		return fmt.Errorf("instance of %s: a plain document has no class names", c.name)
	case at.form == formPointer && !e.set.Plain && planOf(t).named && (c != nil || !planOf(t).known()):
		return fmt.Errorf("nil pointer to %s in an interface", t)
	case c == nil && v.NumMethod() > 0:
		return unregistered(t)
	}
	was := e.open
	e.open = !e.set.Plain
	err := e.value(p, inner)
	e.open = was
	return err
}

func unregistered(t reflect.Type) error {
	return fmt.Errorf("%s in an interface: %w, so it could not be read back", t, event.ErrUnknownType)
}

// classOf returns the class of a type, or nil if it has none.
func (e *encoder) classOf(t reflect.Type) *class {
	if t != e.last.t {
		e.last.t = t
		e.last.class, _ = e.registry.of(t)
	}
	return e.last.class
}

// instance writes a value with the name of its class where only the document determines its type. It returns false for
// done if the kind of the value is enough.
func (e *encoder) instance(p *plan, v reflect.Value) (done bool, err error) {
	c := e.classOf(p.t)
	if c == nil {
		if _, hooked := e.hooks[p.t]; hooked || p.known() {
			return false, nil
		}
		return true, unregistered(p.t)
	}
	if err := e.write(event.KindInstance, uint64(event.PartState), bytesOf(c.name)); err != nil {
		return true, err
	}
	e.open = false
	err = e.value(p, v)
	if e.open = true; err != nil {
		return true, err
	}
	return true, e.write(event.KindEnd, 0, nil)
}

func boolPlan() *plan { return planOf(reflect.TypeFor[bool]()) }
