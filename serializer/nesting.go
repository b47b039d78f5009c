package serializer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kindRoot is the kind of the frame around the whole document.
const kindRoot = KindEnd

// A frame is one open container of a document being read.
type frame struct {
	kind  Kind
	mode  uint8          // how the format closes it; private to each reader
	left  int64          // values that are still to come; below 0 when an end marker tells
	n     int64          // values begun; in maps keys count too
	start int64          // offset of the container
	tag   uint64         // of a tag
	names int            // where its names begin in nesting.names
	index map[uint64]int // hash of a name to its place in nesting.names, once there are many
}

// A name is a map's key (or a set's element) that was seen.
type name struct {
	quick uint64 // differs for most different names
	end   int    // where its bytes end in nesting.arena
	other bool   // not a string: the bytes are those of appendEvent
}

// nesting is what every reader knows of the containers it is in: it bounds their depth and size, refuses
// duplicate keys and tells paths. Readers embed it and pass every event through add.
type nesting struct {
	limits    Limits
	keep      Duplicates
	frames    []frame
	names     []name
	arena     []byte // the bytes of names
	seed      maphash.Seed
	composite int    // depth of the map or set whose container-valued key is being read; 0 for none
	key       []byte // that key so far
	shared    uint64 // shared values begun
	err       error  // why reading has ended
}

func newNesting(o ReaderOptions) nesting {
	n := nesting{limits: o.Limits.forStream(), keep: o.Duplicates, seed: maphash.MakeSeed()}
	n.frames = append(make([]frame, 0, 16), frame{kind: kindRoot, left: 1})
	return n
}

func (n *nesting) top() *frame { return &n.frames[len(n.frames)-1] }

var (
	errSetTwice = fmt.Errorf("set has an element twice: %w", ErrDuplicate)
	errDangling = errors.New("reference to a shared value that has not begun before it")
	errElements = fmt.Errorf("too many values in a container: %w", ErrLimit)
)

// fail ends reading for a reason, which is given a place unless it is the document's end or ErrAgain.
func (n *nesting) fail(err error, offset int64) {
	if n.err = err; err != io.EOF && err != ErrAgain {
		n.err = n.place(err, offset)
	}
}

// add accounts for an event that is about to be returned. For a container it pushes the frame, for its end it pops.
func (n *nesting) add(ev *Event) error {
	if ev.Kind == KindEnd {
		n.pop()
		return n.endComposite(ev)
	}
	f := &n.frames[len(n.frames)-1]
	if f.kind == KindMap && f.n&1 == 0 || f.kind == KindSet || f.kind == KindFrozenSet {
		if err := n.addKey(f, ev); err != nil {
			return n.place(err, ev.Offset)
		}
	}
	if f.kind == KindTag && !tagAllows(f.tag, ev.Kind) {
		return n.place(forbidden(f.tag), f.start)
	}
	f.n++
	if f.n > n.limits.Elements && (f.kind != KindMap || f.n > 2*n.limits.Elements) {
		return errElements
	}
	if n.composite > 0 {
		n.key = appendEvent(n.key, ev)
	}
	if ev.Kind >= KindList {
		return n.place(n.push(ev), ev.Offset)
	}
	if ev.Kind == KindRef && ev.Num >= n.shared {
		return n.place(errDangling, ev.Offset)
	}
	return nil
}

func (n *nesting) push(ev *Event) error {
	if len(n.frames) > n.limits.Depth {
		return fmt.Errorf("containers are nested deeper than %d: %w", n.limits.Depth, ErrLimit)
	}
	if ev.Kind == KindShared {
		n.shared++
	}
	n.enter(ev)
	return nil
}

func (n *nesting) enter(ev *Event) {
	n.frames = append(n.frames, frame{kind: ev.Kind, left: -1, start: ev.Offset, tag: ev.Num, names: len(n.names)})
}

func (n *nesting) pop() {
	f := n.top()
	n.names = n.names[:f.names]
	n.arena = n.arena[:n.arenaStart(f.names)]
	n.frames = n.frames[:len(n.frames)-1]
}

func (n *nesting) arenaStart(i int) int {
	if i == 0 {
		return 0
	}
	return n.names[i-1].end
}

func (n *nesting) addKey(f *frame, ev *Event) error {
	switch {
	case ev.Kind == KindString:
		return n.addName(f, ev.Data, false)
	case ev.Kind.Container():
		if n.composite == 0 {
			n.composite = len(n.frames)
			n.key = n.key[:0]
		}
		return nil
	default:
		var buf [64]byte
		return n.addName(f, appendEvent(buf[:0], ev), true)
	}
}

// endComposite completes a key that is itself a container.
func (n *nesting) endComposite(ev *Event) error {
	if n.composite == 0 {
		return nil
	}
	n.key = appendEvent(n.key, ev)
	if n.composite != len(n.frames) {
		return nil
	}
	n.composite = 0
	return n.addName(n.top(), n.key, true)
}

