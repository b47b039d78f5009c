package serializer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"unicode/utf8"
)

// msgpackExt is the mode of a container in an extension: the end of the extension's content closes it.
const msgpackExt = 1

// msgpackReader reads MessagePack, in shortest forms or not.
type msgpackReader struct {
	src source
	nesting
	ends []int64 // where the open extensions end, innermost last
}

func newMessagePackReader(src source, o ReaderOptions) *msgpackReader {
	return &msgpackReader{src: src, nesting: newNesting(o)}
}

// Read gives the next event.
func (r *msgpackReader) Read(ev *Event) error {
	if r.err != nil {
		return r.err
	}
	ev.Num, ev.Data = 0, nil
	if err := r.event(ev); err != nil {
		r.fail(err, r.src.offset())
	}
	return r.err
}

func (r *msgpackReader) event(ev *Event) error {
	f := r.top()
	ev.Offset = r.src.offset()
	if f.left == 0 || f.left < 0 && ev.Offset == r.end() {
		if f.kind == kindRoot {
			return r.src.finish()
		}
		if f.mode == msgpackExt {
			if ev.Offset != r.end() {
				return errors.New("extension is longer than its content")
			}
			r.ends = r.ends[:len(r.ends)-1]
		}
		ev.Kind = KindEnd
		return r.add(ev)
	}
	f.left--
	if f.left < 0 {
		f.left = -1
	}
	if err := r.item(ev); err != nil {
		return err
	}
	if r.src.offset() > r.end() {
		return errors.New("value goes beyond the extension it is in")
	}
	return nil
}

func (r *msgpackReader) end() int64 {
	if len(r.ends) == 0 {
		return math.MaxInt64
	}
	return r.ends[len(r.ends)-1]
}

// uint reads a big-endian unsigned integer of n bytes.
func (r *msgpackReader) uint(n int) (uint64, error) {
	b := r.src.take(uint64(n))
	if b == nil {
		return 0, r.src.cause()
	}
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v, nil
}

// item reads the start of any value.
func (r *msgpackReader) item(ev *Event) error {
	s := &r.src
	if !s.ensure(1) {
		return s.cause()
	}
	c := s.buf[s.pos]
	s.pos++
	var err error
	switch {
	case c < 0x80:
		ev.Kind, ev.Num = KindInt, uint64(c)
	case c < 0x90:
		return r.open(ev, KindMap, 2*int64(c&15))
	case c < 0xa0:
		return r.open(ev, KindList, int64(c&15))
	case c < 0xc0:
		err = r.text(ev, uint64(c&31))
	case c >= 0xe0:
		ev.Kind, ev.Num = KindInt, uint64(int8(c))
	case c >= 0xd4 && c <= 0xd8:
		return r.ext(ev, 1<<(c-0xd4))
	default:
		return r.sized(c, ev)
	}
	if err != nil {
		return err
	}
	return r.add(ev)
}

// sized reads a value whose first byte is followed by a number, its value or its length; or has only the one byte.
func (r *msgpackReader) sized(c byte, ev *Event) error {
	size := [32]int{
		0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, // c0 to cf
		1, 2, 4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4, // d0 to df
	}[c-0xc0]
	n, err := r.uint(size)
	if err != nil {
		return err
	}
	switch c {
	case 0xc0:
		ev.Kind = KindNull
	case 0xc1:
		r.src.pos--
		return errors.New("reserved byte 0xc1")
	case 0xc2, 0xc3:
		ev.Kind, ev.Num = KindBool, uint64(c-0xc2)
	case 0xc4, 0xc5, 0xc6:
		ev.Kind = KindBytes
		ev.Data, err = r.bytes(n)
	case 0xc7, 0xc8, 0xc9:
		return r.ext(ev, n)
	case 0xca:
		ev.Kind, ev.Num = KindFloat, fromSingle(uint32(n))
	case 0xcb:
		ev.Kind, ev.Num = KindFloat, n
	case 0xcc, 0xcd, 0xce, 0xcf:
		ev.Kind, ev.Num = KindInt, n
		if int64(n) < 0 {
			bigEvent(new(big.Int).SetUint64(n), ev)
		}
	case 0xd0, 0xd1, 0xd2, 0xd3:
		shift := 64 - 8*size
		ev.Kind, ev.Num = KindInt, uint64(int64(n<<shift)>>shift)
	case 0xd9, 0xda, 0xdb:
		err = r.text(ev, n)
	case 0xdc, 0xdd:
		return r.open(ev, KindList, int64(n))
	case 0xde, 0xdf:
		return r.open(ev, KindMap, 2*int64(n))
	}
	if err != nil {
		return err
	}
	return r.add(ev)
}

func (r *msgpackReader) open(ev *Event, kind Kind, values int64) error {
	ev.Kind = kind
	if err := r.add(ev); err != nil {
		return err
	}
	r.top().left = values
	return nil
}

func (r *msgpackReader) bytes(n uint64) ([]byte, error) {
	b := r.src.take(n)
	if b == nil {
		return nil, r.src.cause()
	}
	return b, nil
}

