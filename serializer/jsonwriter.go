package serializer

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
)

// errNoSequence says that a sequence was asked for and the document is no list.
var errNoSequence = errors.New("only a list can be written as a sequence (JSON Lines, CBOR sequence)")

// jsonWriter writes JSON with the wrapper objects described at wrapperKinds.
//
// A map is written as an object until a key turns up that no member name can be, or its end shows that it would be
// taken for a wrapper. If the map is still in the window then it is rewritten as $dict, otherwise the document must
// be written again from its start, with hints that know better.
type jsonWriter struct {
	out    output
	frames []jsonFrame
	lines  bool       // a list is written as JSON Lines
	ender  ValueEnder // is told where lines end; may be nil
	maps   int64
	hints  *Hints   // nil when the whole document is held in the window
	retry  bool     // nothing more is handed over: the document will be written again
	names  *nesting // finds duplicate names; nil when the reader has refused them
}

type jsonFrame struct {
	kind    Kind
	pairs   bool  // a map written as $dict
	dollar  bool  // a map whose first name is that of a wrapper
	start   int64 // position of its {
	ordinal int64 // of a map
	values  int64
	close   string
}

func newJSONWriter(w io.Writer, hints *Hints, duplicates Duplicates) *jsonWriter {
	writer := &jsonWriter{out: newOutput(w), hints: hints}
	if duplicates == KeepDuplicates {
		names := newNesting(ReaderOptions{})
		writer.names = &names
	}
	return writer
}

