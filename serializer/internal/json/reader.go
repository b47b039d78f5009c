package json

import (
	"errors"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// How a container of a JSON text is closed.
const (
	modePlain    uint8 = iota // ] or }
	modeArray                 // ]} of {"$tuple":[…]} and the sets
	modePairs                 // ]} of {"$dict":[[k,v]…]}
	modeTag                   // ]} of {"$tag":[n,v]}
	modeShared                // } of {"$id":n,"value":v}
	modeParts                 // } of {"$type":name,"state":v}
	modePacked                // ]} of {"$type":name,"args,state":[v,v]}
	modeLines                 // the end of the input
	modeSequence              // likewise
)

// A Layout is the way in which values follow each other.
type Layout uint8

// The layouts. The values of the last two form a list.
const (
	Document Layout = iota // one value
	Lines                  // one value per line
	Sequence               // each value after a record separator, or just after the one before
)

// Reader reads JSON (RFC 8259) with the wrapper objects that carry what JSON has no syntax for.
type Reader struct {
	wire.Input
	Layout  Layout
	line    int64 // the current one, from 1
	escaped []byte
	seen    map[int64]shape   // of objects ahead whose first name begins with $, by offset
	Hints   *wire.Hints       // nil when the whole input is in the window
	ids     map[uint64]uint64 // $id to the index of the shared value
	look    scan
	sets    map[int64]bool // whether sets ahead have an element twice, by offset
	guessed bool           // an object was taken for a wrapper before its end was seen
	guess   int            // the depth of the outermost such object that is open; 0 for none
	outer   *Reader        // the reader that looks ahead with this one
	outside uint64         // how many shared values had begun before the input, if that is a part of a document
}

func NewReader(src wire.Source, o event.Options) *Reader {
	return &Reader{Input: wire.NewInput(src, o), line: 1}
}

// Reset makes r equal to what NewReader returns, reusing its memory.
func (r *Reader) Reset(src wire.Source, o event.Options) {
	*r = Reader{Input: r.Input, line: 1, escaped: r.escaped[:0]}
	r.Input.Reset(src, o)
}

// Line returns the line and the column of an offset.
func (r *Reader) Line(offset int64) (line, column int64) { return r.Src.Line(offset) }

// Read reads the next event.
func (r *Reader) Read(ev *event.Event) error {
	if !r.Begin(ev) {
		return r.Err
	}
	err := r.event(ev)
	if err != nil {
		err = r.reconsider(err)
	}
	if r.Done(err) != nil {
		var placed *event.Error
		if errors.As(r.Err, &placed) {
			placed.Line, placed.Column = r.Src.Line(placed.Offset)
			if r.Layout == Lines {
				placed.Line, placed.Lines = r.line, true
			}
		}
	}
	return r.Err
}

func (r *Reader) event(ev *event.Event) error {
	f := r.Top()
	switch {
	case f.Kind == event.KindRoot:
		return r.root(f, ev)
	case f.Mode == modePlain:
		if f.Kind == event.KindMap {
			return r.member(f, ev)
		}
		return r.element(f, ev)
	case f.Mode == modeLines:
		return r.nextLine(ev)
	case f.Mode == modeSequence:
		return r.nextInSequence(ev)
	case f.Mode == modePairs:
		return r.pair(f, ev)
	case f.Mode == modeArray:
		return r.element(f, ev)
	default:
		return r.part(f, ev)
	}
}

// root reads the document's value, or checks that nothing follows it.
func (r *Reader) root(f *event.Frame, ev *event.Event) error {
	if f.N == 0 {
		if r.Hints != nil && r.Hints.Scan && !r.Hints.Scanned {
			return r.scanAll()
		}
		if err := r.mark(); err != nil {
			return err
		}
		if r.Layout != Document {
			ev.Kind, ev.Offset = event.KindList, 0
			if err := r.Add(ev); err != nil {
				return err
			}
			r.Top().Mode = modeLines
			if r.Layout == Sequence {
				r.Top().Mode = modeSequence
			}
			return nil
		}
		return r.value(ev)
	}
	if c := r.space(); c != 0 || !r.atEnd() {
		return fmt.Errorf("%s after the value", r.show(c))
	}
	return r.Src.Ended()
}

// mark detects byte order marks, which editors put before a text, and texts in other encodings.
func (r *Reader) mark() error {
	s := &r.Src
	if !s.Ensure(2) {
		return nil
	}
	switch b := s.Buf[s.Pos:]; {
	case b[0] == 0xff && b[1] == 0xfe, b[0] == 0xfe && b[1] == 0xff, b[0] == 0 || b[1] == 0:
		return errors.New("the text is UTF-16 or UTF-32, JSON is UTF-8 (iconv -f UTF-16 -t UTF-8 converts it)")
	case b[0] == 0xef && b[1] == 0xbb && s.Ensure(3) && s.Buf[s.Pos+2] == 0xbf:
		return errors.New("byte order mark before the value (tail -c +4 drops it)")
	}
	return nil
}

// nextInSequence reads the next value of a sequence: after a record separator (RFC 7464), or right after the last one.
func (r *Reader) nextInSequence(ev *event.Event) error {
	for {
		c := r.space()
		if c == 0 && r.atEnd() {
			if err := r.Src.Ended(); err != io.EOF {
				return err
			}
			return r.end(ev)
		}
		if c != separator {
			return r.value(ev)
		}
		r.Src.Pos++
	}
}

// separator is ASCII's record separator.
const separator = 0x1e

func (r *Reader) atEnd() bool { return r.Src.Pos == len(r.Src.Buf) && !r.Src.Ensure(1) }

// nextLine reads the value of the next line that is not blank.
func (r *Reader) nextLine(ev *event.Event) error {
	f := r.Top()
	for {
		c := r.space() // stops at the line's end
		if c == '\n' {
			r.Src.Pos++
			r.line++
			f.Left = -1
			continue
		}
		if c == 0 && r.atEnd() {
			if err := r.Src.Ended(); err != io.EOF {
				return err
			}
			return r.end(ev)
		}
		if f.Left == 0 {
			return fmt.Errorf("%s after the line's value", r.show(c))
		}
		f.Left = 0 // until the next line
		return r.value(ev)
	}
}

// space skips white space and returns the byte after it, 0 at the end of the input. In JSON Lines it stops at a
// line's end, which no value may contain.
func (r *Reader) space() byte {
	for {
		for s := &r.Src; s.Pos < len(s.Buf); s.Pos++ {
			c := s.Buf[s.Pos]
			if c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' || c == '\n' && r.Layout == Lines {
				return c
			}
		}
		if !r.Src.Ensure(1) {
			return 0
		}
	}
}

