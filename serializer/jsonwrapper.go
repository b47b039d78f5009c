package serializer

import (
	"bytes"
	"fmt"
	"strings"
)

// The wrapper objects of the JSON form. An object is a wrapper only if it has exactly the members shown, in this
// order, with a content of the kind shown; every other object is plain data, whatever its names are. A map that would
// look like a wrapper is written as $dict.
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
var wrapperKinds = map[string]Kind{
	"float": KindFloat, "bytes": KindBytes, "bytearray": KindByteArray, "undefined": KindUndefined,
	"datetime": KindDatetime, "date": KindDate, "time": KindTime, "timedelta": KindTimedelta,
	"decimal": KindDecimal, "complex": KindComplex, "fraction": KindFraction, "uuid": KindUUID,
	"simple": KindSimple, "ext": KindExt, "tuple": KindTuple, "set": KindSet, "frozenset": KindFrozenSet,
	"dict": KindMap, "tag": KindTag, "id": KindShared, "ref": KindRef, "type": KindInstance,
}

// longestWrapper is the length of "$frozenset" and "$bytearray" with their quotes, and some room.
const longestWrapper = 16

// A shape is what a look ahead tells of an object whose first name begins with $.
type shape struct {
	members int  // how many it has
	values  int  // how many the array has that is its content; negative if that is no array
	pairs   bool // whether all of those are arrays of two
}

// wrapper reads an object whose first name begins with $, whole if it wraps a scalar or up to its content if it wraps
// a container. It is not done, and has read nothing, when the object is none of the wrappers.
func (r *jsonReader) wrapper(ev *Event) (done bool, err error) {
	s := &r.src
	end := 2 // byte by byte, so as not to wait for more than the name
	for s.ensure(end+1) && s.buf[s.pos+end] != '"' {
		if end++; end == longestWrapper {
			return false, nil
		}
	}
	kind, known := wrapperKinds[string(s.buf[s.pos+2:min(len(s.buf), s.pos+end)])]
	if !known {
		return false, nil
	}
	c := cursor{r: r, i: end + 1}
	if !c.byte(':') {
		return false, nil
	}
	ev.Kind = kind
	switch kind {
	case KindTuple, KindSet, KindFrozenSet:
		return r.openWrapper(ev, c, c.byte('['), jsonArray)
	case KindMap:
		return r.openWrapper(ev, c, c.byte('['), jsonPairs)
	case KindTag:
		n, ok := uint64(0), c.byte('[')
		if ok {
			n, ok = c.uint()
		}
		ev.Num = n
		return r.openWrapper(ev, c, ok && c.byte(','), jsonTag)
	case KindShared:
		id, ok := c.uint()
		ok = ok && c.byte(',') && c.word(`"value"`) && c.byte(':')
		return r.openShared(ev, c, ok, id)
	case KindInstance:
		return r.openInstance(ev, c)
	default:
		if !c.scalar(ev) || !c.byte('}') {
			return false, nil
		}
		r.src.pos += c.i
		return true, r.add(ev)
	}
}

// openWrapper enters a wrapper whose beginning c has passed, if its end is right as well.
func (r *jsonReader) openWrapper(ev *Event, c cursor, ok bool, mode uint8) (done bool, err error) {
	if !ok || !r.isWrapper(ev) {
		return false, nil
	}
	if mode == jsonTag && ownTag(ev.Num) {
		return false, fmt.Errorf("tag %d has a kind of its own: write it as that", ev.Num)
	}
	r.src.pos += c.i
	if err := r.add(ev); err != nil {
		return false, err
	}
	f := r.top()
	f.mode = mode
	if mode == jsonTag || mode == jsonShared {
		f.left = 1
	}
	return true, nil
}

func (r *jsonReader) openShared(ev *Event, c cursor, ok bool, id uint64) (done bool, err error) {
	ev.Num = r.shared
	if done, err = r.openWrapper(ev, c, ok, jsonShared); !done || err != nil {
		return done, err
	}
	if _, twice := r.ids[id]; twice {
		return true, fmt.Errorf("$id %d is given twice", id)
	}
	if r.ids == nil {
		r.ids = map[uint64]uint64{}
	}
	r.ids[id] = ev.Num
	return true, nil
}

