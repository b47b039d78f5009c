package lossy

import (
	"bytes"
	"encoding/binary"
	"math/big"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// arrayTag reports whether a tag is one of RFC 8746: dimensions and elements, elements of one type, or a typed array.
func arrayTag(tag uint64) bool { return tag == 40 || tag == 41 || tag == 1040 || typedTag(tag) }

func typedTag(tag uint64) bool { return tag >= 64 && tag <= 87 && tag != 76 && tag != 83 && tag != 87 }

// arrayLists collects the events of a value with such a tag until it is complete.
type arrayLists struct {
	events []event.Event
	depth  int
}

// inArray takes the events of an array and, at its end, writes the lists that it becomes.
func (l *writer) inArray(ev *event.Event) error {
	kept := *ev
	kept.Data = bytes.Clone(ev.Data)
	a := l.array
	a.events = append(a.events, kept)
	if ev.Kind == event.KindEnd {
		a.depth--
	} else if ev.Kind.Container() {
		a.depth++
	}
	if a.depth > 0 {
		return nil
	}
	l.array = nil
	arrays := l.arrays
	defer func() { l.arrays = arrays }()
	l.arrays = false // what its content shows not to be an array stays as it is
	for _, plain := range listed(a.events) {
		if err := l.Write(&plain); err != nil {
			return err
		}
	}
	return nil
}

// listed turns the arrays in events, one value or more, into lists.
func listed(events []event.Event) []event.Event {
	var out []event.Event
	for i := 0; i < len(events); {
		end := i + span(events[i:])
		value := events[i:end]
		i = end
		if value[0].Kind != event.KindTag || !arrayTag(value[0].Num) {
			out = append(out, value[0])
			if len(value) > 1 {
				out = append(append(out, listed(value[1:len(value)-1])...), value[len(value)-1])
			}
			continue
		}
		content := value[1 : len(value)-1]
		switch tag := value[0].Num; {
		case typedTag(tag) && content[0].Kind == event.KindBytes && len(content[0].Data)%width(tag) == 0:
			out = append(out, numbers(tag, content[0])...)
		case tag == 41:
			out = append(out, listed(content)...)
		default:
			out = append(out, dimensions(value)...)
		}
	}
	return out
}

// span counts the events of the first value.
func span(events []event.Event) int {
	depth := 0
	for i, ev := range events {
		if ev.Kind == event.KindEnd {
			depth--
		} else if ev.Kind.Container() {
			depth++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(events)
}

// width returns the size of an element in bytes.
func width(tag uint64) int {
	ll := tag & 3
	if tag&16 != 0 {
		ll++
	}
	return 1 << ll
}

// numbers turns a typed array into a list.
func numbers(tag uint64, content event.Event) []event.Event {
	out := []event.Event{{Kind: event.KindList, Offset: content.Offset}}
	n := width(tag)
	for b := content.Data; len(b) > 0; b = b[n:] {
		out = append(out, number(tag, b[:n], content.Offset))
	}
	return append(out, event.Event{Kind: event.KindEnd, Offset: content.Offset})
}

func number(tag uint64, b []byte, offset int64) event.Event {
	var whole [8]byte
	if little := tag&4 != 0; little {
		for i, c := range b {
			whole[7-i] = c
		}
	} else {
		copy(whole[8-len(b):], b)
	}
	bits := binary.BigEndian.Uint64(whole[:])
	ev := event.Event{Kind: event.KindInt, Num: bits, Offset: offset}
	switch {
	case tag&16 != 0:
		ev.Kind = event.KindFloat
		switch len(b) {
		case 2:
			ev.Num = literal.FromHalf(uint16(bits))
		case 4:
			ev.Num = literal.FromSingle(uint32(bits))
		}
	case tag&8 != 0:
		shift := 64 - 8*len(b)
		ev.Num = uint64(int64(bits<<shift) >> shift)
	case int64(bits) < 0:
		event.BigEvent(new(big.Int).SetUint64(bits), &ev)
	}
	return ev
}

// dimensions turns a multidimensional array into lists of lists; its first dimension may vary fastest, and without
// dimensions it is the one element. What does not have the form of RFC 8746 stays as it is.
func dimensions(value []event.Event) []event.Event {
	inner := value[1 : len(value)-1]
	if inner[0].Kind != event.KindList {
		return value
	}
	inner = inner[1 : len(inner)-1]
	if len(inner) == 0 || inner[0].Kind != event.KindList {
		return value
	}
	end := span(inner)
	const most = 1 << 31
	total := int64(1)
	var dims []int
	for _, dim := range inner[1 : end-1] {
		if dim.Kind != event.KindInt || dim.Num > most || total > most || len(dims) == 64 {
			return value
		}
		dims = append(dims, int(dim.Num))
		total *= int64(dim.Num)
	}
	elements := listed(inner[end:])
	if len(elements) < 2 || elements[0].Kind != event.KindList || span(elements) != len(elements) {
		return value
	}
	var each [][]event.Event
	for rest := elements[1 : len(elements)-1]; len(rest) > 0; {
		n := span(rest)
		each, rest = append(each, rest[:n]), rest[n:]
	}
	if int64(len(each)) != total || total == 0 && len(dims) > 1 {
		return value
	}
	strides := make([]int, len(dims))
	for i, step := len(dims)-1, 1; i >= 0; i-- {
		at := i
		if value[0].Num == 1040 {
			at = len(dims) - 1 - i
		}
		strides[at] = step
		step *= dims[at]
	}
	return nested(nil, each, dims, strides, 0)
}

// nested appends the elements from an index on as nested lists.
func nested(out []event.Event, each [][]event.Event, dims, strides []int, at int) []event.Event {
	if len(dims) == 0 {
		return append(out, each[at]...)
	}
	out = append(out, event.Event{Kind: event.KindList, Offset: -1})
	for i := range dims[0] {
		out = nested(out, each, dims[1:], strides[1:], at+i*strides[0])
	}
	return append(out, event.Event{Kind: event.KindEnd, Offset: -1})
}
