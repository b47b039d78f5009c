package event

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// KindRoot is the kind of the frame around the whole document.
const KindRoot = KindEnd

// A Frame is one open container of a document being read.
type Frame struct {
	Kind  Kind
	Mode  uint8          // how the format closes the container; private to each reader
	Left  int64          // values still to come; negative if an end marker closes the container
	N     int64          // values begun; in maps keys count too
	Start int64          // offset of the container
	tag   uint64         // of a tag
	names int            // where its names begin in Nesting.names
	index map[uint64]int // hash of a name to its place in Nesting.names, once there are many
	Guess bool           // its kind was assumed before its end was seen
}

// A name is a key of a map (or an element of a set) that was read.
type name struct {
	quick uint64 // differs for most different names
	end   int    // where its bytes end in Nesting.arena
	other bool   // not a string: the bytes are those of AppendEvent
}

// Nesting is what every reader knows about the open containers: it bounds their depth and size, refuses duplicate keys
// and makes paths. Readers embed it and pass every event to Add.
type Nesting struct {
	Limits    Limits
	keep      Duplicates
	Frames    []Frame
	names     []name
	arena     []byte // the bytes of names
	seed      maphash.Seed
	composite int    // depth of the map or set whose container-valued key is being read; 0 for none
	key       []byte // that key so far
	Shared    uint64 // shared values begun
	Err       error  // why reading has ended
}

func NewNesting(o Options) Nesting {
	n := Nesting{Limits: o.Limits.ForStream(), keep: o.Duplicates, seed: maphash.MakeSeed()}
	n.Frames = append(make([]Frame, 0, 16), Frame{Kind: KindRoot, Left: 1})
	return n
}

// Reset makes n equal to what NewNesting returns, reusing its memory.
func (n *Nesting) Reset(o Options) {
	n.Limits, n.keep = o.Limits.ForStream(), o.Duplicates
	n.names, n.arena, n.key = n.names[:0], n.arena[:0], n.key[:0]
	n.composite, n.Shared, n.Err = 0, 0, nil
	n.Frames = append(n.Frames[:0], Frame{Kind: KindRoot, Left: 1})
}

func (n *Nesting) Top() *Frame { return &n.Frames[len(n.Frames)-1] }

var (
	ErrSetTwice = fmt.Errorf("set has an element twice: %w", ErrDuplicate)
	ErrDangling = errors.New("reference to a shared value that has not begun before it")
	errElements = fmt.Errorf("too many values in a container: %w", ErrLimit)
)

// Missing counts a value that could not be read in the innermost of depth containers, so that the error's path leads to
// it, not to the value before.
func (n *Nesting) Missing(err error, depth int) error {
	var placed *Error
	if len(n.Frames) == depth && err != io.EOF && !errors.As(err, &placed) {
		switch f := n.Top(); f.Kind {
		case KindList, KindTuple, KindSet, KindFrozenSet:
			f.N++
		}
	}
	return err
}

// Fail ends reading for a reason, to which a place is added unless it is the document's end or ErrAgain.
func (n *Nesting) Fail(err error, offset int64) {
	if n.Err = err; err != io.EOF && err != ErrAgain {
		n.Err = n.place(err, offset)
	}
}

// Add records an event that is about to be returned. It pushes a frame for a container and pops it at the end.
func (n *Nesting) Add(ev *Event) error {
	if ev.Kind == KindEnd {
		n.Pop()
		return n.endComposite(ev)
	}
	f := &n.Frames[len(n.Frames)-1]
	if f.Kind == KindMap && f.N&1 == 0 || f.Kind == KindSet || f.Kind == KindFrozenSet {
		if err := n.addKey(f, ev); err != nil {
			if f.Kind != KindMap {
				f.N++ // the path is that of the element, not of the one before
			}
			return n.place(err, ev.Offset)
		}
	}
	if f.Kind == KindTag && !TagAllows(f.tag, ev.Kind) {
		return n.place(Forbidden(f.tag), f.Start)
	}
	f.N++
	if f.N > n.Limits.Elements && (f.Kind != KindMap || f.N > 2*n.Limits.Elements) {
		return n.place(errElements, ev.Offset)
	}
	if n.composite > 0 {
		n.key = AppendEvent(n.key, ev)
	}
	if ev.Kind >= KindList {
		return n.place(n.push(ev), ev.Offset)
	}
	if ev.Kind == KindRef && ev.Num >= n.Shared {
		return n.place(ErrDangling, ev.Offset)
	}
	return nil
}

func (n *Nesting) push(ev *Event) error {
	if len(n.Frames) > n.Limits.Depth {
		return fmt.Errorf("containers are nested deeper than %d: %w", n.Limits.Depth, ErrLimit)
	}
	if ev.Kind == KindShared {
		n.Shared++
	}
	n.Enter(ev)
	return nil
}

func (n *Nesting) Enter(ev *Event) {
	n.Frames = append(n.Frames, Frame{Kind: ev.Kind, Left: -1, Start: ev.Offset, tag: ev.Num, names: len(n.names)})
}

func (n *Nesting) Pop() {
	f := n.Top()
	n.names = n.names[:f.names]
	n.arena = n.arena[:n.arenaStart(f.names)]
	n.Frames = n.Frames[:len(n.Frames)-1]
}

func (n *Nesting) arenaStart(i int) int {
	if i == 0 {
		return 0
	}
	return n.names[i-1].end
}