// expect skips white space and the byte c.
func (r *Reader) expect(c byte) error {
	if got := r.space(); got != c {
		return r.unexpected(got, "instead of "+string(rune(c)))
	}
	r.Src.Pos++
	return nil
}

func (r *Reader) unexpected(c byte, where string) error {
	if c == 0 && r.atEnd() {
		return r.Src.Cause()
	}
	return fmt.Errorf("%s %s", r.show(c), where)
}

func (r *Reader) show(c byte) string {
	if c < ' ' || c >= 0x7f {
		return fmt.Sprintf("unexpected byte %#02x", c)
	}
	return fmt.Sprintf("unexpected %q", c)
}

// element reads the next value of an array, or its end.
func (r *Reader) element(f *event.Frame, ev *event.Event) error {
	c := r.space()
	if c == ']' {
		r.Src.Pos++
		if f.Mode == modeArray {
			return r.closeWrapper(f, ev)
		}
		return r.end(ev)
	}
	if f.N > 0 {
		if c != ',' {
			return r.unexpected(c, "between the values of an array")
		}
		r.Src.Pos++
	}
	return r.value(ev)
}

// member reads the next name or value of an object, or its end.
func (r *Reader) member(f *event.Frame, ev *event.Event) error {
	if f.N&1 == 1 {
		return r.value(ev)
	}
	c := r.space()
	if c == '}' {
		r.Src.Pos++
		return r.end(ev)
	}
	if f.N > 0 {
		if c != ',' {
			return r.unexpected(c, "between the members of an object")
		}
		r.Src.Pos++
		c = r.space()
	}
	if c != '"' {
		return r.unexpected(c, "instead of a name")
	}
	if err := r.text(ev); err != nil {
		return err
	}
	if err := r.Add(ev); err != nil {
		return err
	}
	// The colon is left for r.value's caller only when it would move the window under ev.Data.
	if s := &r.Src; s.Pos < len(s.Buf) && s.Buf[s.Pos] == ':' {
		s.Pos++
		return nil
	}
	ev.Data = r.keepText(ev.Data)
	return r.expect(':')
}

