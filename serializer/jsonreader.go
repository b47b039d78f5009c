package serializer

import (
	"errors"
	"fmt"
	"io"
)

// How a container of a JSON text is closed.
const (
	jsonPlain  uint8 = iota // ] or }
	jsonArray               // ]} of {"$tuple":[…]} and the sets
	jsonPairs               // ]} of {"$dict":[[k,v]…]}
	jsonTag                 // ]} of {"$tag":[n,v]}
	jsonShared              // } of {"$id":n,"value":v}
	jsonParts               // } of {"$type":name,"state":v}
	jsonPacked              // ]} of {"$type":name,"args,state":[v,v]}
	jsonLines               // the end of the input
)

// jsonReader reads JSON (RFC 8259) with the wrapper objects that carry what JSON has no syntax for.
type jsonReader struct {
	src source
	nesting
	lines   bool  // JSON Lines: one value a line, together a list
	line    int64 // the current one, from 1
	raw     bool  // every object is plain data
	escaped []byte
	seen    map[int64]shape   // of objects ahead whose first name begins with $, by offset
	hints   *Hints            // nil when the whole input is in the window
	ids     map[uint64]uint64 // $id to the index of the shared value
	look    scan
}

func newJSONReader(src source, o ReaderOptions) *jsonReader {
	return &jsonReader{src: src, nesting: newNesting(o), line: 1}
}

// Read gives the next event.
func (r *jsonReader) Read(ev *Event) error {
	if r.err != nil {
		return r.err
	}
	ev.Num, ev.Data = 0, nil
	if err := r.event(ev); err != nil {
		r.fail(err, r.src.offset())
		var placed *Error
		if r.lines && errors.As(r.err, &placed) {
			placed.Line = r.line
		}
	}
	return r.err
}

func (r *jsonReader) event(ev *Event) error {
	f := r.top()
	switch {
	case f.kind == kindRoot:
		return r.root(f, ev)
	case f.mode == jsonPlain:
		if f.kind == KindMap {
			return r.member(f, ev)
		}
		return r.element(f, ev)
	case f.mode == jsonLines:
		return r.nextLine(ev)
	case f.mode == jsonPairs:
		return r.pair(f, ev)
	case f.mode == jsonArray:
		return r.element(f, ev)
	default:
		return r.part(f, ev)
	}
}

// root reads the value that is the document, or finds that nothing follows it.
func (r *jsonReader) root(f *frame, ev *Event) error {
	if f.n == 0 {
		if s := &r.src; s.ensure(1) && s.buf[s.pos] == 0xef && s.ensure(3) && string(s.buf[s.pos:s.pos+3]) == "\xef\xbb\xbf" {
			return errors.New("byte order mark before the value")
		}
		if r.lines {
			ev.Kind, ev.Offset = KindList, 0
			if err := r.add(ev); err != nil {
				return err
			}
			r.top().mode = jsonLines
			return nil
		}
		return r.value(ev)
	}
	if c := r.space(); c != 0 || !r.atEnd() {
		return fmt.Errorf("%s after the value", r.show(c))
	}
	return r.src.ended()
}

func (r *jsonReader) atEnd() bool { return r.src.pos == len(r.src.buf) && !r.src.ensure(1) }

// nextLine reads the value of the next line that is not blank.
func (r *jsonReader) nextLine(ev *Event) error {
	f := r.top()
	for {
		c := r.space() // stops at the line's end
		if c == '\n' {
			r.src.pos++
			r.line++
			f.left = -1
			continue
		}
		if c == 0 && r.atEnd() {
			if err := r.src.ended(); err != io.EOF {
				return err
			}
			return r.end(ev)
		}
		if f.left == 0 {
			return fmt.Errorf("%s after the line's value", r.show(c))
		}
		f.left = 0 // until the next line
		return r.value(ev)
	}
}

// space skips white space and returns the byte after it, 0 at the end of the input. In JSON Lines it stops at a
// line's end, which no value may contain.
func (r *jsonReader) space() byte {
	for {
		for s := &r.src; s.pos < len(s.buf); s.pos++ {
			c := s.buf[s.pos]
			if c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' || c == '\n' && r.lines {
				return c
			}
		}
		if !r.src.ensure(1) {
			return 0
		}
	}
}

// expect skips white space and the byte c.
func (r *jsonReader) expect(c byte) error {
	if got := r.space(); got != c {
		return r.unexpected(got, "instead of "+string(rune(c)))
	}
	r.src.pos++
	return nil
}