// manyNames is from when on names are looked up by hash.
const manyNames = 16

func (n *nesting) addName(f *frame, data []byte, other bool) error {
	quick := quickHash(data)
	if n.keep == KeepDuplicates && f.kind == KindMap {
		n.arena = n.arena[:n.arenaStart(f.names)] // the last name only, for paths
		n.names = n.names[:f.names]
	} else if n.seen(f, data, quick, other) {
		if f.kind == KindMap {
			return fmt.Errorf("%w %s", ErrDuplicate, showName(data, other))
		}
		return errSetTwice
	}
	n.arena = append(n.arena, data...)
	n.names = append(n.names, name{quick: quick, end: len(n.arena), other: other})
	return nil
}

func (n *nesting) seen(f *frame, data []byte, quick uint64, other bool) bool {
	mine := n.names[f.names:]
	if len(mine) < manyNames {
		for i := range mine {
			if mine[i].quick == quick && mine[i].other == other && bytes.Equal(n.bytes(f.names+i), data) {
				return true
			}
		}
		return false
	}
	if f.index == nil {
		f.index = make(map[uint64]int, 2*manyNames)
		for i := range mine {
			f.index[maphash.Bytes(n.seed, n.bytes(f.names+i))] = f.names + i
		}
	}
	hash := maphash.Bytes(n.seed, data)
	for ; ; hash++ { // two names with one hash take neighbouring places
		i, found := f.index[hash]
		if !found {
			f.index[hash] = len(n.names)
			return false
		}
		if n.names[i].other == other && bytes.Equal(n.bytes(i), data) {
			return true
		}
	}
}

func (n *nesting) bytes(i int) []byte { return n.arena[n.arenaStart(i):n.names[i].end] }

// quickHash tells most names apart; it is only used among few, so nothing is gained by forging it.
func quickHash(b []byte) uint64 {
	if len(b) >= 8 {
		head, tail := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-8:])
		return head ^ bits.RotateLeft64(tail, 29) ^ uint64(len(b))<<56
	}
	h := uint64(len(b)) << 56
	for i, c := range b {
		h |= uint64(c) << (8 * i)
	}
	return h
}

// appendEvent writes an event in a form of its own that is equal for equal events only.
func appendEvent(b []byte, ev *Event) []byte {
	b = append(b, byte(ev.Kind))
	b = binary.BigEndian.AppendUint64(b, ev.Num)
	b = binary.AppendUvarint(b, uint64(len(ev.Data)))
	return append(b, ev.Data...)
}

// Path tells where the last event stands.
func (n *nesting) Path() string {
	var b strings.Builder
	b.WriteByte('$')
	for i := range n.frames {
		f := &n.frames[i]
		end := len(n.names)
		if i+1 < len(n.frames) {
			end = n.frames[i+1].names
		}
		switch f.kind {
		case KindMap:
			if end > f.names {
				b.WriteString(showName(n.bytes(end-1), n.names[end-1].other))
			}
		case KindList, KindTuple, KindSet, KindFrozenSet:
			if f.n > 0 {
				fmt.Fprintf(&b, "[%d]", f.n-1)
			}
		case KindInstance, KindTag, KindShared, kindRoot:
			// The one value inside is the value itself.
		}
		if b.Len() > 1000 {
			b.WriteString("…")
			break
		}
	}
	return b.String()
}

// showName writes a key as a step of a path.
func showName(data []byte, other bool) string {
	if other {
		return showKey(data)
	}
	s := string(data)
	if len(s) > 100 {
		cut := 100
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	if plainName(s) {
		return "." + s
	}
	return "[" + strconv.Quote(s) + "]"
}

func plainName(s string) bool {
	for i, c := range s {
		letter := c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 && strconv.IsPrint(c)
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// showKey writes a key that is no string; data is in the form of appendEvent.
func showKey(data []byte) string {
	kind, num := Kind(data[0]), binary.BigEndian.Uint64(data[1:])
	length, n := binary.Uvarint(data[9:])
	text := data[9+n : 9+n+int(min(length, 40))]
	switch {
	case kind == KindInt:
		return fmt.Sprintf("[%d]", int64(num))
	case kind == KindFloat:
		return "[" + floatText(num) + "]"
	case kind == KindBytes, kind.Container(), len(text) == 0:
		return "[" + kind.String() + "]"
	default:
		return fmt.Sprintf("[%s %q]", kind, text)
	}
}

// place wraps an error with the offset and the path of the document.
func (n *nesting) place(err error, offset int64) error {
	var placed *Error
	if err == nil || errors.As(err, &placed) {
		return err
	}
	return &Error{Offset: offset, Path: n.Path(), Err: err}
}