func (r *msgpackReader) text(ev *Event, n uint64) (err error) {
	ev.Kind = KindString
	if ev.Data, err = r.bytes(n); err == nil && !utf8.Valid(ev.Data) {
		err = errors.New("invalid UTF-8 in a string")
	}
	return err
}

// ext reads an extension of n bytes.
func (r *msgpackReader) ext(ev *Event, n uint64) error {
	code, err := r.uint(1)
	if err != nil {
		return err
	}
	if code == ownExt {
		return r.own(ev, n)
	}
	data, err := r.bytes(n)
	if err != nil {
		return err
	}
	ev.Kind, ev.Num, ev.Data = KindExt, uint64(int8(code)), data
	if int8(code) == extTime {
		text, inYears, valid := extInstant(nil, data)
		if !valid {
			return errors.New("timestamp has a form that its definition forbids")
		}
		if inYears {
			ev.Kind, ev.Num, ev.Data = KindDatetime, 0, text
		}
	}
	return r.add(ev)
}

// own reads an extension of this module.
func (r *msgpackReader) own(ev *Event, n uint64) error {
	if n == 0 {
		return errOwnExt
	}
	end := r.src.offset() + int64(n)
	letter, err := r.uint(1)
	if err != nil {
		return err
	}
	kind, known := extKind(byte(letter))
	if !known {
		return fmt.Errorf("extension %d has no kind %q", ownExt, byte(letter))
	}
	ev.Kind = kind
	if kind.Container() {
		return r.ownContainer(ev, end)
	}
	data, err := r.bytes(n - 1)
	if err != nil {
		return err
	}
	if !ownScalar(ev, data) {
		return errOwnExt
	}
	return r.add(ev)
}

var errOwnExt = fmt.Errorf("extension %d has a content that its definition forbids", ownExt)

func (r *msgpackReader) ownContainer(ev *Event, end int64) error {
	left := int64(-1)
	switch ev.Kind {
	case KindTag:
		n, err := r.plainUint()
		if err != nil || ownTag(n) {
			return orErr(err, errOwnExt)
		}
		ev.Num, left = n, 1
	case KindShared:
		ev.Num, left = r.shared, 1
	case KindInstance:
		var name Event
		if err := r.plain(&name); err != nil || name.Kind != KindString || len(name.Data) == 0 {
			return orErr(err, errOwnExt)
		}
		ev.Data = append([]byte(nil), name.Data...)
		parts, err := r.plainUint()
		if err != nil || parts == 0 || parts > uint64(partsAll) {
			return orErr(err, errOwnExt)
		}
		ev.Num, left = parts, int64(Parts(parts).count())
	}
	if r.src.offset() > end || end > r.end() {
		return errOwnExt
	}
	if err := r.open(ev, ev.Kind, left); err != nil {
		return err
	}
	r.top().mode = msgpackExt
	r.ends = append(r.ends, end)
	return nil
}

// plain reads a scalar that is no event of its own.
func (r *msgpackReader) plain(ev *Event) error {
	inner := msgpackReader{src: r.src, nesting: nesting{limits: r.limits, frames: []frame{{kind: kindRoot}}}}
	err := inner.item(ev)
	r.src = inner.src
	return err
}

func (r *msgpackReader) plainUint() (uint64, error) {
	var ev Event
	if err := r.plain(&ev); err != nil {
		return 0, err
	}
	switch {
	case ev.Kind == KindInt && int64(ev.Num) >= 0:
		return ev.Num, nil
	case ev.Kind == KindBigInt:
		if i, ok := parseBig(string(ev.Data)); ok && i.IsUint64() {
			return i.Uint64(), nil
		}
	}
	return 0, errOwnExt
}

// ownScalar reads the content of an extension of a scalar, whose kind is set.
func ownScalar(ev *Event, data []byte) (ok bool) {
	ev.Data = data
	switch ev.Kind {
	case KindByteArray:
		return true
	case KindBigInt:
		i, ok := parseBig(string(data))
		return ok && !i.IsUint64() && !i.IsInt64()
	case KindNumber:
		var read Event
		return classify(data, &read) == nil && read.Kind == KindNumber
	case KindUndefined:
		ev.Data = nil
		return len(data) == 0
	case KindDatetime:
		ev.Data, ok = normalTime(ev.Kind, data)
		if _, _, exact := instant(ev.Data); ok && exact {
			return false // a timestamp says that
		}
		return ok
	case KindDate, KindTime, KindTimedelta:
		ev.Data, ok = normalTime(ev.Kind, data)
		return ok
	case KindDecimal:
		ev.Data, ok = normalDecimal(data)
		return ok
	case KindFraction:
		return normalFraction(data)
	case KindComplex, KindUUID:
		return len(data) == 16
	case KindSimple:
		if len(data) != 1 || data[0] >= 20 && data[0] < 32 {
			return false
		}
		ev.Num, ev.Data = uint64(data[0]), nil
		return true
	case KindRef:
		if len(data) != 8 {
			return false
		}
		ev.Num, ev.Data = binary.BigEndian.Uint64(data), nil
		return true
	}
	return false
}
