package serializer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"unicode/utf8"
)

// The major types of CBOR.
const (
	cborUint byte = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple
)

// indefinite is the length of a string or container that an end marker closes.
const indefinite = ^uint64(0)

const cborBreak = 0xff

// cborSequence is the mode of the list that stands for a CBOR sequence (RFC 8742): the input's end closes it.
const cborSequence = 1

// cborReader reads CBOR (RFC 8949), preferred or not.
type cborReader struct {
	src source
	nesting
	sequence bool
	chunks   []byte
}

func newCBORReader(src source, o ReaderOptions) *cborReader {
	return &cborReader{src: src, nesting: newNesting(o)}
}

// Read gives the next event.
func (r *cborReader) Read(ev *Event) error {
	if r.err != nil {
		return r.err
	}
	ev.Num, ev.Data = 0, nil
	if err := r.event(ev); err != nil {
		r.fail(err, r.src.offset())
	}
	return r.err
}

func (r *cborReader) event(ev *Event) error {
	f := r.top()
	ev.Offset = r.src.offset()
	if f.left == 0 {
		if f.kind == kindRoot {
			return r.src.finish()
		}
		ev.Kind = KindEnd
		return r.add(ev)
	}
	if f.left < 0 {
		if !r.src.ensure(1) {
			if f.mode == cborSequence && r.src.cause() == errTruncated {
				ev.Kind = KindEnd
				return r.add(ev)
			}
			return r.src.cause()
		}
		if r.src.buf[r.src.pos] == cborBreak && f.mode != cborSequence {
			if f.kind == KindMap && f.n&1 == 1 {
				return errors.New("map ends between a key and its value")
			}
			r.src.pos++
			ev.Kind = KindEnd
			return r.add(ev)
		}
	} else {
		f.left--
		if f.kind == kindRoot && r.sequence {
			ev.Kind = KindList
			if err := r.add(ev); err != nil {
				return err
			}
			r.top().mode = cborSequence
			return nil
		}
	}
	return r.item(ev)
}

// head reads a major type and its argument. Of strings and containers without a length the argument is indefinite.
func (r *cborReader) head() (major byte, arg uint64, err error) {
	s := &r.src
	if !s.ensure(1) {
		return 0, 0, s.cause()
	}
	first := s.buf[s.pos]
	major, info := first>>5, first&31
	if info < 24 {
		s.pos++
		return major, uint64(info), nil
	}
	if info < 28 {
		n := 1 << (info - 24)
		if !s.ensure(1 + n) {
			s.pos = len(s.buf)
			return 0, 0, s.cause()
		}
		b := s.buf[s.pos+1:]
		s.pos += 1 + n
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
		if arg == indefinite && major >= cborBytes && major <= cborMap {
			return 0, 0, fmt.Errorf("length %d is beyond every input", arg)
		}
		return major, arg, nil
	}
	switch {
	case first == cborBreak:
		return 0, 0, errors.New("break outside a container of indefinite length")
	case info == 31 && (major == cborBytes || major == cborText || major == cborArray || major == cborMap):
		s.pos++
		return major, indefinite, nil
	}
	return 0, 0, fmt.Errorf("reserved byte %#02x", first)
}

// item reads the start of any value.
func (r *cborReader) item(ev *Event) error {
	s := &r.src
	if !s.ensure(1) {
		return s.cause()
	}
	first := s.buf[s.pos]
	if first>>5 == cborSimple {
		if err := r.simple(first, ev); err != nil {
			return err
		}
		return r.add(ev)
	}
	major, arg, err := r.head()
	if err != nil {
		return err
	}
	switch major {
	case cborUint:
		ev.Kind, ev.Num = KindInt, arg
		if int64(arg) < 0 {
			bigEvent(new(big.Int).SetUint64(arg), ev)
		}
	case cborNegative:
		ev.Kind, ev.Num = KindInt, ^arg
		if int64(arg) < 0 {
			bigEvent(new(big.Int).Not(new(big.Int).SetUint64(arg)), ev)
		}
	case cborBytes:
		ev.Kind = KindBytes
		ev.Data, err = r.content(cborBytes, arg)
	case cborText:
		ev.Kind = KindString
		ev.Data, err = r.content(cborText, arg)
	case cborArray:
		return r.open(ev, KindList, arg)
	case cborMap:
		return r.open(ev, KindMap, arg)
	case cborTag:
		return r.tagged(ev, arg)
	}
	if err != nil {
		return err
	}
	return r.add(ev)
}

// open enters a container of so many values, or pairs.
func (r *cborReader) open(ev *Event, kind Kind, length uint64) error {
	ev.Kind = kind
	if length != indefinite && length > 1<<60 {
		return fmt.Errorf("container claims %d values", length)
	}
	if err := r.add(ev); err != nil {
		return err
	}
	f := r.top()
	f.left = int64(length) // indefinite is -1
	if kind == KindMap && length != indefinite {
		f.left *= 2
	}
	return nil
}

// content reads the bytes of a string.
func (r *cborReader) content(major byte, length uint64) ([]byte, error) {
	if length != indefinite {
		return r.chunk(major, length)
	}
	r.chunks = r.chunks[:0]
	for {
		if !r.src.ensure(1) {
			return nil, r.src.cause()
		}
		if r.src.buf[r.src.pos] == cborBreak {
			r.src.pos++
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

func (r *cborReader) chunk(major byte, length uint64) ([]byte, error) {
	b := r.src.take(length)
	if b == nil {
		return nil, r.src.cause()
	}
	if major == cborText && !utf8.Valid(b) {
		return nil, errors.New("invalid UTF-8 in a string")
	}
	return b, nil
}

// simple reads a value of major type 7.
func (r *cborReader) simple(first byte, ev *Event) error {
	_, arg, err := r.head()
	if err != nil {
		return err
	}
	switch first & 31 {
	case 20, 21:
		ev.Kind, ev.Num = KindBool, arg-20
	case 22:
		ev.Kind = KindNull
	case 23:
		ev.Kind = KindUndefined
	case 25:
		ev.Kind, ev.Num = KindFloat, fromHalf(uint16(arg))
	case 26:
		ev.Kind, ev.Num = KindFloat, fromSingle(uint32(arg))
	case 27:
		ev.Kind, ev.Num = KindFloat, arg
	default:
		if first&31 == 24 && arg < 32 {
			return fmt.Errorf("simple value %d in two bytes", arg)
		}
		ev.Kind, ev.Num = KindSimple, arg
	}
	return nil
}
