package json

import (
	"errors"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// A scan looks through JSON text without reading it: it finds the objects whose first name is that of a wrapper, and
// what is needed to distinguish wrappers from plain data. It does not check the text; the reader will.
type scan struct {
	stack   []scanFrame
	offset  int64 // of the next byte
	quoted  bool  // inside a string
	escaped bool  // after a backslash
	naming  bool  // inside an object's first name
	name    []byte
	found   func(start, end int64, kind event.Kind, s shape)
}

// A scanFrame is an open container of a scan.
type scanFrame struct {
	start  int64
	object bool
	wraps  event.Kind // the kind that an object's first name announces; 0 for none
	inside bool       // an array that is the content of such an object
	empty  bool
	commas int
	shape  shape
	pairs  bool // all values of such an array are arrays of two
}

// enter begins inside an object.
func (s *scan) enter(start, offset int64) {
	s.offset = offset
	s.stack = append(s.stack[:0], scanFrame{start: start, object: true, empty: true, shape: shape{values: -1}})
}

// feed looks at the next bytes. It stops after the bracket that closes the outermost container, if it has seen that
// open, and returns how many bytes it took.
func (s *scan) feed(b []byte) (n int, closed bool) {
	start := s.offset
	for i := 0; i < len(b); i++ {
		s.offset = start + int64(i) + 1
		c := b[i]
		if s.quoted {
			i += s.text(b[i:])
			continue
		}
		switch c {
		case ' ', '\t', '\r', '\n', ':':
		case '"':
			s.value(c)
			s.quoted = true
			if top := s.top(); top != nil && top.object && top.commas == 0 && top.wraps == 0 && top.shape.values == -1 {
				s.naming, s.name = true, s.name[:0]
			}
		case ',':
			if top := s.top(); top != nil {
				top.commas++
			}
		case '{', '[':
			s.value(c)
			s.open(c)
		case '}', ']':
			if s.close() {
				return i + 1, true
			}
		default:
			s.value(c)
		}
	}
	s.offset = start + int64(len(b))
	return len(b), false
}

func (s *scan) top() *scanFrame {
	if len(s.stack) == 0 {
		return nil
	}
	return &s.stack[len(s.stack)-1]
}

// text looks at bytes inside a string; it returns how many it took beyond the first.
func (s *scan) text(b []byte) int {
	if s.escaped {
		s.escaped = false
		s.naming = false // the name of a wrapper has no escapes
		return 0
	}
	n, _ := literal.TextRun(b)
	if n > 0 {
		if s.naming {
			s.name = append(s.name, b[:min(n, longestWrapper)]...)
		}
		return n - 1
	}
	switch b[0] {
	case '\\':
		s.escaped = true
	case '"':
		s.quoted = false
		if top := s.top(); s.naming && top != nil {
			s.naming = false
			top.shape.values = -2 // named
			if len(s.name) > 1 && s.name[0] == '$' {
				top.wraps = wrapperKinds[string(s.name[1:])]
			}
		}
	}
	return 0
}

// value notes that a value, or a name, begins.
func (s *scan) value(c byte) {
	top := s.top()
	if top == nil {
		return
	}
	top.empty = false
	if c != '[' {
		top.pairs = false
	}
}

// contentMember returns which member of a wrapper holds its content.
func contentMember(k event.Kind) int {
	if k == event.KindInstance {
		return 1
	}
	return 0
}

func (s *scan) open(c byte) {
	f := scanFrame{start: s.offset - 1, object: c == '{', empty: true, shape: shape{values: -1}}
	if top := s.top(); c == '[' && top != nil && top.wraps != 0 && top.commas == contentMember(top.wraps) {
		f.inside, f.pairs = true, true
	}
	s.stack = append(s.stack, f)
}

// close notes the end of a container, and reports whether it was the outermost.
func (s *scan) close() bool {
	top := s.top()
	if top == nil {
		return false
	}
	f := *top
	s.stack = s.stack[:len(s.stack)-1]
	count := f.commas + 1
	if f.empty {
		count = 0
	}
	if f.wraps != 0 {
		f.shape.members = count
		s.found(f.start, s.offset, f.wraps, f.shape)
	}
	outer := s.top()
	if outer == nil {
		return true
	}
	if f.inside {
		outer.shape.values, outer.shape.pairs = count, f.pairs
	}
	if outer.inside && (f.object || count != 2) {
		outer.pairs = false
	}
	return false
}

// ahead determines the shape of the object at the given offset, whose inside is next in the window, and those of the
// objects in it. It returns false if the window does not reach to the object's end.
func (r *Reader) ahead(offset int64) (shape, bool) {
	s := &r.Src
	if r.seen == nil {
		r.seen = map[int64]shape{}
	}
	r.look.found = func(start, end int64, _ event.Kind, shape shape) {
		shape.end = end
		r.seen[start] = shape
	}
	r.look.enter(offset, s.Offset())
	closed := false
	for n := 0; !closed && n < wire.Lookahead && s.Ensure(n+1); {
		var took int
		took, closed = r.look.feed(s.Buf[s.Pos+n:])
		n += took
	}
	found := r.seen[offset]
	delete(r.seen, offset)
	return found, closed || s.Whole() // what never ends is not a wrapper
}

// scanAll looks through the whole input for long objects that would be taken for wrappers before their ends are seen.
func (r *Reader) scanAll() error {
	var all scan
	all.found = func(start, end int64, kind event.Kind, s shape) {
		if end-start > wire.Lookahead/2 && !s.wraps(kind) {
			r.Hints.Plain[start] = true
		}
	}
	for r.Src.Ensure(1) {
		n, _ := all.feed(r.Src.Buf[r.Src.Pos:])
		r.Src.Pos += n
	}
	r.Hints.Scanned = true
	r.Hints.Forget()
	if err := r.Src.Ended(); err != io.EOF {
		return err
	}
	return event.ErrAgain
}

// Guessing reports whether the last event is in an object that was taken for a wrapper before its end was seen, so that
// the document may have to be read again and its events may differ from there on.
func (r *Reader) Guessing() bool {
	if len(r.Frames) < r.guess {
		r.guess = 0
	}
	return r.guess > 0
}

// mostRetries bounds how often a document is read again because a long object was taken for a set.
const mostRetries = 20

// reconsider decides whether an error may come from an object that was taken for a wrapper before its end was seen. If
// so, the document has to be read again.
func (r *Reader) reconsider(err error) error {
	if r.outer != nil && errors.Is(err, event.ErrSetTwice) {
		r.sets[r.Top().Start] = true
		return nil
	}
	if r.Hints == nil || !r.guessed || err == io.EOF || err == event.ErrAgain || r.Src.Failed() {
		return err
	}
	if errors.Is(err, event.ErrSetTwice) {
		if f := r.Top(); f.Guess && f.Mode == modeArray && r.Hints.Retries < mostRetries {
			r.Hints.Plain[f.Start] = true
			r.Hints.Retries++
			r.Hints.Forget()
			return event.ErrAgain
		}
		return err
	}
	if r.Hints.Scanned {
		// The number of parts of an instance is all that the scan does not know.
		if f := r.Top(); f.Guess && f.Mode == modePacked && r.Hints.Retries < mostRetries {
			r.Hints.Plain[f.Start] = true
			r.Hints.Retries++
			r.Hints.Forget()
			return event.ErrAgain
		}
		return err
	}
	r.Hints.Scan = true
	return event.ErrAgain
}

// setTwice reports whether the set whose content the cursor has come to, and whose end the window shows, has an element
// twice, which a set never has. It determines the same for all sets inside, so that everything is examined once.
func (r *Reader) setTwice(ev *event.Event, c cursor, end int64) bool {
	if twice, known := r.sets[ev.Offset]; known {
		if r.outer == nil {
			delete(r.sets, ev.Offset)
		}
		return twice && r.outer == nil
	}
	if r.sets == nil {
		r.sets = map[int64]bool{}
	}
	if r.outer != nil {
		r.sets[ev.Offset] = false
		return false
	}
	s := &r.Src
	from := s.Pos + c.i
	content := wire.MemorySource(s.Buf[from : end-s.Base])
	content.Base = s.Base + int64(from)
	inner := NewReader(
		content,
		event.Options{Limits: event.Limits{Depth: event.MaxDepth}, Duplicates: event.KeepDuplicates},
	)
	inner.outer, inner.sets, inner.seen, inner.Shared = r, r.sets, r.seen, r.Shared
	set := event.Event{Kind: ev.Kind, Offset: ev.Offset}
	err := inner.Add(&set)
	inner.Top().Mode = modeArray
	for err == nil && len(inner.Frames) > 1 {
		err = inner.Read(&set)
	}
	twice := r.sets[ev.Offset]
	delete(r.sets, ev.Offset)
	return twice
}

// reference finds the shared value of an $id.
func (r *Reader) reference(id uint64) (index uint64, known bool) {
	for ; r != nil; r = r.outer {
		if index, known = r.ids[id]; known {
			return index, true
		}
		if id < r.outside {
			return id, true
		}
	}
	return 0, false
}