func (r *jsonReader) unexpected(c byte, where string) error {
	if c == 0 && r.atEnd() {
		return r.src.cause()
	}
	return fmt.Errorf("%s %s", r.show(c), where)
}

func (r *jsonReader) show(c byte) string {
	if c < ' ' || c >= 0x7f {
		return fmt.Sprintf("unexpected byte %#02x", c)
	}
	return fmt.Sprintf("unexpected %q", c)
}

// element reads the next value of an array, or its end.
func (r *jsonReader) element(f *frame, ev *Event) error {
	c := r.space()
	if c == ']' {
		r.src.pos++
		if f.mode == jsonArray {
			return r.closeWrapper(f, ev)
		}
		return r.end(ev)
	}
	if f.n > 0 {
		if c != ',' {
			return r.unexpected(c, "between the values of an array")
		}
		r.src.pos++
	}
	return r.value(ev)
}

// member reads the next name or value of an object, or its end.
func (r *jsonReader) member(f *frame, ev *Event) error {
	if f.n&1 == 1 {
		return r.value(ev)
	}
	c := r.space()
	if c == '}' {
		r.src.pos++
		return r.end(ev)
	}
	if f.n > 0 {
		if c != ',' {
			return r.unexpected(c, "between the members of an object")
		}
		r.src.pos++
		c = r.space()
	}
	if c != '"' {
		return r.unexpected(c, "instead of a name")
	}
	if err := r.text(ev); err != nil {
		return err
	}
	if err := r.add(ev); err != nil {
		return err
	}
	// The colon is left for r.value's caller only when it would move the window under ev.Data.
	if s := &r.src; s.pos < len(s.buf) && s.buf[s.pos] == ':' {
		s.pos++
		return nil
	}
	ev.Data = r.keepText(ev.Data)
	return r.expect(':')
}

// keepText copies a text that the window may move away from.
func (r *jsonReader) keepText(text []byte) []byte {
	r.escaped = append(r.escaped[:0], text...)
	return r.escaped
}

func (r *jsonReader) end(ev *Event) error {
	ev.Kind, ev.Offset = KindEnd, r.src.offset()-1
	return r.add(ev)
}

// value reads the start of any value.
func (r *jsonReader) value(ev *Event) error {
	c := r.space()
	ev.Offset = r.src.offset()
	switch c {
	case '"':
		if err := r.text(ev); err != nil {
			return err
		}
	case '{':
		return r.object(ev)
	case '[':
		r.src.pos++
		ev.Kind = KindList
	case 't':
		ev.Kind, ev.Num = KindBool, 1
		if err := r.word("true"); err != nil {
			return err
		}
	case 'f':
		ev.Kind = KindBool
		if err := r.word("false"); err != nil {
			return err
		}
	case 'n':
		ev.Kind = KindNull
		if err := r.word("null"); err != nil {
			return err
		}
	default:
		if c != '-' && !isDigit(c) {
			return r.unexpected(c, "instead of a value")
		}
		if err := r.number(ev); err != nil {
			return err
		}
	}
	return r.add(ev)
}

func (r *jsonReader) word(w string) error {
	s := &r.src
	if !s.ensure(len(w)) {
		return s.cause()
	}
	if string(s.buf[s.pos:s.pos+len(w)]) != w {
		return fmt.Errorf("unexpected %q instead of %s", s.buf[s.pos:s.pos+len(w)], w)
	}
	s.pos += len(w)
	return nil
}

// object reads the start of an object or, whole or in part, of a wrapper.
func (r *jsonReader) object(ev *Event) error {
	r.src.pos++
	if c := r.space(); c == '"' && !r.raw && r.src.ensure(2) && r.src.buf[r.src.pos+1] == '$' {
		if done, err := r.wrapper(ev); done || err != nil {
			return err
		}
	}
	ev.Kind, ev.Num, ev.Data = KindMap, 0, nil
	return r.add(ev)
}

// number reads a number.
func (r *jsonReader) number(ev *Event) error {
	s := &r.src
	n := 0
	for {
		b := s.buf[s.pos+n:]
		i := 0
		for i < len(b) && (isDigit(b[i]) || b[i] == '.' || b[i] == '-' || b[i] == '+' || b[i]|0x20 == 'e') {
			i++
		}
		n += i
		if i < len(b) || !s.ensure(n+1) {
			break
		}
	}
	text := s.buf[s.pos : s.pos+n]
	if err := classify(text, ev); err != nil {
		if len(text) > 40 {
			text = append(text[:40:40], "…"...)
		}
		return fmt.Errorf("%w: %s", err, text)
	}
	s.pos += n
	return nil
}