func (n *Nesting) addKey(f *Frame, ev *Event) error {
	switch {
	case ev.Kind == KindString:
		return n.addName(f, ev.Data, false)
	case ev.Kind.Container():
		if n.composite == 0 {
			n.composite = len(n.Frames)
			n.key = n.key[:0]
		}
		return nil
	default:
		var buf [64]byte
		return n.addName(f, AppendEvent(buf[:0], ev), true)
	}
}

// endComposite completes a key that is itself a container.
func (n *Nesting) endComposite(ev *Event) error {
	if n.composite == 0 {
		return nil
	}
	n.key = AppendEvent(n.key, ev)
	if n.composite != len(n.Frames) {
		return nil
	}
	n.composite = 0
	return n.addName(n.Top(), n.key, true)
}

// addName is AddName for a key that is being read. The path of its error is that of the key, not of the one before.
func (n *Nesting) addName(f *Frame, data []byte, other bool) error {
	err := n.AddName(f, data, other)
	if err != nil && f.Kind == KindMap {
		n.arena = append(n.arena, data...)
		n.names = append(n.names, name{end: len(n.arena), other: other})
	}
	return err
}

// manyNames is the number of names from which on they are looked up by hash.
const manyNames = 16

func (n *Nesting) AddName(f *Frame, data []byte, other bool) error {
	quick := quickHash(data)
	if n.keep == KeepDuplicates && f.Kind == KindMap {
		n.arena = n.arena[:n.arenaStart(f.names)] // the last name only, for paths
		n.names = n.names[:f.names]
	} else if n.seen(f, data, quick, other) {
		if f.Kind == KindMap {
			return fmt.Errorf("%w %s", ErrDuplicate, ShowName(data, other))
		}
		return ErrSetTwice
	}
	n.arena = append(n.arena, data...)
	n.names = append(n.names, name{quick: quick, end: len(n.arena), other: other})
	return nil
}

func (n *Nesting) seen(f *Frame, data []byte, quick uint64, other bool) bool {
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

func (n *Nesting) bytes(i int) []byte { return n.arena[n.arenaStart(i):n.names[i].end] }

// quickHash distinguishes most names; it is only used among few, so nothing is gained by forging it.
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

// AppendEvent appends an event in a form that is equal for equal events only.
func AppendEvent(b []byte, ev *Event) []byte {
	b = append(b, byte(ev.Kind))
	b = binary.BigEndian.AppendUint64(b, ev.Num)
	b = binary.AppendUvarint(b, uint64(len(ev.Data)))
	return append(b, ev.Data...)
}

// longestPath is about how many bytes a path has before it is cut.
const longestPath = 1000

// Path returns the path of the last event.
func (n *Nesting) Path() string { return string(n.AppendPath(nil)) }

// AppendPath appends what Path returns.
func (n *Nesting) AppendPath(b []byte) []byte {
	start := len(b)
	b = append(b, '$')
	for i := range n.Frames {
		f := &n.Frames[i]
		end := len(n.names)
		if i+1 < len(n.Frames) {
			end = n.Frames[i+1].names
		}
		switch f.Kind {
		case KindMap:
			if end > f.names {
				b = appendName(b, n.bytes(end-1), n.names[end-1].other)
			}
		case KindList, KindTuple, KindSet, KindFrozenSet:
			if f.N > 0 {
				b = append(strconv.AppendInt(append(b, '['), f.N-1, 10), ']')
			}
		case KindInstance, KindTag, KindShared, KindRoot:
			// The one value inside has the path of the container.
		}
		if len(b)-start > longestPath {
			return append(b, "…"...)
		}
	}
	return b
}

// appendName appends what ShowName returns.
func appendName(b, data []byte, other bool) []byte {
	if !other && len(data) <= longestName && plainName(data) {
		return append(append(b, '.'), data...)
	}
	return append(b, ShowName(data, other)...)
}

// longestName is how much of a name a path shows.
const longestName = 100

// ShowName returns a key as a step of a path.
func ShowName(data []byte, other bool) string {
	if other {
		return showKey(data)
	}
	s := string(data)
	if len(s) > longestName {
		cut := longestName
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	if plainName([]byte(s)) {
		return "." + s
	}
	return "[" + strconv.Quote(s) + "]"
}

func plainName(s []byte) bool {
	letters := 0
	for letters < len(s) && (s[letters]|0x20 >= 'a' && s[letters]|0x20 <= 'z') {
		letters++
	}
	if letters == len(s) { // the usual case
		return letters > 0
	}
	for i, c := range string(s) {
		letter := c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 && strconv.IsPrint(c)
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(s) > 0
}

// showKey returns a key that is not a string; data is in the form of AppendEvent.
func showKey(data []byte) string {
	kind, num := Kind(data[0]), binary.BigEndian.Uint64(data[1:])
	length, n := binary.Uvarint(data[9:])
	text := data[9+n : 9+n+int(min(length, 40))]
	switch {
	case kind == KindInt:
		return fmt.Sprintf("[%d]", int64(num))
	case kind == KindFloat:
		return "[" + literal.FloatText(num) + "]"
	case kind == KindBytes, kind.Container(), len(text) == 0:
		return "[" + kind.String() + "]"
	default:
		return fmt.Sprintf("[%s %q]", kind, text)
	}
}

// place wraps an error with the offset and the path of the document.
func (n *Nesting) place(err error, offset int64) error {
	if err == nil {
		return nil // spares the memory of what follows
	}
	var placed *Error
	if errors.As(err, &placed) {
		return err
	}
	return &Error{Offset: offset, Path: n.Path(), Err: err}
}
