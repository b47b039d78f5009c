package bind

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// Encode writes a Go value as a document.
func Encode(w event.Writer, v any, s Settings) error {
	e := encoders.Get().(*encoder)
	defer e.release()
	e.w, e.set, e.registry = w, s, s.registry()
	e.hooks = e.registry.hooked()
	if err := e.document(v); err != nil {
		return err
	}
	return w.Close()
}

// An encoder passes the events of a Go value to a writer.
type encoder struct {
	w        event.Writer
	ev       event.Event
	set      Settings
	registry *Registry
	hooks    map[reflect.Type]hook
	depth    int
	open     bool     // inside an interface, where only the document determines the type of a value
	last     struct { // the type that was asked for last, and its class
		t     reflect.Type
		class *class
	}
	shared uint64         // shared values written so far
	found  map[ref]*found // what occurs in the value more than once; nil if nothing does
	names  []string       // of the maps of texts that are written at the moment
	keys   []sortedKey    // of the maps that are written at the moment
	text   []byte         // of what is written at the moment
}

// encoders are kept for reuse.
//
//policy:mutable memory that is used again
var encoders = sync.Pool{New: func() any { return new(encoder) }}

// The scratch memory that is kept for reuse at most.
const (
	largestText = 64 << 10
	mostKeys    = 1 << 10
)

// release returns an encoder for reuse, cleared of all references to the value.
func (e *encoder) release() {
	e.written(0)
	clear(e.names)
	text, keys, names := e.text[:0], e.keys, e.names[:0]
	if cap(text) > largestText {
		text = nil
	}
	if max(cap(keys), cap(names)) > mostKeys {
		keys, names = nil, nil
	}
	*e = encoder{text: text, keys: keys, names: names}
	encoders.Put(e)
}

func (e *encoder) document(v any) error {
	switch v := v.(type) {
	case nil:
		return e.write(event.KindNull, 0, nil)
	case tree.Value:
		return e.whole(v)
	}
	rv := reflect.ValueOf(v)
	// The pointer to the value is only how it is passed, not a part of it, unless something in the value points back to
	// it.
	for rv.Kind() == reflect.Pointer && !rv.IsNil() && !planOf(rv.Type()).sharing {
		rv = rv.Elem()
	}
	p := planOf(rv.Type())
	if p.sharing && !e.set.Plain {
		if err := e.search(p, rv); err != nil {
			return err
		}
	}
	return e.value(p, rv)
}

func (e *encoder) write(kind event.Kind, num uint64, data []byte) error {
	e.ev = event.Event{Kind: kind, Num: num, Data: data, Offset: -1}
	return e.w.Write(&e.ev)
}

// within adds a step to the path of an error.
func within(err error, step string) error {
	var known *event.Error
	if errors.As(err, &known) {
		if len(known.Path) < 1000 {
			known.Path = "$" + step + known.Path[min(1, len(known.Path)):]
		}
		return err
	}
	return &event.Error{Offset: -1, Path: "$" + step, Err: err}
}

func inName(err error, name string) error { return within(err, event.ShowName([]byte(name), false)) }

func (e *encoder) value(p *plan, v reflect.Value) error {
	if e.open && p.named {
		if done, err := e.instance(p, v); done {
			return err
		}
	}
	if e.hooks != nil {
		if h, ok := e.hooks[p.t]; ok {
			made, err := h.write(v)
			if err != nil {
				return err
			}
			return e.whole(made)
		}
	}
	switch p.form {
	case formBool:
		num := uint64(0)
		if v.Bool() {
			num = 1
		}
		return e.write(event.KindBool, num, nil)
	case formInt:
		return e.write(event.KindInt, uint64(v.Int()), nil)
	case formUint:
		return e.uint(v.Uint())
	case formFloat:
		return e.write(event.KindFloat, math.Float64bits(v.Float()), nil)
	case formString:
		return e.string(v.String())
	case formBytes:
		if v.IsNil() {
			return e.write(event.KindNull, 0, nil)
		}
		if e.set.Plain && e.set.Format == "json" {
			e.text = base64.StdEncoding.AppendEncode(e.text[:0], v.Bytes())
			return e.write(event.KindString, 0, e.text)
		}
		return e.write(event.KindBytes, 0, v.Bytes())
	case formList, formMap, formStruct, formPointer, formInterface, formArray:
		return e.inner(p, v)
	case formNone:
		return p.err
	}
	return e.special(p, v)
}

func (e *encoder) uint(u uint64) error {
	if u > math.MaxInt64 {
		e.text = strconv.AppendUint(e.text[:0], u, 10)
		return e.write(event.KindBigInt, 0, e.text)
	}
	return e.write(event.KindInt, u, nil)
}

