package bind

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Decode reads a document into what the pointer v points to. The function open returns a reader of the document from
// its start. If Decode fails, what v points to is unchanged.
//
// Most documents go from their events straight into the variable. A document with shared values, or with keys other
// than text in a map that goes into an any, is first read into a Value.
func Decode(open func() event.Reader, v any, s Settings) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode into %T: not a pointer to a variable", v)
	}
	if whole, ok := v.(*tree.Value); ok {
		value, err := tree.Read(open())
		if err == nil {
			*whole = value
		}
		return err
	}
	d := newDecoder(open(), s)
	defer d.release()
	err := d.document(target.Elem())
	if err != errAgain {
		return err
	}
	value, err := tree.Read(open())
	if err != nil {
		return err
	}
	return DecodeValue(value, target, s)
}

// DecodeValue reads a Value into what the pointer target points to.
func DecodeValue(v tree.Value, target reflect.Value, s Settings) error {
	r := tree.NewReader(v)
	d := newDecoder(r, s)
	defer d.release()
	d.tree = r
	return d.document(target.Elem())
}

// errAgain says that the document has to be read into a Value first.
var errAgain = errors.New("the document has to be read as a tree")

// A decoder turns events into Go values.
type decoder struct {
	r        event.Reader
	ev       event.Event
	tree     *tree.Reader // r, if that reads a Value
	set      Settings
	registry *Registry
	hooks    map[reflect.Type]hook
	shared   []reflect.Value // the shared values so far; invalid until they are made
	sharing  int             // the index of the shared value that is to be made next; -1 for none
	old      []was
}

// was records what a variable held before; content is invalid if that was zero.
type was struct{ variable, content reflect.Value }

func newDecoder(r event.Reader, s Settings) *decoder {
	d := decoders.Get().(*decoder)
	d.r, d.set, d.registry, d.sharing = r, s, s.registry(), -1
	d.hooks = d.registry.hooked()
	return d
}

// decoders are kept for reuse.
//
//policy:mutable memory that is used again
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// release returns a decoder for reuse, cleared of all references to the variable.
func (d *decoder) release() {
	clear(d.old)
	*d = decoder{old: d.old[:0]}
	decoders.Put(d)
}

func (d *decoder) document(to reflect.Value) error {
	p := planOf(to.Type())
	d.keep(to)
	if d.set.Fresh {
		to.SetZero()
	}
	err := d.read()
	if err == nil {
		err = d.root(p, to)
	}
	if err == nil {
		if err = d.r.Read(&d.ev); err == nil {
			err = wire.ErrEvents
		}
	}
	if err == io.EOF {
		return nil
	}
	for i := len(d.old) - 1; i >= 0; i-- {
		d.old[i].restore()
	}
	return d.placed(err)
}

// root fills the variable that Decode was given. A reference to the document's value is a pointer to that variable.
func (d *decoder) root(p *plan, to reflect.Value) error {
	if d.ev.Kind != event.KindShared || d.tree == nil || p.form != formStruct {
		return d.put(p, to)
	}
	d.shared = append(d.shared, to.Addr())
	if err := d.read(); err != nil {
		return err
	}
	if err := d.put(p, to); err != nil {
		return err
	}
	return d.read()
}

// placed adds the reader's position to an error.
func (d *decoder) placed(err error) error {
	var known *event.Error
	if err == errAgain || errors.As(err, &known) {
		return err
	}
	placed := &event.Error{Offset: d.ev.Offset, Path: d.r.Path(), Err: err}
	if text, ok := d.r.(event.Liner); ok {
		placed.Line, placed.Column = text.Line(d.ev.Offset)
	}
	return placed
}

// keep records what a variable holds, in case of an error.
func (d *decoder) keep(v reflect.Value) {
	if v.IsZero() {
		d.old = append(d.old, was{variable: v})
		return
	}
	content := reflect.New(v.Type()).Elem()
	content.Set(v)
	d.old = append(d.old, was{v, content})
}

// keepMap records the entries of a map.
func (d *decoder) keepMap(m reflect.Value) {
	content := reflect.MakeMapWithSize(m.Type(), m.Len())
	for i := m.MapRange(); i.Next(); {
		content.SetMapIndex(i.Key(), i.Value())
	}
	variable := reflect.New(m.Type()).Elem()
	variable.Set(m)
	d.old = append(d.old, was{variable, content})
}

func (w was) restore() {
	if !w.content.IsValid() {
		w.variable.SetZero()
		return
	}
	if w.variable.Kind() != reflect.Map || w.variable.IsNil() {
		w.variable.Set(w.content)
		return
	}
	if w.content.Kind() == reflect.Map && w.content.IsNil() || w.content.UnsafePointer() == w.variable.UnsafePointer() {
		w.variable.Set(w.content)
		return
	}
	w.variable.Clear()
	for i := w.content.MapRange(); i.Next(); {
		w.variable.SetMapIndex(i.Key(), i.Value())
	}
}