// Write takes the next event.
func (w *jsonWriter) Write(ev *Event) error {
	if ev.Kind == KindEnd {
		return w.end()
	}
	if len(w.frames) > 0 {
		if err := w.before(&w.frames[len(w.frames)-1], ev); err != nil {
			return err
		}
	} else if w.lines && ev.Kind != KindList {
		return errNoSequence
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

// before writes what stands between the previous value and this one.
func (w *jsonWriter) before(f *jsonFrame, ev *Event) error {
	b := w.out.buf
	switch {
	case f.kind == KindMap && !f.pairs && f.values&1 == 0:
		return w.name(f, ev)
	case f.kind == KindMap && f.pairs && f.values&1 == 0:
		if f.values > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
	case f.kind == KindMap && f.pairs:
		b = append(b, ',')
	case f.kind == KindMap:
		b = append(b, ':')
	case f.close == "\n":
		// A line; its value's end ends it.
	case f.values > 0 || f.kind == KindTag:
		b = append(b, ',')
	}
	f.values++
	w.out.buf = b
	return nil
}

// name begins a member of an object, or turns the object into a $dict if ev is no name.
func (w *jsonWriter) name(f *jsonFrame, ev *Event) error {
	if ev.Kind != KindString || w.twice(ev) {
		if err := w.rewrite(f); err != nil {
			return err
		}
		return w.before(f, ev)
	}
	if f.values == 0 {
		if len(ev.Data) > 0 && ev.Data[0] == '$' {
			_, f.dollar = wrapperKinds[string(ev.Data[1:])]
		}
	} else {
		w.out.buf = append(w.out.buf, ',')
	}
	f.values++
	return nil
}

// twice reports whether a name is already in the innermost object.
func (w *jsonWriter) twice(ev *Event) bool {
	return w.names != nil && errors.Is(w.names.addName(w.names.top(), ev.Data, false), ErrDuplicate)
}

// after writes what ends a value.
func (w *jsonWriter) after() {
	if len(w.frames) == 0 {
		w.out.buf = append(w.out.buf, '\n')
		return
	}
	f := &w.frames[len(w.frames)-1]
	switch {
	case f.kind == KindMap && f.pairs && f.values&1 == 0:
		w.out.buf = append(w.out.buf, ']')
	case f.close == "\n":
		w.out.buf = append(w.out.buf, '\n')
	}
}

func (w *jsonWriter) open(ev *Event) {
	f := jsonFrame{kind: ev.Kind, start: w.out.end()}
	b := w.out.buf
	switch ev.Kind {
	case KindList:
		f.close = "]"
		if w.lines && len(w.frames) == 0 {
			f.close = "\n"
		} else {
			b = append(b, '[')
		}
	case KindTuple:
		f.close = "]}"
		b = append(b, `{"$tuple":[`...)
	case KindSet:
		f.close = "]}"
		b = append(b, `{"$set":[`...)
	case KindFrozenSet:
		f.close = "]}"
		b = append(b, `{"$frozenset":[`...)
	case KindMap:
		f.ordinal = w.maps
		w.maps++
		f.pairs = w.hints != nil && w.hints.pairs[f.ordinal]
		if f.close = "}"; f.pairs {
			f.close = "]}"
			b = append(b, `{"$dict":[`...)
		} else {
			b = append(b, '{')
		}
	case KindTag:
		f.close = "]}"
		b = strconv.AppendUint(append(b, `{"$tag":[`...), ev.Num, 10)
	case KindShared:
		f.close = "}"
		b = append(strconv.AppendUint(append(b, `{"$id":`...), ev.Num, 10), `,"value":`...)
	case KindInstance:
		b = appendJSONString(append(b, `{"$type":`...), ev.Data)
		if Parts(ev.Num) == PartState {
			f.close = "}"
			b = append(b, `,"state":`...)
		} else {
			f.close = "]}"
			b = append(b, `,"`...)
			for i, part := range Parts(ev.Num).names() {
				if i > 0 {
					b = append(b, ',')
				}
				b = append(b, part...)
			}
			b = append(b, `":[`...)
		}
	}
	w.out.buf = b
	w.frames = append(w.frames, f)
	if w.names != nil {
		w.names.enter(ev)
	}
}

func (w *jsonWriter) end() error {
	n := len(w.frames) - 1
	if n < 0 {
		return errEvents
	}
	if w.names != nil {
		w.names.pop()
	}
	f := &w.frames[n]
	if f.kind == KindMap && f.values&1 == 1 {
		return errEvents
	}
	if f.close == "\n" {
		w.frames = w.frames[:n]
		return nil
	}
	if f.dollar && !f.pairs && f.values <= 4 {
		if err := w.escape(f); err != nil {
			return err
		}
	}
	w.out.buf = append(w.out.buf, f.close...)
	w.frames = w.frames[:n]
	w.after()
	return w.flush()
}

// escape rewrites an object as $dict if it would be taken for a wrapper, and if it is too long for a stream to tell.
func (w *jsonWriter) escape(f *jsonFrame) error {
	if w.out.end()-f.start > lookahead {
		return w.rewrite(f)
	}
	text := append(w.out.buf[f.start-w.out.base:], '}')
	// The reader decides, so that both sides agree.
	r := newJSONReader(memorySource(text), ReaderOptions{Limits: Limits{Depth: math.MaxInt}, Duplicates: KeepDuplicates})
	var ev Event
	if err := r.Read(&ev); err == nil && ev.Kind == KindMap && r.top().mode == jsonPlain {
		return nil
	}
	return w.rewrite(f)
}

// rewrite turns the object f, written so far as {"a":1,"b":2, into {"$dict":[["a",1],["b",2].
func (w *jsonWriter) rewrite(f *jsonFrame) error {
	if f.start < w.out.base {
		return w.again(f)
	}
	from := int(f.start - w.out.base)
	old := append([]byte(nil), w.out.buf[from+1:]...)
	b := append(w.out.buf[:from], `{"$dict":[`...)
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
	w.out.buf = b
	f.pairs, f.close = true, "]}"
	return nil
}

// again gives up this writing of the document; the rest only shows which other objects have to be $dict.
func (w *jsonWriter) again(f *jsonFrame) error {
	w.hints.pairs[f.ordinal] = true
	w.retry = true
	w.out.w = io.Discard
	f.pairs, f.close = true, "]}"
	return nil
}

// settle follows a scalar.
func (w *jsonWriter) settle() error {
	w.after()
	return w.flush()
}

// flush hands over what is too far back to be rewritten, or a whole line.
func (w *jsonWriter) flush() error {
	if w.ender != nil && len(w.frames) == 1 && !w.retry {
		if err := w.out.flush(w.out.end()); err != nil {
			return err
		}
		return w.ender.EndValue()
	}
	if w.hints == nil || len(w.out.buf) < 3*lookahead {
		return nil
	}
	return w.out.flush(w.out.end() - lookahead)
}

// Close hands over the rest.
func (w *jsonWriter) Close() error {
	if len(w.frames) > 0 {
		return errEvents
	}
	if w.retry {
		return ErrAgain
	}
	return w.out.flush(w.out.end())
}

func (w *jsonWriter) scalar(ev *Event) error {
	b := w.out.buf
	switch ev.Kind {
	case KindString:
		b = appendJSONString(b, ev.Data)
	case KindInt:
		b = strconv.AppendInt(b, int64(ev.Num), 10)
	case KindBigInt, KindNumber:
		b = append(b, ev.Data...)
	case KindFloat:
		b = appendJSONFloat(b, ev.Num, `{"$float":"`, `"}`)
	case KindBool:
		b = strconv.AppendBool(b, ev.Num != 0)
	case KindNull:
		b = append(b, "null"...)
	case KindUndefined:
		b = append(b, `{"$undefined":true}`...)
	case KindSimple:
		b = append(strconv.AppendUint(append(b, `{"$simple":`...), ev.Num, 10), '}')
	case KindRef:
		b = append(strconv.AppendUint(append(b, `{"$ref":`...), ev.Num, 10), '}')
	case KindBytes:
		b = append(base64.StdEncoding.AppendEncode(append(b, `{"$bytes":"`...), ev.Data), `"}`...)
	case KindByteArray:
		b = append(base64.StdEncoding.AppendEncode(append(b, `{"$bytearray":"`...), ev.Data), `"}`...)
	case KindExt:
		b = append(strconv.AppendInt(append(b, `{"$ext":[`...), int64(ev.Num), 10), `,"`...)
		b = append(base64.StdEncoding.AppendEncode(b, ev.Data), `"]}`...)
	case KindComplex:
		b = appendJSONFloat(append(b, `{"$complex":[`...), binary.BigEndian.Uint64(ev.Data), `"`, `"`)
		b = appendJSONFloat(append(b, ','), binary.BigEndian.Uint64(ev.Data[8:]), `"`, `"`)
		b = append(b, `]}`...)
	case KindUUID:
		b = append(appendUUID(append(b, `{"$uuid":"`...), ev.Data), `"}`...)
	case KindDatetime, KindDate, KindTime, KindTimedelta, KindDecimal, KindFraction:
		b = append(b, `{"$`...)
		b = append(b, ev.Kind.String()...)
		b = append(b, `":"`...)
		b = append(append(b, ev.Data...), `"}`...)
	default:
		return errEvents
	}
	w.out.buf = b
	return nil
}

// appendJSONFloat writes a finite float as a number, others as text between open and shut.
func appendJSONFloat(b []byte, bits uint64, open, shut string) []byte {
	f := math.Float64frombits(bits)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		b = append(b, open...)
		b = append(b, floatText(bits)...)
		return append(b, shut...)
	}
	return appendFloat(b, f)
}
