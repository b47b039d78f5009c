package serializer

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// A Loss is a kind that may be written in a plainer form, and which.
type Loss struct {
	Name  string
	Plain string
	kinds []Kind
}

// Losses lists them all.
func Losses() []Loss {
	return []Loss{
		{"bigint", "integers beyond 64 bits become the nearest float", []Kind{KindBigInt}},
		{"number", "numbers beyond float64 become the nearest float", []Kind{KindNumber}},
		{"float", "NaN and infinities become null", []Kind{KindFloat}},
		{"bytes", "bytes become a string in base64", []Kind{KindBytes}},
		{"bytearray", "bytearrays become bytes", []Kind{KindByteArray}},
		{"undefined", "undefined becomes null", []Kind{KindUndefined}},
		{"datetime", "dates, times and lengths of time become strings", []Kind{KindDatetime, KindDate, KindTime, KindTimedelta}},
		{"decimal", "decimals become strings", []Kind{KindDecimal}},
		{"complex", "complex numbers become lists of two floats", []Kind{KindComplex}},
		{"fraction", "fractions become strings", []Kind{KindFraction}},
		{"uuid", "UUIDs become strings", []Kind{KindUUID}},
		{"simple", "CBOR simple values become their numbers", []Kind{KindSimple}},
		{"ext", "MessagePack extensions become their bytes", []Kind{KindExt}},
		{"tuple", "tuples become lists", []Kind{KindTuple}},
		{"set", "sets become lists", []Kind{KindSet}},
		{"frozenset", "frozensets become sets", []Kind{KindFrozenSet}},
		{"dict", "keys that are no strings become their JSON text", []Kind{KindMap}},
		{"tag", "CBOR tags are dropped, their contents stay", []Kind{KindTag}},
		{"shared", "shared values stay where they are first, references to them become null", []Kind{KindShared, KindRef}},
		{"instance", "instances become their state, or a list of their parts", []Kind{KindInstance}},
	}
}

// NewLossyWriter returns a writer that passes events on to w, with the named losses.
func NewLossyWriter(w Writer, names []string) (Writer, error) {
	l := &lossyWriter{w: w}
	for _, name := range names {
		known := false
		for _, loss := range Losses() {
			if known = loss.Name == name; known {
				for _, kind := range loss.kinds {
					l.loses[kind] = true
				}
				break
			}
		}
		if !known {
			return nil, fmt.Errorf("unknown kind %q", name)
		}
	}
	if l.loses[KindMap] {
		names := newNesting(ReaderOptions{})
		l.names = &names
	}
	return l, nil
}

type lossyWriter struct {
	w      Writer
	loses  [kindCount]bool
	frames []lossyFrame
	names  *nesting // of the maps whose keys become strings
	key    *lossyKey
}

type lossyFrame struct {
	kind   Kind // as it is written
	hidden bool // not written at all, only its content
	values int64
}

// A lossyKey is a key that is a container, on its way to become text.
type lossyKey struct {
	text  bytes.Buffer
	json  Writer
	depth int
}

// Close closes the writer behind.
func (l *lossyWriter) Close() error { return l.w.Close() }

// Write takes the next event.
func (l *lossyWriter) Write(ev *Event) error {
	if l.key != nil {
		return l.inKey(ev)
	}
	if ev.Kind == KindEnd {
		return l.end(ev)
	}
	if n := len(l.frames); n > 0 {
		f := &l.frames[n-1]
		f.values++
		if f.kind == KindMap && l.loses[KindMap] && f.values&1 == 1 {
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

func (l *lossyWriter) end(ev *Event) error {
	n := len(l.frames) - 1
	if n < 0 {
		return errEvents
	}
	f := l.frames[n]
	l.frames = l.frames[:n]
	if f.kind == KindMap && l.names != nil {
		l.names.pop()
	}
	if f.hidden {
		return nil
	}
	return l.w.Write(ev)
}

func (l *lossyWriter) open(ev *Event) error {
	f := lossyFrame{}
	if ev.Kind == KindFrozenSet && l.loses[KindFrozenSet] {
		ev.Kind = KindSet
	}
	if l.loses[ev.Kind] {
		switch ev.Kind {
		case KindTuple, KindSet:
			ev.Kind = KindList
		case KindTag, KindShared:
			f.hidden = true
		case KindInstance:
			f.hidden = Parts(ev.Num).count() == 1
			ev.Kind, ev.Num, ev.Data = KindList, 0, nil
		}
	}
	f.kind = ev.Kind
	if f.hidden {
		f.kind = KindShared
	}
	l.frames = append(l.frames, f)
	if f.kind == KindMap && l.names != nil {
		l.names.enter(ev)
	}
	if f.hidden {
		return nil
	}
	return l.w.Write(ev)
}

func (l *lossyWriter) scalar(ev *Event) error {
	switch ev.Kind {
	case KindBigInt, KindNumber:
		f, err := nearest(ev.Data)
		if err != nil {
			return err
		}
		ev.Kind, ev.Num, ev.Data = KindFloat, math.Float64bits(f), nil
		if l.loses[KindFloat] {
			return l.scalar(ev)
		}
	case KindFloat:
		if f := math.Float64frombits(ev.Num); math.IsNaN(f) || math.IsInf(f, 0) {
			ev.Kind, ev.Num = KindNull, 0
		}
	case KindByteArray, KindExt:
		ev.Kind, ev.Num = KindBytes, 0
		if l.loses[KindBytes] {
			return l.scalar(ev)
		}
	case KindBytes:
		ev.Kind, ev.Data = KindString, base64.StdEncoding.AppendEncode(nil, ev.Data)
	case KindUndefined, KindRef:
		ev.Kind, ev.Num = KindNull, 0
	case KindSimple:
		ev.Kind = KindInt
	case KindUUID:
		ev.Kind, ev.Data = KindString, appendUUID(nil, ev.Data)
	case KindComplex:
		return l.complex(ev)
	default:
		ev.Kind = KindString
	}
	return l.w.Write(ev)
}

func (l *lossyWriter) complex(ev *Event) error {
	parts := []uint64{binary.BigEndian.Uint64(ev.Data), binary.BigEndian.Uint64(ev.Data[8:])}
	if err := l.w.Write(&Event{Kind: KindList, Offset: ev.Offset}); err != nil {
		return err
	}
	for _, part := range parts {
		float := Event{Kind: KindFloat, Num: part, Offset: ev.Offset}
		if l.loses[KindFloat] {
			if err := l.scalar(&float); err != nil {
				return err
			}
		} else if err := l.w.Write(&float); err != nil {
			return err
		}
	}
	return l.w.Write(&Event{Kind: KindEnd, Offset: ev.Offset})
}

// writeKey writes a key as a string.
func (l *lossyWriter) writeKey(ev *Event) error {
	if ev.Kind == KindString {
		return l.named(ev.Data, ev.Offset)
	}
	l.key = &lossyKey{}
	l.key.json = newJSONWriter(&l.key.text, nil, KeepDuplicates)
	return l.inKey(ev)
}

func (l *lossyWriter) inKey(ev *Event) error {
	if ev.Kind == KindEnd {
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

func (l *lossyWriter) named(text []byte, offset int64) error {
	if err := l.names.addName(l.names.top(), text, false); err != nil {
		return fmt.Errorf("as text: %w", err)
	}
	return l.w.Write(&Event{Kind: KindString, Data: text, Offset: offset})
}

// Discard is a writer that drops every event.
const Discard = discard(0)

type discard int

func (discard) Write(*Event) error { return nil }
func (discard) Close() error       { return nil }
