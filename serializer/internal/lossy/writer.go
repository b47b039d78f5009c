package lossy

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// A Loss is a kind that may be written in a plainer form, and that form.
type Loss struct {
	Name  string
	Plain string
	kinds []event.Kind
}

// Losses returns all of them.
func Losses() []Loss {
	return []Loss{
		{"bigint", "integers beyond 64 bits become the nearest float", []event.Kind{event.KindBigInt}},
		{"number", "numbers beyond float64 become the nearest float", []event.Kind{event.KindNumber}},
		{"float", "NaN and infinities become null", []event.Kind{event.KindFloat}},
		{"bytes", "bytes become a string in base64", []event.Kind{event.KindBytes}},
		{"bytearray", "bytearrays become bytes", []event.Kind{event.KindByteArray}},
		{"undefined", "undefined becomes null", []event.Kind{event.KindUndefined}},
		{
			"datetime",
			"dates, times and durations become strings",
			[]event.Kind{event.KindDatetime, event.KindDate, event.KindTime, event.KindTimedelta},
		},
		{"decimal", "decimals become strings", []event.Kind{event.KindDecimal}},
		{"complex", "complex numbers become lists of two floats", []event.Kind{event.KindComplex}},
		{"fraction", "fractions become strings", []event.Kind{event.KindFraction}},
		{"uuid", "UUIDs become strings", []event.Kind{event.KindUUID}},
		{"simple", "CBOR simple values become their numbers", []event.Kind{event.KindSimple}},
		{"ext", "MessagePack extensions become their bytes", []event.Kind{event.KindExt}},
		{"tuple", "tuples become lists", []event.Kind{event.KindTuple}},
		{"set", "sets become lists", []event.Kind{event.KindSet}},
		{"frozenset", "frozensets become sets", []event.Kind{event.KindFrozenSet}},
		{"dict", "keys that are not strings become their JSON text", []event.Kind{event.KindMap}},
		{"tag", "CBOR tags are dropped, their contents stay", []event.Kind{event.KindTag}},
		{
			"shared",
			"shared values stay where they occur first, references to them become null",
			[]event.Kind{event.KindShared, event.KindRef},
		},
		{"array", "typed arrays become lists of numbers, multidimensional arrays lists of lists", nil},
		{"class", "calls of unknown Python classes become instances, names in pickles become strings", nil},
		{"instance", "instances become their state, or a list of their parts", []event.Kind{event.KindInstance}},
	}
}

// NewWriter returns a writer that passes events on to w, with the named losses.
func NewWriter(w event.Writer, names []string) (event.Writer, error) {
	l := &writer{w: w}
	for _, name := range names {
		known := false
		for _, loss := range Losses() {
			if loss.Name != name && name != "all" {
				continue
			}
			known = true
			l.arrays = l.arrays || loss.Name == "array"
			for _, kind := range loss.kinds {
				l.loses[kind] = true
			}
		}
		if !known {
			return nil, fmt.Errorf("unknown kind %q", name)
		}
	}
	if l.loses[event.KindMap] {
		names := event.NewNesting(event.Options{})
		l.names = &names
	}
	return l, nil
}

type writer struct {
	w      event.Writer
	loses  [event.KindCount]bool
	frames []openFrame
	names  *event.Nesting // of the maps whose keys become strings
	key    *containerKey
	arrays bool        // arrays become lists
	array  *arrayLists // the one being read
}

type openFrame struct {
	kind   event.Kind // as it is written
	hidden bool       // only its content is written
	values int64
}

// A containerKey collects a key that is a container, to turn it into text.
type containerKey struct {
	text  bytes.Buffer
	json  event.Writer
	depth int
}

// Close closes the underlying writer.
func (l *writer) Close() error { return l.w.Close() }

// Write writes the next event.
func (l *writer) Write(ev *event.Event) error {
	if l.key != nil {
		return l.inKey(ev)
	}
	if l.array != nil {
		return l.inArray(ev)
	}
	if l.arrays && ev.Kind == event.KindTag && arrayTag(ev.Num) {
		l.array = &arrayLists{}
		return l.inArray(ev)
	}
	if ev.Kind == event.KindEnd {
		return l.end(ev)
	}
	if n := len(l.frames); n > 0 {
		f := &l.frames[n-1]
		f.values++
		if f.kind == event.KindMap && l.loses[event.KindMap] && f.values&1 == 1 {
			return l.writeKey(ev)
		}
	}
	plain := *ev
	if ev.Kind.Container() {
		return l.open(&plain)
	}
	if !l.loses[ev.Kind] {
		return l.w.Write(ev)
	}
	return l.scalar(&plain)
}

