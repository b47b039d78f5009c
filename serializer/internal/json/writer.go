package json

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"strconv"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Writer writes JSON with the wrapper objects described at wrapperKinds.
//
// A map is written as an object until a key turns up that cannot be a member name, or its end shows that it would be
// taken for a wrapper. If the map is still in the window, it is rewritten as $dict; otherwise the document must be
// written again from its start, with hints that know better.
type Writer struct {
	out    wire.Output
	frames []openFrame
	Layout Layout
	Plain  bool            // values that need a wrapper are refused
	Ender  wire.ValueEnder // told where lines end; may be nil
	maps   int64
	shared uint64         // shared values begun
	hints  *wire.Hints    // nil when the whole document is held in the window
	retry  bool           // nothing more is flushed: the document will be written again
	names  *event.Nesting // finds duplicate names; nil when the reader has refused them
}

type openFrame struct {
	kind    event.Kind
	pairs   bool   // a map written as $dict
	wraps   int64  // of a map whose first name is that of a wrapper: how many names and values the wrapper has
	start   int64  // position of its {
	ordinal int64  // of a map
	shared  uint64 // of a map: how many shared values had begun before it
	values  int64
	close   string
}

func NewWriter(w io.Writer, hints *wire.Hints, duplicates event.Duplicates) *Writer {
	writer := &Writer{out: wire.NewOutput(w), hints: hints}
	if duplicates == event.KeepDuplicates {
		names := event.NewNesting(event.Options{})
		writer.names = &names
	}
	return writer
}

// Reset makes w equal to what NewWriter returns for a whole document without duplicates, reusing its memory.
func (w *Writer) Reset(to io.Writer) {
	*w = Writer{out: w.out.Again(to), frames: w.frames[:0]}
}

// Write writes the next event.
func (w *Writer) Write(ev *event.Event) error {
	if ev.Kind == event.KindEnd {
		return w.end()
	}
	if w.Plain && !event.PlainText(ev) {
		return event.NoPlainForm("json", ev.Kind)
	}
	if len(w.frames) > 0 {
		if err := w.before(&w.frames[len(w.frames)-1], ev); err != nil {
			return err
		}
	} else if w.Layout != Document && ev.Kind != event.KindList {
		return wire.ErrNoSequence
	}
	if ev.Kind.Container() {
		w.open(ev)
		return nil
	}
	if err := w.scalar(ev); err != nil {
		return err
	}
	return w.settle()
}

// before writes what separates the previous value from this one.
func (w *Writer) before(f *openFrame, ev *event.Event) error {
	b := w.out.Buf
	switch {
	case f.kind == event.KindMap && !f.pairs && f.values&1 == 0:
		return w.name(f, ev)
	case f.kind == event.KindMap && f.pairs && f.values&1 == 0:
		if f.values > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
	case f.kind == event.KindMap && f.pairs:
		b = append(b, ',')
	case f.kind == event.KindMap:
		b = append(b, ':')
	case f.close == "\n":
		if w.Layout == Sequence {
			b = append(b, separator)
		}
	case f.values > 0 || f.kind == event.KindTag:
		b = append(b, ',')
	}
	f.values++
	w.out.Buf = b
	return nil
}

// name begins a member of an object, or turns the object into a $dict if ev cannot be a name.
func (w *Writer) name(f *openFrame, ev *event.Event) error {
	if ev.Kind != event.KindString || w.twice(ev) {
		if w.Plain {
			return event.NoPlainForm("json", event.KindMap)
		}
		if err := w.rewrite(f); err != nil {
			return err
		}
		return w.before(f, ev)
	}
	if f.values == 0 {
		if len(ev.Data) > 0 && ev.Data[0] == '$' && !w.Plain {
			if kind, ok := wrapperKinds[string(ev.Data[1:])]; ok {
				f.wraps = 2 + 2*int64(contentMember(kind))
				if kind == event.KindShared {
					f.wraps = 4
				}
			}
		}
	} else {
		w.out.Buf = append(w.out.Buf, ',')
	}
	f.values++
	return nil
}

// twice reports whether a name is already in the innermost object.
func (w *Writer) twice(ev *event.Event) bool {
	return w.names != nil && errors.Is(w.names.AddName(w.names.Top(), ev.Data, false), event.ErrDuplicate)
}

