package serializer

// A scanFrame is an open container of a look ahead.
type scanFrame struct {
	start  int64 // offset of an object whose first name begins with $; -1 for others
	object bool
	inside bool // an array that is the content of such an object
	empty  bool
	commas int
	shape  shape // of such an object
	pairs  bool  // all values of such an array are arrays of two
}

// scan looks ahead from inside the object at the given offset to its end and learns its shape, and those of the
// objects in it whose first name begins with $. It does not know if the end is farther away than the window reaches.
func (r *jsonReader) scan(offset int64) (shape, bool) {
	s := &r.src
	s.ensure(lookahead)
	if r.seen == nil {
		r.seen = map[int64]shape{}
	}
	stack := append(r.open[:0], scanFrame{start: offset, object: true, empty: true, shape: shape{values: -1}})
	defer func() { r.open = stack[:0] }()
	b := s.buf[s.pos:]
	for i := 0; i < len(b); i++ {
		top := &stack[len(stack)-1]
		switch c := b[i]; c {
		case ' ', '\t', '\r', '\n', ':':
		case ',':
			top.commas++
		case '{', '[':
			top.value(c)
			f := scanFrame{start: -1, object: c == '{', empty: true, shape: shape{values: -1}}
			if c == '{' && dollarAhead(b[i+1:]) {
				f.start = s.offset() + int64(i)
			}
			if c == '[' && top.start >= 0 && top.commas == 0 {
				f.inside, f.pairs = true, true
			}
			stack = append(stack, f)
		case '}', ']':
			closed := *top
			stack = stack[:len(stack)-1]
			if closed.start >= 0 {
				closed.shape.members = closed.commas + 1
				if len(stack) == 0 {
					return closed.shape, true
				}
				r.seen[closed.start] = closed.shape
			}
			if len(stack) == 0 {
				return shape{}, true // a stray bracket: the reader will tell
			}
			stack[len(stack)-1].closed(&closed)
		case '"':
			top.value(c)
			for i++; i < len(b); i++ {
				n, _ := textRun(b[i:])
				i += n
				if i >= len(b) || b[i] == '"' {
					break
				}
				if b[i] == '\\' {
					i++
				}
			}
		default:
			top.value(c)
		}
	}
	return shape{}, s.whole() // what never ends is no wrapper
}

// value notes that a value, or a name, begins.
func (f *scanFrame) value(c byte) {
	f.empty = false
	if c != '[' {
		f.pairs = false
	}
}

// closed notes the end of a container in f.
func (f *scanFrame) closed(inner *scanFrame) {
	count := inner.commas + 1
	if inner.empty {
		count = 0
	}
	if inner.inside {
		f.shape.values, f.shape.pairs = count, inner.pairs
	}
	if f.inside && (inner.object || count != 2) {
		f.pairs = false
	}
}

func dollarAhead(b []byte) bool {
	for i, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
		case '"':
			return i+1 < len(b) && b[i+1] == '$'
		default:
			return false
		}
	}
	return false
}