func (l *writer) end(ev *event.Event) error {
	n := len(l.frames) - 1
	if n < 0 {
		return wire.ErrEvents
	}
	f := l.frames[n]
	l.frames = l.frames[:n]
	if f.kind == event.KindMap && l.names != nil {
		l.names.Pop()
	}
	if f.hidden {
		return nil
	}
	return l.w.Write(ev)
}

func (l *writer) open(ev *event.Event) error {
	f := openFrame{}
	if ev.Kind == event.KindFrozenSet && l.loses[event.KindFrozenSet] {
		ev.Kind = event.KindSet
	}
	if l.loses[ev.Kind] {
		switch ev.Kind {
		case event.KindTuple, event.KindSet:
			ev.Kind = event.KindList
		case event.KindTag, event.KindShared:
			f.hidden = true
		case event.KindInstance:
			f.hidden = event.Parts(ev.Num).Count() == 1
			ev.Kind, ev.Num, ev.Data = event.KindList, 0, nil
		}
	}
	f.kind = ev.Kind
	if f.hidden {
		f.kind = event.KindShared
	}
	l.frames = append(l.frames, f)
	if f.kind == event.KindMap && l.names != nil {
		l.names.Enter(ev)
	}
	if f.hidden {
		return nil
	}
	return l.w.Write(ev)
}

func (l *writer) scalar(ev *event.Event) error {
	switch ev.Kind {
	case event.KindBigInt, event.KindNumber:
		f, err := literal.Nearest(ev.Data)
		if err != nil {
			return err
		}
		ev.Kind, ev.Num, ev.Data = event.KindFloat, math.Float64bits(f), nil
		if l.loses[event.KindFloat] {
			return l.scalar(ev)
		}
	case event.KindFloat:
		if f := math.Float64frombits(ev.Num); math.IsNaN(f) || math.IsInf(f, 0) {
			ev.Kind, ev.Num = event.KindNull, 0
		}
	case event.KindByteArray, event.KindExt:
		ev.Kind, ev.Num = event.KindBytes, 0
		if l.loses[event.KindBytes] {
			return l.scalar(ev)
		}
	case event.KindBytes:
		ev.Kind, ev.Data = event.KindString, base64.StdEncoding.AppendEncode(nil, ev.Data)
	case event.KindUndefined, event.KindRef:
		ev.Kind, ev.Num = event.KindNull, 0
	case event.KindSimple:
		ev.Kind = event.KindInt
	case event.KindUUID:
		ev.Kind, ev.Data = event.KindString, literal.AppendUUID(nil, ev.Data)
	case event.KindComplex:
		return l.complex(ev)
	default:
		ev.Kind = event.KindString
	}
	return l.w.Write(ev)
}

func (l *writer) complex(ev *event.Event) error {
	parts := []uint64{binary.BigEndian.Uint64(ev.Data), binary.BigEndian.Uint64(ev.Data[8:])}
	if err := l.w.Write(&event.Event{Kind: event.KindList, Offset: ev.Offset}); err != nil {
		return err
	}
	for _, part := range parts {
		float := event.Event{Kind: event.KindFloat, Num: part, Offset: ev.Offset}
		if l.loses[event.KindFloat] {
			if err := l.scalar(&float); err != nil {
				return err
			}
		} else if err := l.w.Write(&float); err != nil {
			return err
		}
	}
	return l.w.Write(&event.Event{Kind: event.KindEnd, Offset: ev.Offset})
}

// writeKey writes a key as a string.
func (l *writer) writeKey(ev *event.Event) error {
	if ev.Kind == event.KindString {
		return l.named(ev.Data, ev.Offset)
	}
	l.key = &containerKey{}
	l.key.json = json.NewWriter(&l.key.text, nil, event.KeepDuplicates)
	return l.inKey(ev)
}

func (l *writer) inKey(ev *event.Event) error {
	if ev.Kind == event.KindEnd {
		l.key.depth--
	} else if ev.Kind.Container() {
		l.key.depth++
	}
	if err := l.key.json.Write(ev); err != nil || l.key.depth > 0 {
		return err
	}
	if err := l.key.json.Close(); err != nil {
		return err
	}
	text := strings.TrimSuffix(l.key.text.String(), "\n")
	l.key = nil
	return l.named([]byte(text), ev.Offset)
}

func (l *writer) named(text []byte, offset int64) error {
	if err := l.names.AddName(l.names.Top(), text, false); err != nil {
		return fmt.Errorf("as text: %w", err)
	}
	return l.w.Write(&event.Event{Kind: event.KindString, Data: text, Offset: offset})
}