// after writes what ends a value.
func (w *Writer) after() {
	if len(w.frames) == 0 {
		w.out.Buf = append(w.out.Buf, '\n')
		return
	}
	f := &w.frames[len(w.frames)-1]
	switch {
	case f.kind == event.KindMap && f.pairs && f.values&1 == 0:
		w.out.Buf = append(w.out.Buf, ']')
	case f.close == "\n":
		w.out.Buf = append(w.out.Buf, '\n')
	}
}

func (w *Writer) open(ev *event.Event) {
	f := openFrame{kind: ev.Kind, start: w.out.End(), shared: w.shared}
	b := w.out.Buf
	switch ev.Kind {
	case event.KindList:
		f.close = "]"
		if w.Layout != Document && len(w.frames) == 0 {
			f.close = "\n"
		} else {
			b = append(b, '[')
		}
	case event.KindTuple:
		f.close = "]}"
		b = append(b, `{"$tuple":[`...)
	case event.KindSet:
		f.close = "]}"
		b = append(b, `{"$set":[`...)
	case event.KindFrozenSet:
		f.close = "]}"
		b = append(b, `{"$frozenset":[`...)
	case event.KindMap:
		f.ordinal = w.maps
		w.maps++
		f.pairs = w.hints != nil && w.hints.Pairs[f.ordinal]
		if f.close = "}"; f.pairs {
			f.close = "]}"
			b = append(b, `{"$dict":[`...)
		} else {
			b = append(b, '{')
		}
	case event.KindTag:
		f.close = "]}"
		b = strconv.AppendUint(append(b, `{"$tag":[`...), ev.Num, 10)
	case event.KindShared:
		f.close = "}"
		w.shared++
		b = append(strconv.AppendUint(append(b, `{"$id":`...), ev.Num, 10), `,"value":`...)
	case event.KindInstance:
		b = literal.AppendString(append(b, `{"$type":`...), ev.Data)
		if event.Parts(ev.Num) == event.PartState {
			f.close = "}"
			b = append(b, `,"state":`...)
		} else {
			f.close = "]}"
			b = append(b, `,"`...)
			for i, part := range event.Parts(ev.Num).Names() {
				if i > 0 {
					b = append(b, ',')
				}
				b = append(b, part...)
			}
			b = append(b, `":[`...)
		}
	}
	w.out.Buf = b
	w.frames = append(w.frames, f)
	if w.names != nil {
		w.names.Enter(ev)
	}
}

func (w *Writer) end() error {
	n := len(w.frames) - 1
	if n < 0 {
		return wire.ErrEvents
	}
	if w.names != nil {
		w.names.Pop()
	}
	f := &w.frames[n]
	if f.kind == event.KindMap && f.values&1 == 1 {
		return wire.ErrEvents
	}
	if f.close == "\n" {
		w.frames = w.frames[:n]
		return nil
	}
	if f.wraps > 0 && !f.pairs {
		if err := w.escape(f); err != nil {
			return err
		}
	}
	w.out.Buf = append(w.out.Buf, f.close...)
	w.frames = w.frames[:n]
	w.after()
	return w.flush()
}

// escape rewrites an object as $dict if it would be taken for a wrapper, or is too long for a stream to decide that.
func (w *Writer) escape(f *openFrame) error {
	if f.values != f.wraps {
		return nil
	}
	if w.out.End()-f.start > wire.Lookahead {
		return w.rewrite(f)
	}
	text := append(w.out.Buf[f.start-w.out.Base:], '}')
	// The reader decides, so that both sides agree.
	o := event.Options{Limits: event.Limits{Depth: event.MaxDepth}, Duplicates: event.KeepDuplicates}
	r := NewReader(wire.MemorySource(text), o)
	r.outside, r.Shared = f.shared, f.shared
	var ev event.Event
	if err := r.Read(&ev); err == nil && ev.Kind == event.KindMap && r.Top().Mode == modePlain {
		return nil
	}
	return w.rewrite(f)
}

