package serializer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
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
	err      error
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
		r.err = err
		if err != io.EOF {
			r.err = r.place(err, r.src.offset())
		}
	}
	return r.err
}

func (r *cborReader) event(ev *Event) error {
	f := r.top()
	ev.Offset = r.src.offset()
	if f.left == 0 {
		if f.kind == kindRoot {
			return r.finish()
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

func (r *cborReader) finish() error {
	if r.src.ensure(1) {
		return errors.New("more bytes after the value")
	}
	if err := r.src.cause(); err != errTruncated {
		return err
	}
	return io.EOF
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

// tagged reads what follows a tag's number.
func (r *cborReader) tagged(ev *Event, tag uint64) error {
	switch tag {
	case tagTuple:
		return r.openArray(ev, KindTuple)
	case tagSet:
		return r.openArray(ev, KindSet)
	case tagFrozenSet:
		if major, arg, err := r.head(); err != nil || major != cborTag || arg != tagSet {
			return orErr(err, forbidden(tag))
		}
		return r.openArray(ev, KindFrozenSet)
	case tagInstance, tagParts:
		return r.instance(ev, tag)
	case tagShared:
		ev.Num = r.shared
		return r.open(ev, KindShared, 1)
	case tagDatetime, tagPositive, tagNegative, tagDecimal, tagRef, tagFraction, tagUUID, tagDate, tagComplex,
		tagByteArray, tagOtherTime, tagTime, tagTimedelta, tagText, tagLiteral, tagExt:
		if err := r.scalar(ev, tag); err != nil {
			return err
		}
		return r.add(ev)
	}
	ev.Num = tag
	return r.open(ev, KindTag, 1)
}

func forbidden(tag uint64) error {
	return fmt.Errorf("tag %d has a content that its definition forbids", tag)
}

func orErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func (r *cborReader) openArray(ev *Event, kind Kind) error {
	major, length, err := r.head()
	if err != nil {
		return err
	}
	if major != cborArray {
		return fmt.Errorf("%s is no array", kind)
	}
	return r.open(ev, kind, length)
}

// instance reads [name, state] or [name, parts, value...].
func (r *cborReader) instance(ev *Event, tag uint64) error {
	major, length, err := r.head()
	if err != nil {
		return err
	}
	if major != cborArray || length == indefinite || tag == tagInstance && length != 2 || length > 7 {
		return forbidden(tag)
	}
	if major, arg, err := r.head(); err != nil || major != cborText {
		return orErr(err, forbidden(tag))
	} else if ev.Data, err = r.content(cborText, arg); err != nil {
		return err
	}
	ev.Num = uint64(PartState)
	if tag == tagParts {
		ev.Data = append([]byte(nil), ev.Data...)
		major, arg, err := r.head()
		if err != nil {
			return err
		}
		if parts := Parts(arg); major != cborUint || arg == uint64(PartState) || arg == 0 || arg > uint64(partsAll) || uint64(parts.count())+2 != length {
			return forbidden(tag)
		}
		ev.Num = arg
	}
	if len(ev.Data) == 0 {
		return forbidden(tag)
	}
	return r.open(ev, KindInstance, uint64(Parts(ev.Num).count()))
}

// scalar reads the content of a tag around a scalar.
func (r *cborReader) scalar(ev *Event, tag uint64) error {
	ok := true
	switch tag {
	case tagPositive, tagNegative, tagUUID, tagByteArray:
		b, err := r.bytes(tag)
		if err != nil {
			return err
		}
		switch tag {
		case tagUUID:
			ev.Kind, ev.Data, ok = KindUUID, b, len(b) == 16
		case tagByteArray:
			ev.Kind, ev.Data = KindByteArray, b
		default:
			bigEvent(bignum(tag, b), ev)
		}
	case tagDatetime, tagDate, tagOtherTime, tagTime, tagTimedelta, tagText, tagLiteral:
		return r.textual(ev, tag)
	case tagDecimal, tagFraction:
		first, second, err := r.twoIntegers(tag)
		if err != nil {
			return err
		}
		if tag == tagDecimal {
			mantissa := second.String()
			if ok = first.IsInt64() && exponentFits(first.Int64(), len(strings.TrimPrefix(mantissa, "-"))); ok {
				ev.Kind, ev.Data = tagFour(mantissa, first.Int64())
			}
		} else {
			ev.Kind, ev.Data, ok = KindFraction, []byte(first.String()+"/"+second.String()), second.Sign() > 0
		}
	case tagRef:
		major, arg, err := r.head()
		if err != nil {
			return err
		}
		ev.Kind, ev.Num, ok = KindRef, arg, major == cborUint
	case tagComplex:
		return r.complex(ev)
	case tagExt:
		return r.ext(ev)
	}
	if !ok {
		return forbidden(tag)
	}
	return nil
}

func (r *cborReader) bytes(tag uint64) ([]byte, error) {
	major, arg, err := r.head()
	if err != nil {
		return nil, err
	}
	if major != cborBytes {
		return nil, forbidden(tag)
	}
	return r.content(cborBytes, arg)
}

func bignum(tag uint64, b []byte) *big.Int {
	i := new(big.Int).SetBytes(b)
	if tag == tagNegative {
		i.Not(i)
	}
	return i
}

// textual reads the tags around text.
func (r *cborReader) textual(ev *Event, tag uint64) error {
	major, arg, err := r.head()
	if err != nil {
		return err
	}
	if major != cborText {
		return forbidden(tag)
	}
	text, err := r.content(cborText, arg)
	if err != nil {
		return err
	}
	ok := false
	switch tag {
	case tagDatetime:
		ev.Kind = KindDatetime
		if ev.Data, ok = normalTime(KindDatetime, text); ok {
			ok = standardDatetime(ev.Data)
		}
	case tagDate:
		ev.Kind = KindDate
		ev.Data, ok = normalTime(KindDate, text)
	case tagOtherTime:
		ev.Kind = KindDatetime
		if ev.Data, ok = normalTime(KindDatetime, text); ok {
			ok = !standardDatetime(ev.Data)
		}
	case tagTime:
		ev.Kind = KindTime
		ev.Data, ok = normalTime(KindTime, text)
	case tagTimedelta:
		ev.Kind = KindTimedelta
		ev.Data, ok = normalTime(KindTimedelta, text)
	case tagText:
		ev.Kind = KindDecimal
		ev.Data, ok = normalDecimal(text)
	case tagLiteral:
		ev.Kind = KindNumber
		var read Event
		ok = classify(text, &read) == nil && read.Kind == KindNumber
		ev.Data = text
	}
	if !ok {
		return forbidden(tag)
	}
	return nil
}

// twoIntegers reads an array of two integers of any size.
func (r *cborReader) twoIntegers(tag uint64) (first, second *big.Int, err error) {
	if err := r.arrayOfTwo(tag); err != nil {
		return nil, nil, err
	}
	if first, err = r.integer(tag); err != nil {
		return nil, nil, err
	}
	second, err = r.integer(tag)
	return first, second, err
}

func (r *cborReader) arrayOfTwo(tag uint64) error {
	if major, length, err := r.head(); err != nil || major != cborArray || length != 2 {
		return orErr(err, forbidden(tag))
	}
	return nil
}

func (r *cborReader) integer(tag uint64) (*big.Int, error) {
	major, arg, err := r.head()
	if err != nil {
		return nil, err
	}
	i := new(big.Int).SetUint64(arg)
	switch {
	case major == cborUint:
		return i, nil
	case major == cborNegative:
		return i.Not(i), nil
	case major == cborTag && (arg == tagPositive || arg == tagNegative):
		b, err := r.bytes(arg)
		if err != nil {
			return nil, err
		}
		return bignum(arg, b), nil
	}
	return nil, forbidden(tag)
}

// complex reads [real, imaginary], both floats.
func (r *cborReader) complex(ev *Event) error {
	if err := r.arrayOfTwo(tagComplex); err != nil {
		return err
	}
	data := make([]byte, 0, 16)
	for range 2 {
		if !r.src.ensure(1) {
			return r.src.cause()
		}
		first := r.src.buf[r.src.pos]
		if first < 0xf9 || first > 0xfb {
			return forbidden(tagComplex)
		}
		var part Event
		if err := r.simple(first, &part); err != nil {
			return err
		}
		data = binary.BigEndian.AppendUint64(data, part.Num)
	}
	ev.Kind, ev.Data = KindComplex, data
	return nil
}

// ext reads [code, bytes].
func (r *cborReader) ext(ev *Event) error {
	if err := r.arrayOfTwo(tagExt); err != nil {
		return err
	}
	code, err := r.integer(tagExt)
	if err != nil {
		return err
	}
	if ev.Data, err = r.bytes(tagExt); err != nil {
		return err
	}
	if !code.IsInt64() || !foreignExt(code.Int64(), ev.Data) {
		return forbidden(tagExt)
	}
	ev.Kind, ev.Num = KindExt, code.Uint64()
	if code.Sign() < 0 {
		ev.Num = uint64(code.Int64())
	}
	return nil
}
