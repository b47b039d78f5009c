package json

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// A cursor looks at what follows the window's position without passing it.
type cursor struct {
	r *Reader
	i int
}

// peek returns the next byte that is not white space, 0 at the end.
func (c *cursor) peek() byte {
	for s := &c.r.Src; s.Ensure(c.i + 1); c.i++ {
		switch b := s.Buf[s.Pos+c.i]; b {
		case ' ', '\t', '\r':
		case '\n':
			if c.r.Layout == Lines {
				return b
			}
		default:
			return b
		}
	}
	return 0
}

func (c *cursor) byte(b byte) bool {
	if c.peek() != b {
		return false
	}
	c.i++
	return true
}

func (c *cursor) word(w string) bool {
	c.peek()
	s := &c.r.Src
	if !s.Ensure(c.i+len(w)) || string(s.Buf[s.Pos+c.i:s.Pos+c.i+len(w)]) != w {
		return false
	}
	c.i += len(w)
	return true
}

// string returns the content of a string. The slice is valid until the cursor moves on.
func (c *cursor) string() ([]byte, bool) {
	if c.peek() != '"' {
		return nil, false
	}
	pos := c.r.Src.Offset()
	length, high, plain, err := c.r.scanText(c.i)
	c.r.Src.Pos = int(pos - c.r.Src.Base) // an error has moved it
	if err != nil {
		return nil, false
	}
	start := c.r.Src.Pos + c.i + 1
	c.i += length + 2
	text := c.r.Src.Buf[start : start+length]
	if !plain {
		text, err = c.r.unescape(text)
		c.r.Src.Pos = int(pos - c.r.Src.Base)
		text = bytes.Clone(text)
	}
	return text, err == nil && (!high || utf8.Valid(text))
}

// number returns a number's text.
func (c *cursor) number() []byte {
	c.peek()
	s := &c.r.Src
	n := 0
	for s.Ensure(c.i+n+1) && n < 64 {
		if b := s.Buf[s.Pos+c.i+n]; !literal.IsDigit(b) && !bytes.ContainsRune([]byte("+-.eE"), rune(b)) {
			break
		}
		n++
	}
	text := s.Buf[s.Pos+c.i : s.Pos+c.i+n]
	c.i += n
	return text
}

// uint reads an integer from 0 to 2^64-1.
func (c *cursor) uint() (uint64, bool) {
	text := string(c.number())
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil && literal.NormalInteger(text)
}

// scalar reads the content of a wrapper of a scalar.
func (c *cursor) scalar(ev *event.Event) bool {
	switch ev.Kind {
	case event.KindUndefined:
		return c.word("true")
	case event.KindSimple:
		n, ok := c.uint()
		ev.Num = n
		return ok && n < 256 && (n < 20 || n >= 32)
	case event.KindRef:
		return c.ref(ev)
	case event.KindComplex:
		return c.complex(ev)
	case event.KindExt:
		return c.ext(ev)
	}
	text, ok := c.string()
	if !ok {
		return false
	}
	switch ev.Kind {
	case event.KindFloat:
		ev.Num, ok = literal.ParseNonFinite(text)
	case event.KindBytes, event.KindByteArray:
		ev.Data, ok = c.base64(text)
	case event.KindDatetime, event.KindDate, event.KindTime, event.KindTimedelta:
		ev.Data, ok = event.NormalTime(ev.Kind, bytes.Clone(text))
	case event.KindDecimal:
		ev.Data, ok = literal.NormalDecimal(bytes.Clone(text))
	case event.KindFraction:
		ev.Data, ok = bytes.Clone(text), literal.NormalFraction(text)
	case event.KindUUID:
		ev.Data, ok = literal.ParseUUID(text)
	default:
		ok = false
	}
	return ok
}

func (c *cursor) base64(text []byte) ([]byte, bool) {
	data, err := base64.StdEncoding.Strict().AppendDecode(c.r.escaped[:0], text)
	c.r.escaped = data
	// The decoder skips line ends, which a canonical text does not have.
	return data, err == nil && base64.StdEncoding.EncodedLen(len(data)) == len(text)
}

func (c *cursor) ref(ev *event.Event) bool {
	id, ok := c.uint()
	if !ok || c.peek() != '}' {
		return false
	}
	index, known := c.r.reference(id)
	ev.Num = index
	return known
}

// complex reads [re,im].
func (c *cursor) complex(ev *event.Event) bool {
	if !c.byte('[') {
		return false
	}
	data := make([]byte, 0, 16)
	for i := range 2 {
		if i == 1 && !c.byte(',') {
			return false
		}
		bits, ok := c.float()
		if !ok {
			return false
		}
		data = binary.BigEndian.AppendUint64(data, bits)
	}
	ev.Data = data
	return c.byte(']')
}

func (c *cursor) float() (bits uint64, ok bool) {
	if c.peek() == '"' {
		text, ok := c.string()
		if !ok {
			return 0, false
		}
		return literal.ParseNonFinite(text)
	}
	var ev event.Event
	if event.Classify(c.number(), &ev) != nil || ev.Kind != event.KindFloat {
		return 0, false
	}
	return ev.Num, true
}

// ext reads [code,"base64"].
func (c *cursor) ext(ev *event.Event) bool {
	if !c.byte('[') {
		return false
	}
	text := string(c.number())
	code, err := strconv.ParseInt(text, 10, 8)
	if err != nil || !literal.NormalInteger(text) || !c.byte(',') {
		return false
	}
	encoded, ok := c.string()
	if !ok {
		return false
	}
	ev.Num = uint64(code)
	ev.Data, ok = c.base64(encoded)
	return ok && event.ForeignExt(code, ev.Data) && c.byte(']')
}

// allowed reports whether a tag allows the value that follows, judging by its first byte; a number is examined as a
// whole.
func (c cursor) allowed(tag uint64) bool {
	for _, kind := range []event.Kind{event.KindInt, event.KindList, event.KindBytes, event.KindString} {
		if !event.TagAllows(tag, kind) {
			continue
		}
		switch kind {
		case event.KindInt:
			var ev event.Event
			if b := c.peek(); b == '-' || b >= '0' && b <= '9' {
				text := c.number()
				if event.TagAllows(tag, event.KindNumber) || len(text) == 64 {
					return true
				}
				return event.Classify(text, &ev) != nil || event.TagAllows(tag, ev.Kind)
			}
			if c.peek() == '{' && event.TagAllows(tag, event.KindFloat) {
				return event.TagAllows(tag, event.KindMap) || c.wraps("float", event.KindFloat)
			}
		case event.KindList:
			if c.peek() == '[' {
				return true
			}
		case event.KindBytes:
			if c.peek() == '{' {
				return event.TagAllows(tag, event.KindMap) || c.wraps("bytes", event.KindBytes)
			}
		case event.KindString:
			if c.peek() == '"' {
				return true
			}
		}
	}
	return event.TagAllows(tag, event.KindNull)
}

// wraps reports whether a wrapper of a scalar follows.
func (c cursor) wraps(name string, kind event.Kind) bool {
	ev := event.Event{Kind: kind}
	return c.byte('{') && c.word(`"$`+name+`"`) && c.byte(':') && c.scalar(&ev) && c.byte('}')
}
