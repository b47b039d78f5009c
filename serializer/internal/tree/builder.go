package tree

import (
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Read builds the value of a document from its events.
func Read(r event.Reader) (Value, error) {
	var b builder
	var ev event.Event
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

// ReadHere builds the value that began with the event ev, the last that r returned.
func ReadHere(r event.Reader, ev *event.Event) (Value, error) {
	var b builder
	for {
		b.add(ev)
		if len(b.open) == 0 {
			return b.value()
		}
		if err := r.Read(ev); err != nil {
			return Value{}, err
		}
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
	kind event.Kind
	num  uint64
	at   int // where its values begin in the stack
}

func (b *builder) add(ev *event.Event) {
	switch ev.Kind {
	case event.KindNull,
		event.KindBool,
		event.KindInt,
		event.KindFloat,
		event.KindUndefined,
		event.KindSimple,
		event.KindRef:
		b.stack = append(b.stack, scalarValue(ev.Kind, ev.Num))
	case event.KindEnd:
		o := b.open[len(b.open)-1]
		b.open = b.open[:len(b.open)-1]
		items := b.cut(b.stack[o.at:])
		b.stack = append(b.stack[:o.at], ContainerValue(o.kind, o.num, items))
	case event.KindList,
		event.KindTuple,
		event.KindSet,
		event.KindFrozenSet,
		event.KindMap,
		event.KindTag,
		event.KindShared,
		event.KindInstance:
		num := ev.Num
		if ev.Kind == event.KindShared {
			num = 0 // the index follows from its place in the document
		}
		b.open = append(b.open, openValue{ev.Kind, num, len(b.stack)})
		if ev.Kind == event.KindInstance {
			b.stack = append(b.stack, textValue(event.KindString, 0, b.copy(ev.Data)))
		}
	default:
		b.stack = append(b.stack, textValue(ev.Kind, ev.Num, b.copy(ev.Data)))
	}
}

// Chunks begin small and double up to these sizes.
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
		return Value{}, wire.ErrEvents
	}
	return b.stack[0], nil
}

// A Reader returns the events of a Value.
type Reader struct {
	root    Value
	here    Value
	steps   []step
	started bool
	shared  uint64
}

// A step is an open container and how many of its items were returned.
type step struct {
	value Value
	given int
}

// NewReader returns a reader of the events of v. It returns an error for a zero Value inside, and for a reference to a
// shared value that has not begun yet.
func NewReader(v Value) *Reader { return &Reader{root: v} }

// Next sets ev to the first event of v, whose other events follow. As many shared values as shared says have begun
// before v.
func (r *Reader) Next(v Value, shared int, ev *event.Event) error {
	r.started, r.shared = true, uint64(shared)
	return r.event(v, ev)
}

// Open reports whether there are events to come.
func (r *Reader) Open() bool { return len(r.steps) > 0 }

// Here returns the value that the last event is or begins.
func (r *Reader) Here() Value { return r.here }

// Skip skips the rest of the container that the last event began, whose end becomes the last event. It returns how many
// shared values begin inside.
func (r *Reader) Skip() (shared int) {
	if !r.here.Kind().Container() {
		return 0
	}
	s := r.steps[len(r.steps)-1]
	r.steps = r.steps[:len(r.steps)-1]
	for _, item := range s.value.items() {
		shared += countShared(item)
	}
	r.shared += uint64(shared)
	return shared
}

func countShared(v Value) int {
	if !v.Kind().Container() {
		return 0
	}
	n := 0
	if v.Kind() == event.KindShared {
		n++
	}
	for _, item := range v.items() {
		n += countShared(item)
	}
	return n
}

// Read reads the next event.
func (r *Reader) Read(ev *event.Event) error {
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
	*ev = event.Event{Kind: event.KindEnd, Offset: -1}
	r.here = Value{}
	return nil
}

func (r *Reader) event(v Value, ev *event.Event) error {
	*ev = event.Event{Kind: v.Kind(), Num: v.num, Offset: -1}
	r.here = v
	switch {
	case v.IsZero():
		return &event.Error{Offset: -1, Path: r.Path(), Err: errors.New("zero Value")}
	case v.Kind() == event.KindRef && v.num >= r.shared:
		return &event.Error{Offset: -1, Path: r.Path(), Err: event.ErrDangling}
	case !v.Kind().Container():
		ev.Data = unsafe.Slice((*byte)(v.ptr), v.length())
		return nil
	}
	s := step{value: v}
	switch v.Kind() {
	case event.KindInstance:
		ev.Data = []byte(v.Text())
		s.given = 1
	case event.KindShared:
		ev.Num = r.shared
		r.shared++
	}
	r.steps = append(r.steps, s)
	return nil
}

// Path returns the path of the last event.
func (r *Reader) Path() string {
	path := "$"
	for _, s := range r.steps {
		switch s.value.Kind() {
		case event.KindMap:
			if s.given > 0 {
				path += KeyStep(s.value.items()[(s.given-1)&^1])
			}
		case event.KindList, event.KindTuple, event.KindSet, event.KindFrozenSet:
			path += fmt.Sprintf("[%d]", max(0, s.given-1))
		}
	}
	return path
}

// KeyStep writes a key as a step of a path.
func KeyStep(key Value) string {
	if key.Kind() == event.KindString {
		return event.ShowName([]byte(key.text()), false)
	}
	ev := event.Event{Kind: key.Kind(), Num: key.num}
	if !key.Kind().Container() {
		ev.Data = []byte(key.text())
	}
	return event.ShowName(event.AppendEvent(nil, &ev), true)
}
