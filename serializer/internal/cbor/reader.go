package cbor

import (
	"errors"
	"fmt"
	"math/big"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// indefinite is the length of a string or container that an end marker closes.
const indefinite = ^uint64(0)

// modeSequence is the mode of the list that stands for a CBOR sequence (RFC 8742): the input's end closes it.
const modeSequence = 1

// Reader reads CBOR (RFC 8949), preferred or not.
type Reader struct {
	wire.Input
	Sequence bool
	chunks   []byte
	spaces   []namespace
	expanded int64 // bytes that references to strings stood for
	Heads    *Heads
}

func NewReader(src wire.Source, o event.Options) *Reader {
	return &Reader{Input: wire.NewInput(src, o)}
}

// Reset makes r equal to what NewReader returns, reusing its memory.
func (r *Reader) Reset(src wire.Source, o event.Options) {
	r.Input.Reset(src, o)
	r.Sequence, r.Heads, r.spaces, r.expanded, r.chunks = false, nil, nil, 0, r.chunks[:0]
}

// Read reads the next event.
func (r *Reader) Read(ev *event.Event) error {
	if !r.Begin(ev) {
		return r.Err
	}
	return r.Done(r.event(ev))
}

func (r *Reader) event(ev *event.Event) error {
	f := r.Top()
	ev.Offset = r.Src.Offset()
	if f.Left == 0 {
		if f.Kind == event.KindRoot {
			return r.Src.Finish()
		}
		return r.end(ev)
	}
	if f.Left < 0 {
		if !r.Src.Ensure(1) {
			if f.Mode == modeSequence && r.Src.Cause() == wire.ErrTruncated {
				return r.end(ev)
			}
			return r.Src.Cause()
		}
		if r.Src.Buf[r.Src.Pos] == Break && f.Mode != modeSequence {
			if f.Kind == event.KindMap && f.N&1 == 1 {
				return errors.New("map ends between a key and its value")
			}
			r.skipBreak()
			return r.end(ev)
		}
	} else {
		f.Left--
		if f.Kind == event.KindRoot && r.Sequence {
			ev.Kind = event.KindList
			if err := r.Add(ev); err != nil {
				return err
			}
			r.Top().Mode = modeSequence
			return nil
		}
	}
	depth := len(r.Frames)
	if err := r.item(ev); err != nil {
		return r.Missing(err, depth)
	}
	r.closeSpaces()
	return nil
}

// skipBreak skips a break.
func (r *Reader) skipBreak() {
	if r.Heads != nil {
		r.Heads.add(Head{Major: MajorSimple, Info: 31}, &r.Src)
	}
	r.Src.Pos++
}

// end ends the innermost container.
func (r *Reader) end(ev *event.Event) error {
	ev.Kind = event.KindEnd
	err := r.Add(ev)
	r.closeSpaces()
	return err
}

// head reads a major type and its argument. For strings and containers of indefinite length the argument is indefinite.
func (r *Reader) head() (major byte, arg uint64, err error) {
	s := &r.Src
	h, n := ParseHead(s.Buf[s.Pos:])
	if n == 0 {
		if !s.Ensure(1) {
			return 0, 0, s.Cause()
		}
		if h, _ = ParseHead(s.Buf[s.Pos:]); !s.Ensure(h.Len()) {
			s.Pos = len(s.Buf)
			return 0, 0, s.Cause()
		}
		h, n = ParseHead(s.Buf[s.Pos:])
	}
	if h.Info > 27 {
		switch {
		case h.Major == MajorSimple && h.Info == 31:
			return 0, 0, errors.New("break outside a container of indefinite length")
		case h.Info < 31 || h.Major < MajorBytes || h.Major > MajorMap:
			return 0, 0, fmt.Errorf("reserved byte %#02x", h.Major<<5|h.Info)
		}
		h.Arg = indefinite
	} else if h.Arg == indefinite && h.Major >= MajorBytes && h.Major <= MajorMap {
		s.Pos += n
		return 0, 0, fmt.Errorf("length %d is larger than any input", h.Arg)
	}
	if r.Heads != nil {
		r.Heads.add(h, s)
	}
	s.Pos += n
	return h.Major, h.Arg, nil
}

// item reads the start of any value.
func (r *Reader) item(ev *event.Event) error {
	s := &r.Src
	if !s.Ensure(1) {
		return s.Cause()
	}
	first := s.Buf[s.Pos]
	if first>>5 == MajorSimple {
		if err := r.simple(first, ev); err != nil {
			return err
		}
		return r.Add(ev)
	}
	major, arg, err := r.head()
	if err != nil {
		return err
	}
	switch major {
	case MajorUint:
		ev.Kind, ev.Num = event.KindInt, arg
		if int64(arg) < 0 {
			event.BigEvent(new(big.Int).SetUint64(arg), ev)
		}
	case MajorNegative:
		ev.Kind, ev.Num = event.KindInt, ^arg
		if int64(arg) < 0 {
			event.BigEvent(new(big.Int).Not(new(big.Int).SetUint64(arg)), ev)
		}
	case MajorBytes:
		ev.Kind = event.KindBytes
		ev.Data, err = r.content(MajorBytes, arg)
	case MajorText:
		ev.Kind = event.KindString
		ev.Data, err = r.content(MajorText, arg)
	case MajorArray:
		return r.open(ev, event.KindList, arg)
	case MajorMap:
		return r.open(ev, event.KindMap, arg)
	case MajorTag:
		return r.tagged(ev, arg)
	}
	if err != nil {
		return err
	}
	return r.Add(ev)
}

// open enters a container of length values, or pairs.
func (r *Reader) open(ev *event.Event, kind event.Kind, length uint64) error {
	ev.Kind = kind
	if length != indefinite && length > 1<<60 {
		return fmt.Errorf("container claims %d values", length)
	}
	if err := r.Add(ev); err != nil {
		return err
	}
	f := r.Top()
	f.Left = int64(length) // indefinite is -1
	if kind == event.KindMap && length != indefinite {
		f.Left *= 2
	}
	return nil
}

// content reads the bytes of a string.
func (r *Reader) content(major byte, length uint64) ([]byte, error) {
	if length != indefinite {
		b, err := r.chunk(major, length)
		if err == nil && len(r.spaces) > 0 {
			r.spaces[len(r.spaces)-1].add(major, b)
		}
		return b, err
	}
	r.chunks = r.chunks[:0]
	for {
		if !r.Src.Ensure(1) {
			return nil, r.Src.Cause()
		}
		if r.Src.Buf[r.Src.Pos] == Break {
			r.skipBreak()
			return r.chunks, nil
		}
		inner, length, err := r.head()
		if err != nil {
			return nil, err
		}
		if inner != major || length == indefinite {
			return nil, errors.New("chunk of a string is not a string of definite length and the same type")
		}
		chunk, err := r.chunk(major, length)
		if err != nil {
			return nil, err
		}
		r.chunks = append(r.chunks, chunk...)
	}
}

func (r *Reader) chunk(major byte, length uint64) ([]byte, error) {
	b := r.Src.Take(length)
	if b == nil {
		return nil, r.Src.Cause()
	}
	if major == MajorText && !utf8.Valid(b) {
		return nil, errors.New("invalid UTF-8 in a string")
	}
	return b, nil
}

// simple reads a value of major type 7.
func (r *Reader) simple(first byte, ev *event.Event) error {
	_, arg, err := r.head()
	if err != nil {
		return err
	}
	switch first & 31 {
	case 20, 21:
		ev.Kind, ev.Num = event.KindBool, arg-20
	case 22:
		ev.Kind = event.KindNull
	case 23:
		ev.Kind = event.KindUndefined
	case 25:
		ev.Kind, ev.Num = event.KindFloat, literal.FromHalf(uint16(arg))
	case 26:
		ev.Kind, ev.Num = event.KindFloat, literal.FromSingle(uint32(arg))
	case 27:
		ev.Kind, ev.Num = event.KindFloat, arg
	default:
		if first&31 == 24 && arg < 32 {
			return fmt.Errorf("simple value %d in two bytes", arg)
		}
		ev.Kind, ev.Num = event.KindSimple, arg
	}
	return nil
}