// keepText copies a text, because the window may move away from it.
func (r *Reader) keepText(text []byte) []byte {
	r.escaped = append(r.escaped[:0], text...)
	return r.escaped
}

func (r *Reader) end(ev *event.Event) error {
	ev.Kind, ev.Offset = event.KindEnd, r.Src.Offset()-1
	return r.Add(ev)
}

// value reads the start of any value.
func (r *Reader) value(ev *event.Event) error {
	depth := len(r.Frames)
	if err := r.start(ev); err != nil {
		return r.Missing(err, depth)
	}
	return nil
}

func (r *Reader) start(ev *event.Event) error {
	c := r.space()
	ev.Offset = r.Src.Offset()
	switch c {
	case '"':
		if err := r.text(ev); err != nil {
			return err
		}
	case '{':
		return r.object(ev)
	case '[':
		r.Src.Pos++
		ev.Kind = event.KindList
	case 't':
		ev.Kind, ev.Num = event.KindBool, 1
		if err := r.word("true"); err != nil {
			return err
		}
	case 'f':
		ev.Kind = event.KindBool
		if err := r.word("false"); err != nil {
			return err
		}
	case 'n':
		ev.Kind = event.KindNull
		if err := r.word("null"); err != nil {
			return err
		}
	default:
		if c != '-' && !literal.IsDigit(c) {
			return r.unexpected(c, "instead of a value")
		}
		if err := r.number(ev); err != nil {
			return err
		}
	}
	return r.Add(ev)
}

func (r *Reader) word(w string) error {
	s := &r.Src
	if !s.Ensure(len(w)) {
		return s.Cause()
	}
	if string(s.Buf[s.Pos:s.Pos+len(w)]) != w {
		return fmt.Errorf("unexpected %q instead of %s", s.Buf[s.Pos:s.Pos+len(w)], w)
	}
	s.Pos += len(w)
	return nil
}

// object reads the start of an object or, whole or in part, of a wrapper.
func (r *Reader) object(ev *event.Event) error {
	r.Src.Pos++
	if c := r.space(); c == '"' && !r.Plain && r.Src.Ensure(2) && r.Src.Buf[r.Src.Pos+1] == '$' {
		if done, err := r.wrapper(ev); done || err != nil {
			return err
		}
	}
	ev.Kind, ev.Num, ev.Data = event.KindMap, 0, nil
	return r.Add(ev)
}

// number reads a number.
func (r *Reader) number(ev *event.Event) error {
	s := &r.Src
	n := 0
	for {
		b := s.Buf[s.Pos+n:]
		i := 0
		for i < len(b) && (literal.IsDigit(b[i]) || b[i] == '.' || b[i] == '-' || b[i] == '+' || b[i]|0x20 == 'e') {
			i++
		}
		n += i
		if i < len(b) || !s.Ensure(n+1) {
			break
		}
	}
	text := s.Buf[s.Pos : s.Pos+n]
	if err := event.Classify(text, ev); err != nil {
		if len(text) > 40 {
			text = append(text[:40:40], "…"...)
		}
		return fmt.Errorf("%w: %s", err, text)
	}
	s.Pos += n
	return nil
}