func (d *decoder) read() error {
	err := d.r.Read(&d.ev)
	if err == io.EOF {
		return wire.ErrEvents
	}
	return err
}

func (d *decoder) mismatch(t reflect.Type) error {
	return fmt.Errorf("%s does not fit into %s", d.ev.Kind, t)
}

// here reads the value that the last event is, or begins, into a Value.
func (d *decoder) here() (tree.Value, error) {
	if d.tree != nil {
		v := d.tree.Here()
		d.shared = append(d.shared, make([]reflect.Value, d.tree.Skip())...)
		return v, nil
	}
	v, err := tree.ReadHere(d.r, &d.ev)
	if err == nil && tree.Refers(v) {
		return v, errAgain
	}
	return v, err
}

// skip skips the value that the last event is or begins.
func (d *decoder) skip() error {
	if d.tree != nil {
		d.shared = append(d.shared, make([]reflect.Value, d.tree.Skip())...)
		return nil
	}
	for depth := 0; ; {
		switch {
		case d.ev.Kind == event.KindEnd:
			depth--
		case d.ev.Kind == event.KindShared || d.ev.Kind == event.KindRef:
			return errAgain
		case d.ev.Kind.Container():
			depth++
		}
		if depth == 0 {
			return nil
		}
		if err := d.read(); err != nil {
			return err
		}
	}
}

// made records v as the shared value that is being read.
func (d *decoder) made(v reflect.Value) {
	if d.sharing >= 0 {
		d.shared[d.sharing] = v
		d.sharing = -1
	}
}

// put fills the variable to with what the last event is or begins.
func (d *decoder) put(p *plan, to reflect.Value) error {
	if d.hooks != nil {
		if h, ok := d.hooks[p.t]; ok {
			v, err := d.here()
			if err != nil {
				return err
			}
			x, err := h.read(v)
			if err == nil {
				to.Set(x)
			}
			return err
		}
	}
	switch d.ev.Kind {
	case event.KindString:
		if p.form == formString {
			to.SetString(string(d.ev.Data))
			return nil
		}
	case event.KindShared:
		if p.form == formValue {
			return errInsideReference
		}
		return d.share(func() error { return d.put(p, to) }, func() reflect.Value { return to })
	case event.KindRef:
		return d.refer(p, to)
	case event.KindInstance:
		if p.form != formInterface && p.form != formPointer && p.form != formValue {
			return d.instanceInto(p, to)
		}
	case event.KindNull:
		if p.zero {
			to.SetZero()
			return nil
		}
	}
	switch p.form {
	case formPointer:
		if to.IsNil() {
			to.Set(reflect.New(p.t.Elem()))
		} else {
			d.keep(to.Elem())
		}
		d.made(to)
		return d.put(p.elem, to.Elem())
	case formInterface:
		return d.dynamic(to)
	case formList, formArray, formBytes:
		return d.list(p, to)
	case formMap:
		return d.mapping(p, to)
	case formStruct:
		return d.structure(p, to)
	case formNone:
		return p.err
	case formValue:
		return d.value(to)
	case formMarshaler:
		return d.unmarshal(p, to)
	}
	return d.scalar(p, to)
}

var errInsideReference = errors.New("reference in a part of the document: decode the whole document into a Value")

// value fills a variable of type Value.
func (d *decoder) value(to reflect.Value) error {
	v, err := d.here()
	if err == nil && tree.Refers(v) {
		err = errInsideReference
	}
	if err == nil {
		to.Set(reflect.ValueOf(v))
	}
	return err
}

// share reads a shared value with put, which records pointers, lists and maps through made; the value of any other kind
// is what result returns.
func (d *decoder) share(put func() error, result func() reflect.Value) error {
	if d.tree == nil {
		return errAgain
	}
	at := len(d.shared)
	d.shared = append(d.shared, reflect.Value{})
	d.sharing = at
	if err := d.read(); err != nil {
		return err
	}
	if err := put(); err != nil {
		return err
	}
	d.sharing = -1
	if !d.shared[at].IsValid() {
		content := result()
		if content.IsValid() {
			content = reflect.ValueOf(content.Interface())
		}
		d.shared[at] = content
	}
	return d.read() // the end of the shared value
}

// refer fills a variable from a reference to a shared value.
func (d *decoder) refer(p *plan, to reflect.Value) error {
	if d.tree == nil {
		return errAgain
	}
	if p.form == formValue {
		return errInsideReference
	}
	at := d.ev.Num
	if at < uint64(len(d.shared)) && d.shared[at].IsValid() && d.shared[at].Type().AssignableTo(p.t) {
		to.Set(d.shared[at])
		return nil
	}
	return fmt.Errorf("reference does not fit into %s", p.t)
}
