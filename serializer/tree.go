package serializer

import (
	"errors"
	"fmt"
	"io"
	"unsafe"
)

// ReadValue builds the value of a document from its events.
func ReadValue(r Reader) (Value, error) {
	var b builder
	var ev Event
	for {
		err := r.Read(&ev)
		if err == io.EOF {
			return b.value()
		}
		if err != nil {
			return Value{}, err
		}
		b.add(&ev)
	}
}

// A builder makes a Value from events. Texts and containers are cut from larger pieces of memory.
type builder struct {
	stack []Value // the values of the open containers
	open  []openValue
	text  []byte
	items []Value
}

type openValue struct {
	kind Kind
	num  uint64
	at   int // where its values begin in the stack
}

func (b *builder) add(ev *Event) {
	switch ev.Kind {
	case KindNull, KindBool, KindInt, KindFloat, KindUndefined, KindSimple, KindRef:
		b.stack = append(b.stack, scalarValue(ev.Kind, ev.Num))
	case KindEnd:
		o := b.open[len(b.open)-1]
		b.open = b.open[:len(b.open)-1]
		items := b.cut(b.stack[o.at:])
		b.stack = append(b.stack[:o.at], containerValue(o.kind, o.num, items))
	case KindList, KindTuple, KindSet, KindFrozenSet, KindMap, KindTag, KindShared, KindInstance:
		num := ev.Num
		if ev.Kind == KindShared {
			num = 0 // its place in the document tells the index
		}
		b.open = append(b.open, openValue{ev.Kind, num, len(b.stack)})
		if ev.Kind == KindInstance {
			b.stack = append(b.stack, textValue(KindString, 0, b.copy(ev.Data)))
		}
	default:
		b.stack = append(b.stack, textValue(ev.Kind, ev.Num, b.copy(ev.Data)))
	}
}

// Pieces begin small and double up to these sizes.
const (
	textPiece  = 64 << 10
	itemsPiece = 4096
)

func (b *builder) copy(data []byte) string {
	n := len(data)
	if n == 0 {
		return ""
	}
	if n > cap(b.text)-len(b.text) {
		size := max(256, min(textPiece, 2*cap(b.text)))
		if n > size/4 {
			return string(data)
		}
		b.text = make([]byte, 0, size)
	}
	at := len(b.text)
	b.text = append(b.text, data...) // never moves: there is room
	return unsafe.String(&b.text[at], n)
}

func (b *builder) cut(values []Value) []Value {
	n := len(values)
	if n > cap(b.items)-len(b.items) {
		size := max(32, min(itemsPiece, 2*cap(b.items)))
		if n > size/4 {
			return append(make([]Value, 0, n), values...)
		}
		b.items = make([]Value, 0, size)
	}
	at := len(b.items)
	b.items = append(b.items, values...)
	return b.items[at : at+n : at+n]
}

func (b *builder) value() (Value, error) {
	if len(b.open) > 0 || len(b.stack) != 1 {
		return Value{}, errEvents
	}
	return b.stack[0], nil
}

// A valueReader gives the events of a Value.
type valueReader struct {
	root    Value
	steps   []step
	started bool
	shared  uint64
}

// A step is an open container and how many of its items were given.
type step struct {
	value Value
	given int
}

// NewValueReader returns a reader of the events of v. It returns an error for a zero Value inside, and for a reference
// to a shared value that has not begun.
func NewValueReader(v Value) Reader { return &valueReader{root: v} }

// Read gives the next event.
func (r *valueReader) Read(ev *Event) error {
	if !r.started {
		r.started = true
		return r.event(r.root, ev)
	}
	if len(r.steps) == 0 {
		return io.EOF
	}
	s := &r.steps[len(r.steps)-1]
	if items := s.value.items(); s.given < len(items) {
		s.given++
		return r.event(items[s.given-1], ev)
	}
	r.steps = r.steps[:len(r.steps)-1]
	*ev = Event{Kind: KindEnd, Offset: -1}
	return nil
}

func (r *valueReader) event(v Value, ev *Event) error {
	*ev = Event{Kind: v.Kind(), Num: v.num, Offset: -1}
	switch {
	case v.IsZero():
		return &Error{Offset: -1, Path: r.Path(), Err: errors.New("zero Value")}
	case v.Kind() == KindRef && v.num >= r.shared:
		return &Error{Offset: -1, Path: r.Path(), Err: errDangling}
	case !v.Kind().Container():
		ev.Data = unsafe.Slice((*byte)(v.ptr), v.length())
		return nil
	}
	s := step{value: v}
	switch v.Kind() {
	case KindInstance:
		ev.Data = []byte(v.Text())
		s.given = 1
	case KindShared:
		ev.Num = r.shared
		r.shared++
	}
	r.steps = append(r.steps, s)
	return nil
}

// Path tells where the last event stands.
func (r *valueReader) Path() string {
	path := "$"
	for _, s := range r.steps {
		switch s.value.Kind() {
		case KindMap:
			if s.given > 0 {
				path += keyStep(s.value.items()[(s.given-1)&^1])
			}
		case KindList, KindTuple, KindSet, KindFrozenSet:
			path += fmt.Sprintf("[%d]", max(0, s.given-1))
		}
	}
	return path
}

// keyStep writes a key as a step of a path.
func keyStep(key Value) string {
	if key.Kind() == KindString {
		return showName([]byte(key.text()), false)
	}
	ev := Event{Kind: key.Kind(), Num: key.num}
	if !key.Kind().Container() {
		ev.Data = []byte(key.text())
	}
	return showName(appendEvent(nil, &ev), true)
}

// Copy passes all events of a document from r to w and closes w.
func Copy(w Writer, r Reader) error {
	var ev Event
	for {
		err := r.Read(&ev)
		if err == io.EOF {
			return w.Close()
		}
		if err != nil {
			return err
		}
		if err := w.Write(&ev); err != nil {
			if err == ErrAgain {
				return err
			}
			return placed(err, r, &ev)
		}
	}
}

// placed adds to a writer's error where the reader stands.
func placed(err error, r Reader, ev *Event) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return &Error{Offset: ev.Offset, Path: r.Path(), Err: err}
}