func (e *encoder) string(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("string %.40q is not UTF-8 (bytes are []byte)", s)
	}
	return e.write(event.KindString, 0, bytesOf(s))
}

// inner writes the values that contain others.
func (e *encoder) inner(p *plan, v reflect.Value) error {
	if p.zero && v.IsNil() {
		return e.write(event.KindNull, 0, nil)
	}
	if p.form == formInterface {
		return e.dynamic(v)
	}
	if e.depth++; e.depth > event.MaxDepth {
		return fmt.Errorf("values are nested deeper than %d, or in a cycle: %w", event.MaxDepth, event.ErrLimit)
	}
	done, err := e.begin(p, v)
	if err == nil && !done.again {
		switch p.form {
		case formPointer:
			err = e.value(p.elem, v.Elem())
		case formList, formArray:
			err = e.list(p, v)
		case formMap:
			err = e.mapping(p, v)
		default:
			err = e.structure(p, v)
		}
		if err == nil && done.wrapped {
			err = e.write(event.KindEnd, 0, nil)
		}
	}
	e.depth--
	return err
}

func (e *encoder) list(p *plan, v reflect.Value) error {
	if err := e.write(event.KindList, 0, nil); err != nil {
		return err
	}
	for i := range v.Len() {
		if err := e.value(p.elem, v.Index(i)); err != nil {
			return within(err, fmt.Sprintf("[%d]", i))
		}
	}
	return e.write(event.KindEnd, 0, nil)
}

func (e *encoder) structure(p *plan, v reflect.Value) error {
	if p.err != nil {
		return p.err
	}
	if err := e.write(event.KindMap, 0, nil); err != nil {
		return err
	}
	for i := range p.fields {
		f := &p.fields[i]
		inner, there := f.in(v)
		if !there || (f.omitEmpty || f.omitZero) && f.left(inner) {
			continue // behind a nil embedded pointer, or left out
		}
		if f.inline {
			if err := e.rest(p, f, inner); err != nil {
				return err
			}
			continue
		}
		if err := e.write(event.KindString, 0, bytesOf(f.name)); err != nil {
			return err
		}
		var err error
		if f.quoted {
			err = e.quoted(f.plan, inner)
		} else {
			err = e.value(f.plan, inner)
		}
		if err != nil {
			return inName(err, f.name)
		}
	}
	return e.write(event.KindEnd, 0, nil)
}

// rest writes the entries of an inline map as members of the struct.
func (e *encoder) rest(p *plan, f *field, m reflect.Value) error {
	keys, err := e.sortedKeys(f.plan, m)
	defer e.written(len(e.keys) - len(keys))
	if err != nil {
		return err
	}
	for _, k := range keys {
		name := k.key.String()
		if _, taken := p.byName[name]; taken {
			return inName(fmt.Errorf("%w: a field of %s and a key of its inline map", event.ErrDuplicate, p.t), name)
		}
		if err := e.string(name); err != nil {
			return err
		}
		if err := e.value(f.plan.elem, k.value); err != nil {
			return inName(err, name)
		}
	}
	return nil
}

// quoted writes a number or boolean as text.
func (e *encoder) quoted(p *plan, v reflect.Value) error {
	for p.form == formPointer {
		if v.IsNil() {
			return e.write(event.KindNull, 0, nil)
		}
		p, v = p.elem, v.Elem()
	}
	b := e.text[:0]
	switch p.form {
	case formBool:
		b = strconv.AppendBool(b, v.Bool())
	case formInt, formDuration:
		b = strconv.AppendInt(b, v.Int(), 10)
	case formUint:
		b = strconv.AppendUint(b, v.Uint(), 10)
	case formFloat:
		b = append(b, literal.FloatText(math.Float64bits(v.Float()))...)
	default:
		return e.value(p, v)
	}
	e.text = b
	return e.write(event.KindString, 0, b)
}

// whole writes a Value, and refuses what Decode would refuse.
func (e *encoder) whole(v tree.Value) error {
	r := tree.NewReader(v)
	check := event.NewCheck(event.Options{Limits: event.Limits{}.ForTree(), Duplicates: e.set.Duplicates})
	first, began := e.shared, uint64(0)
	for {
		err := r.Read(&e.ev)
		if err == io.EOF {
			e.shared += began
			return nil
		}
		if err == nil {
			err = check.Event(&e.ev)
		}
		if err != nil {
			return err
		}
		if e.ev.Kind == event.KindShared || e.ev.Kind == event.KindRef {
			if e.ev.Kind == event.KindShared {
				began++
			}
			e.ev.Num += first
		}
		if err := e.w.Write(&e.ev); err != nil {
			return err
		}
	}
}