// openInstance enters {"$type":"name","state":…} or {"$type":"name","args,state":[…]}.
func (r *jsonReader) openInstance(ev *Event, c cursor) (done bool, err error) {
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
	mode := jsonParts
	if parts != PartState {
		mode = jsonPacked
		ok = c.byte('[')
	}
	ev.Data = name
	ev.Num = uint64(parts)
	if done, err = r.openWrapper(ev, c, ok, mode); done && err == nil {
		r.top().left = int64(parts.count())
	}
	return done, err
}

// parseParts reads a list of part names in their order; 0 if it is none.
func parseParts(label string) Parts {
	var parts Parts
	for p := PartArgs; p <= partsAll; p <<= 1 {
		for _, name := range strings.Split(label, ",") {
			if name == p.names()[0] {
				parts |= p
			}
		}
	}
	if strings.Join(parts.names(), ",") != label {
		return 0
	}
	return parts
}

// isWrapper decides by what a look ahead tells of the object at ev.Offset.
func (r *jsonReader) isWrapper(ev *Event) bool {
	if r.hints != nil && r.hints.plain[ev.Offset] {
		return false
	}
	s, known := r.seen[ev.Offset]
	if known {
		delete(r.seen, ev.Offset)
	} else if s, known = r.ahead(ev.Offset); !known {
		return true // too long to see its end: so it most likely is one, and if not the input is read again
	}
	if parts := Parts(ev.Num); ev.Kind == KindInstance && parts != PartState && s.values != parts.count() {
		return false
	}
	return s.wraps(ev.Kind)
}

// wraps reports whether an object whose first name announces a container has the shape for it.
func (s shape) wraps(kind Kind) bool {
	switch kind {
	case KindMap:
		return s.members == 1 && s.pairs
	case KindTag:
		return s.members == 1 && s.values == 2
	case KindShared, KindInstance:
		return s.members == 2
	default:
		return s.members == 1
	}
}

// mistaken handles an object that was taken for a wrapper too early.
func (r *jsonReader) mistaken(f *frame, err error) error {
	if r.hints == nil || r.atEnd() {
		return err
	}
	r.hints.plain[f.start] = true
	r.correct()
	clear(r.hints.pairs)
	clear(r.hints.lengths)
	return ErrAgain
}

// closeWrapper reads the } of a wrapper.
func (r *jsonReader) closeWrapper(f *frame, ev *Event) error {
	if err := r.expect('}'); err != nil {
		return r.mistaken(f, err)
	}
	return r.end(ev)
}

// pair reads the next key or value of {"$dict":[[key,value],…]}, or its end.
func (r *jsonReader) pair(f *frame, ev *Event) error {
	if f.n&1 == 1 {
		if err := r.expect(','); err != nil {
			return r.mistaken(f, err)
		}
		return r.value(ev)
	}
	if f.n > 0 {
		if err := r.expect(']'); err != nil {
			return r.mistaken(f, err)
		}
	}
	c := r.space()
	if c == ']' {
		r.src.pos++
		return r.closeWrapper(f, ev)
	}
	if f.n > 0 {
		if c != ',' {
			return r.unexpected(c, "between the pairs of a $dict")
		}
		r.src.pos++
	}
	if err := r.expect('['); err != nil {
		return r.mistaken(f, err)
	}
	return r.value(ev)
}

// part reads the next value of a tag, shared value or instance, or its end.
func (r *jsonReader) part(f *frame, ev *Event) error {
	if f.left > 0 {
		if f.n > 0 {
			if err := r.expect(','); err != nil {
				return r.mistaken(f, err)
			}
		}
		f.left--
		return r.value(ev)
	}
	if f.mode == jsonTag || f.mode == jsonPacked {
		if err := r.expect(']'); err != nil {
			return r.mistaken(f, err)
		}
	}
	return r.closeWrapper(f, ev)
}
