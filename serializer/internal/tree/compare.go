package tree

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// An Order is an order of keys, kept by all maps of two documents.
type Order uint8

// The orders. If the order is known, keys that only one of two maps has are found without holding the maps in memory.
const (
	OrderUnknown  Order = iota
	OrderNone           // neither of the following
	OrderBytewise       // strings, by their bytes
	OrderShorter        // strings, shorter ones first, then by their bytes: RFC 8949, section 4.2.1
)

// ErrOrder says that two maps have different keys at one place, so that the order of keys in both documents has to be
// known.
var ErrOrder = errors.New("the order of keys has to be known")

// A SideError is an error of one of the two readers.
type SideError struct {
	Second bool
	Err    error
}

func (e *SideError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the reader.
func (e *SideError) Unwrap() error { return e.Err }

// A Comparison compares two documents while they are read.
type Comparison struct {
	Unordered bool // the order of keys does not count
	Order     Order
	Found     func(Mismatch) (more bool)
	sides     [2]side
}

// A side is one of the two documents.
type side struct {
	r  event.Reader
	ev event.Event
}

// Compare finds the differences, in the order in which the documents have them, and stops when Found returns false. It
// holds in memory the sets in the documents and, for maps whose keys are in no common order, the pairs from the first
// differing key on.
func (c *Comparison) Compare(a, b event.Reader) error {
	c.sides = [2]side{{r: a}, {r: b}}
	if err := c.both(); err != nil {
		return err
	}
	more, err := c.value()
	if err != nil || !more {
		return err
	}
	for i := range c.sides {
		if err := c.read(i); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

func (c *Comparison) read(i int) error {
	if err := c.sides[i].r.Read(&c.sides[i].ev); err != nil {
		return &SideError{i == 1, err}
	}
	return nil
}

func (c *Comparison) both() error {
	if err := c.read(0); err != nil {
		return err
	}
	return c.read(1)
}

// sameEvent reports whether two events are equal under the typed model. The content of containers is not compared.
func sameEvent(a, b *event.Event) bool {
	switch {
	case a.Kind != b.Kind:
		return false
	case a.Kind == event.KindShared:
		return true
	case a.Kind == event.KindNumber:
		return bytes.Equal(a.Data, b.Data) || numberForm(string(a.Data)) == numberForm(string(b.Data))
	}
	return a.Num == b.Num && bytes.Equal(a.Data, b.Data)
}

// value compares the values that the last events are or begin.
func (c *Comparison) value() (more bool, err error) {
	a, b := &c.sides[0], &c.sides[1]
	switch {
	case !sameEvent(&a.ev, &b.ev):
		return c.differ()
	case !a.ev.Kind.Container():
		return true, nil
	case a.ev.Kind == event.KindMap:
		return c.maps()
	case a.ev.Kind == event.KindSet || a.ev.Kind == event.KindFrozenSet:
		path := a.r.Path()
		var whole [2]Value
		for i := range whole {
			if whole[i], err = c.whole(i); err != nil {
				return false, err
			}
		}
		w := walk{unordered: c.Unordered, found: c.Found}
		return w.compare(path, whole[0], whole[1]), nil
	}
	return c.lists()
}

// differ reports two values that differ.
func (c *Comparison) differ() (bool, error) {
	m := Mismatch{Path: c.sides[0].r.Path()}
	var err error
	if m.A, err = c.shown(0); err != nil {
		return false, err
	}
	if m.B, err = c.shown(1); err != nil {
		return false, err
	}
	return c.Found(m), nil
}

// only reports a value that only one document has.
func (c *Comparison) only(i int) (bool, error) {
	m := Mismatch{Path: c.sides[i].r.Path()}
	v, err := c.shown(i)
	if err != nil {
		return false, err
	}
	if i == 0 {
		m.A = v
	} else {
		m.B = v
	}
	return c.Found(m), nil
}

func (c *Comparison) whole(i int) (Value, error) {
	v, err := ReadHere(c.sides[i].r, &c.sides[i].ev)
	if err != nil {
		return v, &SideError{i == 1, err}
	}
	return v, nil
}

func (c *Comparison) lists() (bool, error) {
	for {
		if err := c.both(); err != nil {
			return false, err
		}
		a, b := c.sides[0].ev.Kind == event.KindEnd, c.sides[1].ev.Kind == event.KindEnd
		switch {
		case a && b:
			return true, nil
		case a:
			return c.rest(1)
		case b:
			return c.rest(0)
		}
		if more, err := c.value(); err != nil || !more {
			return more, err
		}
	}
}

// rest reports the values of a list from the last event on.
func (c *Comparison) rest(i int) (bool, error) {
	for c.sides[i].ev.Kind != event.KindEnd {
		if more, err := c.only(i); err != nil || !more {
			return more, err
		}
		if err := c.read(i); err != nil {
			return false, err
		}
	}
	return true, nil
}

// maps compares two maps: to their ends if their keys are in a common order, otherwise as far as the keys are the same.
func (c *Comparison) maps() (bool, error) {
	var keys [2]Value // of the pairs that come next
	var end, held [2]bool
	for {
		for i := range c.sides {
			if !held[i] {
				if err := c.read(i); err != nil {
					return false, err
				}
				end[i] = c.sides[i].ev.Kind == event.KindEnd
			}
		}
		if end[0] && end[1] {
			return true, nil
		}
		same := !end[0] && !end[1] && !held[0] && !held[1] && !c.sides[0].ev.Kind.Container() &&
			sameEvent(&c.sides[0].ev, &c.sides[1].ev)
		first := 0 // the side whose key comes first; 2 if both have it
		if same {
			first = 2
		} else {
			for i := range keys {
				if !held[i] && !end[i] {
					var err error
					if keys[i], err = c.whole(i); err != nil {
						return false, err
					}
				}
			}
			if !end[0] && !end[1] && Equal(keys[0], keys[1]) {
				first = 2
			} else if c.Order <= OrderNone {
				return c.unsorted(keys, end)
			} else if end[0] || !end[1] && c.less(keys[1], keys[0]) {
				first = 1
			}
		}
		more, err := c.pair(first, &held, end)
		if err != nil || !more {
			return more, err
		}
	}
}

// pair compares the values of a key that both maps have, or reports one that only one has.
func (c *Comparison) pair(first int, held *[2]bool, end [2]bool) (bool, error) {
	if first == 2 {
		*held = [2]bool{}
		if err := c.both(); err != nil {
			return false, err
		}
		return c.value()
	}
	held[first], held[1-first] = false, true
	if end[1-first] {
		held[1-first] = true
	}
	if err := c.read(first); err != nil {
		return false, err
	}
	return c.only(first)
}

func (c *Comparison) less(a, b Value) bool {
	x, y := a.text(), b.text()
	if c.Order == OrderShorter && len(x) != len(y) {
		return len(x) < len(y)
	}
	return x < y
}

// unsorted compares the rest of two maps in memory, matching them by their keys.
func (c *Comparison) unsorted(keys [2]Value, end [2]bool) (bool, error) {
	if c.Order == OrderUnknown {
		return false, ErrOrder
	}
	var rest [2]Value
	var path string
	for i := range rest {
		if !end[i] {
			path = strings.TrimSuffix(c.sides[i].r.Path(), KeyStep(keys[i]))
		}
	}
	for i := range rest {
		var items []Value
		for key, last := keys[i], end[i]; !last; {
			if err := c.read(i); err != nil {
				return false, err
			}
			v, err := c.whole(i)
			if err != nil {
				return false, err
			}
			items = append(items, key, v)
			if err := c.read(i); err != nil {
				return false, err
			}
			if last = c.sides[i].ev.Kind == event.KindEnd; !last {
				if key, err = c.whole(i); err != nil {
					return false, err
				}
			}
		}
		rest[i] = ContainerValue(event.KindMap, 0, items)
	}
	w := walk{unordered: c.Unordered, found: c.Found}
	return w.compare(path, rest[0], rest[1]), nil
}

// shownValues is how many values of a large container are kept to be shown.
const shownValues = 200

// shown returns the value that the last event began, or the beginning of a large one.
func (c *Comparison) shown(i int) (Value, error) {
	s := &c.sides[i]
	var b builder
	left := shownValues
	var values []int64 // in the open containers
	for {
		b.add(&s.ev)
		left--
		if s.ev.Kind == event.KindEnd {
			values = values[:len(values)-1]
		} else {
			if n := len(values); n > 0 {
				values[n-1]++
			}
			if s.ev.Kind.Container() {
				values = append(values, 0)
			}
		}
		n := len(b.open)
		if n == 0 {
			return b.value()
		}
		whole := b.open[n-1].kind < event.KindMap || b.open[n-1].kind == event.KindMap && values[n-1]&1 == 0
		if left < 0 && whole {
			if err := c.skip(i); err != nil {
				return Value{}, err
			}
			continue
		}
		if err := c.read(i); err != nil {
			return Value{}, err
		}
	}
}

// skip reads up to the end of the innermost container.
func (c *Comparison) skip(i int) error {
	for depth := 1; depth > 0; {
		if err := c.read(i); err != nil {
			return err
		}
		if kind := c.sides[i].ev.Kind; kind == event.KindEnd {
			depth--
		} else if kind.Container() {
			depth++
		}
	}
	return nil
}

// Orders reports in which of the orders all maps of a document have their keys.
func Orders(r event.Reader) (bytewise, shorter bool, err error) {
	type open struct {
		kind   event.Kind
		values int64
		last   []byte
	}
	var frames []open
	bytewise, shorter = true, true
	var ev event.Event
	for {
		if err := r.Read(&ev); err != nil {
			if err == io.EOF {
				err = nil
			}
			return bytewise, shorter, err
		}
		if ev.Kind == event.KindEnd {
			frames = frames[:len(frames)-1]
			continue
		}
		if n := len(frames); n > 0 {
			f := &frames[n-1]
			if f.kind == event.KindMap && f.values&1 == 0 {
				less := ev.Kind == event.KindString && (f.values == 0 || bytes.Compare(f.last, ev.Data) < 0)
				bytewise = bytewise && less
				shorter = shorter && ev.Kind == event.KindString &&
					(f.values == 0 || len(f.last) < len(ev.Data) || len(f.last) == len(ev.Data) && less)
				f.last = append(f.last[:0], ev.Data...)
			}
			f.values++
		}
		if ev.Kind.Container() {
			frames = append(frames, open{kind: ev.Kind})
		}
	}
}
