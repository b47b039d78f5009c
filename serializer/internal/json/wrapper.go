package json

import (
	"bytes"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// The wrapper objects of the JSON form. An object is a wrapper only if it has exactly the members shown, in this order,
// with content of the kind shown; every other object is plain data, whatever its names are. A map that would look like
// a wrapper is written as $dict.
//
//	{"$float":"NaN"}                 also Infinity, -Infinity, NaN:<16 hex digits of the bits>
//	{"$bytes":"<base64>"}            standard alphabet, padded
//	{"$bytearray":"<base64>"}
//	{"$undefined":true}
//	{"$datetime":"…"} $date $time $timedelta $decimal $fraction $uuid
//	{"$complex":[re,im]}             numbers, or strings as of $float
//	{"$simple":n}
//	{"$ext":[code,"<base64>"]}
//	{"$tuple":[…]} $set $frozenset
//	{"$dict":[[key,value],…]}
//	{"$tag":[n,value]}
//	{"$id":n,"value":value}          {"$ref":n}
//	{"$type":"name","state":value}   or "args,kwargs,state,items,entries":[…] for several parts
var wrapperKinds = map[string]event.Kind{
	"float": event.KindFloat, "bytes": event.KindBytes, "bytearray": event.KindByteArray, "undefined": event.KindUndefined,
	"datetime": event.KindDatetime, "date": event.KindDate, "time": event.KindTime, "timedelta": event.KindTimedelta,
	"decimal": event.KindDecimal, "complex": event.KindComplex, "fraction": event.KindFraction, "uuid": event.KindUUID,
	"simple": event.KindSimple, "ext": event.KindExt, "tuple": event.KindTuple, "set": event.KindSet,
	"frozenset": event.KindFrozenSet,
	"dict":      event.KindMap, "tag": event.KindTag, "id": event.KindShared, "ref": event.KindRef,
	"type": event.KindInstance,
}

// longestWrapper is the length of "$frozenset" and "$bytearray" with their quotes, and some room.
const longestWrapper = 16

// A shape is what a scan finds out about an object whose first name begins with $.
type shape struct {
	members int   // how many it has
	values  int   // of the array that is its content; negative if that is not an array
	pairs   bool  // whether all of those are arrays of two
	end     int64 // the offset after it
}

// wrapper reads an object whose first name begins with $, whole if it wraps a scalar or up to its content if it wraps a
// container. It returns false for done, and has read nothing, if the object is not a wrapper.
func (r *Reader) wrapper(ev *event.Event) (done bool, err error) {
	s := &r.Src
	end := 2 // byte by byte, so as not to wait for more than the name
	for s.Ensure(end+1) && s.Buf[s.Pos+end] != '"' {
		if end++; end == longestWrapper {
			return false, nil
		}
	}
	kind, known := wrapperKinds[string(s.Buf[s.Pos+2:min(len(s.Buf), s.Pos+end)])]
	if !known {
		return false, nil
	}
	c := cursor{r: r, i: end + 1}
	if !c.byte(':') {
		return false, nil
	}
	ev.Kind = kind
	switch kind {
	case event.KindTuple, event.KindSet, event.KindFrozenSet:
		return r.openWrapper(ev, c, c.byte('['), modeArray)
	case event.KindMap:
		return r.openWrapper(ev, c, c.byte('['), modePairs)
	case event.KindTag:
		n, ok := uint64(0), c.byte('[')
		if ok {
			n, ok = c.uint()
		}
		ev.Num = n
		ok = ok && c.byte(',') && !event.OwnTag(n) && c.allowed(n)
		return r.openWrapper(ev, c, ok, modeTag)
	case event.KindShared:
		id, ok := c.uint()
		_, twice := r.reference(id)
		ok = ok && !twice && c.byte(',') && c.word(`"value"`) && c.byte(':')
		return r.openShared(ev, c, ok, id)
	case event.KindInstance:
		return r.openInstance(ev, c)
	default:
		if !c.scalar(ev) || !c.byte('}') {
			return false, nil
		}
		r.Src.Pos += c.i
		return true, r.Add(ev)
	}
}

// openWrapper enters a wrapper whose beginning c has passed, if its end is valid, too.
func (r *Reader) openWrapper(ev *event.Event, c cursor, ok bool, mode uint8) (done bool, err error) {
	if !ok {
		return false, nil
	}
	wraps, guess := r.isWrapper(ev, c)
	if !wraps {
		return false, nil
	}
	r.Src.Pos += c.i
	if err := r.Add(ev); err != nil {
		return false, err
	}
	f := r.Top()
	f.Mode, f.Guess = mode, guess
	r.guessed = r.guessed || guess
	if guess && r.guess == 0 {
		r.guess = len(r.Frames)
	}
	if mode == modeTag || mode == modeShared {
		f.Left = 1
	}
	return true, nil
}

func (r *Reader) openShared(ev *event.Event, c cursor, ok bool, id uint64) (done bool, err error) {
	ev.Num = r.Shared
	if done, err = r.openWrapper(ev, c, ok, modeShared); !done || err != nil {
		return done, err
	}
	if r.ids == nil {
		r.ids = map[uint64]uint64{}
	}
	r.ids[id] = ev.Num
	return true, nil
}

// openInstance enters {"$type":"name","state":…} or {"$type":"name","args,state":[…]}.
func (r *Reader) openInstance(ev *event.Event, c cursor) (done bool, err error) {
	name, ok := c.string()
	if !ok || len(name) == 0 || !c.byte(',') {
		return false, nil
	}
	name = bytes.Clone(name)
	label, ok := c.string()
	if !ok {
		return false, nil
	}
	parts := parseParts(string(label))
	if parts == 0 || !c.byte(':') {
		return false, nil
	}
	mode := modeParts
	if parts != event.PartState {
		mode = modePacked
		ok = c.byte('[')
	}
	ev.Data = name
	ev.Num = uint64(parts)
	if done, err = r.openWrapper(ev, c, ok, mode); done && err == nil {
		r.Top().Left = int64(parts.Count())
	}
	return done, err
}

// parseParts reads a list of part names in their order; it returns 0 for anything else.
func parseParts(label string) event.Parts {
	var parts event.Parts
	for p := event.PartArgs; p <= event.PartsAll; p <<= 1 {
		for _, name := range strings.Split(label, ",") {
			if name == p.Names()[0] {
				parts |= p
			}
		}
	}
	if strings.Join(parts.Names(), ",") != label {
		return 0
	}
	return parts
}

// isWrapper decides by the shape of the object at ev.Offset whether it is a wrapper. An object whose end is out of
// sight most likely is one: that is a guess.
func (r *Reader) isWrapper(ev *event.Event, c cursor) (wraps, guess bool) {
	if r.Hints != nil && r.Hints.Plain[ev.Offset] {
		return false, false
	}
	s, known := r.seen[ev.Offset]
	if known {
		if r.outer == nil {
			delete(r.seen, ev.Offset)
		}
	} else if s, known = r.ahead(ev.Offset); !known {
		return true, true
	}
	if parts := event.Parts(ev.Num); ev.Kind == event.KindInstance && parts != event.PartState &&
		s.values != parts.Count() {
		return false, false
	}
	if !s.wraps(ev.Kind) {
		return false, false
	}
	if ev.Kind == event.KindSet || ev.Kind == event.KindFrozenSet {
		return !r.setTwice(ev, c, s.end), false
	}
	return true, false
}

// wraps reports whether an object whose first name announces a container has the shape for it.
func (s shape) wraps(kind event.Kind) bool {
	switch kind {
	case event.KindMap:
		return s.members == 1 && s.pairs
	case event.KindTag:
		return s.members == 1 && s.values == 2
	case event.KindShared, event.KindInstance:
		return s.members == 2
	default:
		return s.members == 1
	}
}

// closeWrapper reads the } of a wrapper.
func (r *Reader) closeWrapper(f *event.Frame, ev *event.Event) error {
	if err := r.expect('}'); err != nil {
		return err
	}
	return r.end(ev)
}

// pair reads the next key or value of {"$dict":[[key,value],…]}, or its end.
func (r *Reader) pair(f *event.Frame, ev *event.Event) error {
	if f.N&1 == 1 {
		if err := r.expect(','); err != nil {
			return err
		}
		return r.value(ev)
	}
	if f.N > 0 {
		if err := r.expect(']'); err != nil {
			return err
		}
	}
	c := r.space()
	if c == ']' {
		r.Src.Pos++
		return r.closeWrapper(f, ev)
	}
	if f.N > 0 {
		if c != ',' {
			return r.unexpected(c, "between the pairs of a $dict")
		}
		r.Src.Pos++
	}
	if err := r.expect('['); err != nil {
		return err
	}
	return r.value(ev)
}

// part reads the next value of a tag, shared value or instance, or its end.
func (r *Reader) part(f *event.Frame, ev *event.Event) error {
	if f.Left > 0 {
		if f.N > 0 {
			if err := r.expect(','); err != nil {
				return err
			}
		}
		f.Left--
		return r.value(ev)
	}
	if f.Mode == modeTag || f.Mode == modePacked {
		if err := r.expect(']'); err != nil {
			return err
		}
	}
	return r.closeWrapper(f, ev)
}
