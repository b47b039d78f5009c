package cbor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// The major types of CBOR.
const (
	majorUint byte = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

// indefinite is the length of a string or container that an end marker closes.
const indefinite = ^uint64(0)

const breakByte = 0xff

// modeSequence is the mode of the list that stands for a CBOR sequence (RFC 8742): the input's end closes it.
const modeSequence = 1

// Reader reads CBOR (RFC 8949), preferred or not.
type Reader struct {
	src event.Source
	event.Nesting
	Sequence bool
	chunks   []byte
	spaces   []namespace
	expanded int64 // bytes that references to strings stood for
	plain    bool  // the tags of this module are tags like others
}

func NewReader(src event.Source, o event.Options) *Reader {
	return &Reader{src: src, Nesting: event.NewNesting(o), plain: o.Plain}
}

// Reset makes r what NewReader returns, with the memory that it has.
func (r *Reader) Reset(src event.Source, o event.Options) {
	n := r.Nesting
	n.Reset(o)
	*r = Reader{src: src, Nesting: n, plain: o.Plain, chunks: r.chunks[:0]}
}

// Read gives the next event.
func (r *Reader) Read(ev *event.Event) error {
	if r.Err != nil {
		return r.Err
	}
	ev.Num, ev.Data = 0, nil
	if err := r.event(ev); err != nil {
		r.Fail(err, r.src.Offset())
	}
	return r.Err
}

func (r *Reader) event(ev *event.Event) error {
	f := r.Top()
	ev.Offset = r.src.Offset()
	if f.Left == 0 {
		if f.Kind == event.KindRoot {
			return r.src.Finish()
		}
		return r.end(ev)
	}
	if f.Left < 0 {
		if !r.src.Ensure(1) {
			if f.Mode == modeSequence && r.src.Cause() == event.ErrTruncated {
				return r.end(ev)
			}
			return r.src.Cause()
		}
		if r.src.Buf[r.src.Pos] == breakByte && f.Mode != modeSequence {
			if f.Kind == event.KindMap && f.N&1 == 1 {
				return errors.New("map ends between a key and its value")
			}
			r.src.Pos++
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
	if err := r.item(ev); err != nil {
		return err
	}
	r.closeSpaces()
	return nil
}

// end ends the innermost container.
func (r *Reader) end(ev *event.Event) error {
	ev.Kind = event.KindEnd
	err := r.Add(ev)
	r.closeSpaces()
	return err
}

// head reads a major type and its argument. Of strings and containers without a length the argument is indefinite.
func (r *Reader) head() (major byte, arg uint64, err error) {
	s := &r.src
	if !s.Ensure(1) {
		return 0, 0, s.Cause()
	}
	first := s.Buf[s.Pos]
	major, info := first>>5, first&31
	if info < 24 {
		s.Pos++
		return major, uint64(info), nil
	}
	if info < 28 {
		n := 1 << (info - 24)
		if !s.Ensure(1 + n) {
			s.Pos = len(s.Buf)
			return 0, 0, s.Cause()
		}
		b := s.Buf[s.Pos+1:]
		s.Pos += 1 + n
		switch n {
		case 1:
			arg = uint64(b[0])
		case 2:
			arg = uint64(binary.BigEndian.Uint16(b))
		case 4:
			arg = uint64(binary.BigEndian.Uint32(b))
		default:
			arg = binary.BigEndian.Uint64(b)
		}
		if arg == indefinite && major >= majorBytes && major <= majorMap {
			return 0, 0, fmt.Errorf("length %d is beyond every input", arg)
		}
		return major, arg, nil
	}
	switch {
	case first == breakByte:
		return 0, 0, errors.New("break outside a container of indefinite length")
	case info == 31 && (major == majorBytes || major == majorText || major == majorArray || major == majorMap):
		s.Pos++
		return major, indefinite, nil
	}
	return 0, 0, fmt.Errorf("reserved byte %#02x", first)
}

// item reads the start of any value.
func (r *Reader) item(ev *event.Event) error {
	s := &r.src
	if !s.Ensure(1) {
		return s.Cause()
	}
	first := s.Buf[s.Pos]
	if first>>5 == majorSimple {
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
	case majorUint:
		ev.Kind, ev.Num = event.KindInt, arg
		if int64(arg) < 0 {
			event.BigEvent(new(big.Int).SetUint64(arg), ev)
		}
	case majorNegative:
		ev.Kind, ev.Num = event.KindInt, ^arg
		if int64(arg) < 0 {
			event.BigEvent(new(big.Int).Not(new(big.Int).SetUint64(arg)), ev)
		}
	case majorBytes:
		ev.Kind = event.KindBytes
		ev.Data, err = r.content(majorBytes, arg)
	case majorText:
		ev.Kind = event.KindString
		ev.Data, err = r.content(majorText, arg)
	case majorArray:
		return r.open(ev, event.KindList, arg)
	case majorMap:
		return r.open(ev, event.KindMap, arg)
	case majorTag:
		return r.tagged(ev, arg)
	}
	if err != nil {
		return err
	}
	return r.Add(ev)
}

// open enters a container of so many values, or pairs.
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
		if !r.src.Ensure(1) {
			return nil, r.src.Cause()
		}
		if r.src.Buf[r.src.Pos] == breakByte {
			r.src.Pos++
			return r.chunks, nil
		}
		inner, length, err := r.head()
		if err != nil {
			return nil, err
		}
		if inner != major || length == indefinite {
			return nil, errors.New("chunk of a string is no string of definite length and the same type")
		}
		chunk, err := r.chunk(major, length)
		if err != nil {
			return nil, err
		}
		r.chunks = append(r.chunks, chunk...)
	}
}

func (r *Reader) chunk(major byte, length uint64) ([]byte, error) {
	b := r.src.Take(length)
	if b == nil {
		return nil, r.src.Cause()
	}
	if major == majorText && !utf8.Valid(b) {
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
		ev.Kind, ev.Num = event.KindFloat, event.FromHalf(uint16(arg))
	case 26:
		ev.Kind, ev.Num = event.KindFloat, event.FromSingle(uint32(arg))
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