// rewrite turns the object f, written so far as {"a":1,"b":2, into {"$dict":[["a",1],["b",2].
func (w *Writer) rewrite(f *openFrame) error {
	if f.start < w.out.Base {
		return w.again(f)
	}
	from := int(f.start - w.out.Base)
	old := append([]byte(nil), w.out.Buf[from+1:]...)
	b := append(w.out.Buf[:from], `{"$dict":[`...)
	depth, key := 0, true
	if len(old) > 0 {
		b = append(b, '[')
	}
	for i := 0; i < len(old); i++ {
		c := old[i]
		switch {
		case c == '"':
			start := i
			for i++; old[i] != '"'; i++ {
				if old[i] == '\\' {
					i++
				}
			}
			b = append(b, old[start:i+1]...)
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 0 && key:
			c, key = ',', false
		case c == ',' && depth == 0:
			b = append(b, `],[`...)
			key = true
			continue
		}
		b = append(b, c)
	}
	if len(old) > 0 {
		b = append(b, ']')
	}
	w.out.Buf = b
	f.pairs, f.close = true, "]}"
	return nil
}

// again gives up this pass; the rest of the document only shows which other objects have to be $dict.
func (w *Writer) again(f *openFrame) error {
	w.hints.Pairs[f.ordinal] = true
	w.retry = true
	w.out.W = io.Discard
	f.pairs, f.close = true, "]}"
	return nil
}

// settle completes a scalar.
func (w *Writer) settle() error {
	w.after()
	return w.flush()
}

// flush writes out what is too far back to be rewritten, or a whole line.
func (w *Writer) flush() error {
	if w.Ender != nil && len(w.frames) == 1 && !w.retry {
		if err := w.out.Flush(w.out.End()); err != nil {
			return err
		}
		return w.Ender.EndValue()
	}
	if w.hints == nil || len(w.out.Buf) < 3*wire.Lookahead {
		return nil
	}
	return w.out.Flush(w.out.End() - wire.Lookahead)
}

// Close flushes the rest.
func (w *Writer) Close() error {
	if len(w.frames) > 0 {
		return wire.ErrEvents
	}
	if w.retry {
		return event.ErrAgain
	}
	return w.out.Flush(w.out.End())
}

func (w *Writer) scalar(ev *event.Event) error {
	b := w.out.Buf
	switch ev.Kind {
	case event.KindString:
		b = literal.AppendString(b, ev.Data)
	case event.KindInt:
		b = strconv.AppendInt(b, int64(ev.Num), 10)
	case event.KindBigInt, event.KindNumber:
		b = append(b, ev.Data...)
	case event.KindFloat:
		b = appendNumber(b, ev.Num, `{"$float":"`, `"}`)
	case event.KindBool:
		b = strconv.AppendBool(b, ev.Num != 0)
	case event.KindNull:
		b = append(b, "null"...)
	case event.KindUndefined:
		b = append(b, `{"$undefined":true}`...)
	case event.KindSimple:
		b = append(strconv.AppendUint(append(b, `{"$simple":`...), ev.Num, 10), '}')
	case event.KindRef:
		b = append(strconv.AppendUint(append(b, `{"$ref":`...), ev.Num, 10), '}')
	case event.KindBytes:
		b = append(base64.StdEncoding.AppendEncode(append(b, `{"$bytes":"`...), ev.Data), `"}`...)
	case event.KindByteArray:
		b = append(base64.StdEncoding.AppendEncode(append(b, `{"$bytearray":"`...), ev.Data), `"}`...)
	case event.KindExt:
		b = append(strconv.AppendInt(append(b, `{"$ext":[`...), int64(ev.Num), 10), `,"`...)
		b = append(base64.StdEncoding.AppendEncode(b, ev.Data), `"]}`...)
	case event.KindComplex:
		b = appendNumber(append(b, `{"$complex":[`...), binary.BigEndian.Uint64(ev.Data), `"`, `"`)
		b = appendNumber(append(b, ','), binary.BigEndian.Uint64(ev.Data[8:]), `"`, `"`)
		b = append(b, `]}`...)
	case event.KindUUID:
		b = append(literal.AppendUUID(append(b, `{"$uuid":"`...), ev.Data), `"}`...)
	case event.KindDatetime, event.KindDate, event.KindTime, event.KindTimedelta, event.KindDecimal, event.KindFraction:
		b = append(b, `{"$`...)
		b = append(b, ev.Kind.String()...)
		b = append(b, `":"`...)
		b = append(append(b, ev.Data...), `"}`...)
	default:
		return wire.ErrEvents
	}
	w.out.Buf = b
	return nil
}
