package msgpack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

const (
	modeExt      = 1 // of a container in an extension: the end of the extension's content closes it
	modeSequence = 2 // of the list that stands for values one after the other: the input's end closes it
)

// Reader reads MessagePack, in shortest forms or not.
type Reader struct {
	wire.Input
	Sequence bool
	ends     []int64 // where the open extensions end, innermost last
}

func NewReader(src wire.Source, o event.Options) *Reader {
	return &Reader{Input: wire.NewInput(src, o)}
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
	switch {
	case r.Sequence && f.Kind == event.KindRoot && f.Left > 0:
		f.Left--
		ev.Kind = event.KindList
		if err := r.Add(ev); err != nil {
			return err
		}
		r.Top().Mode = modeSequence
		return nil
	case f.Mode == modeSequence && !r.Src.Ensure(1) && r.Src.Cause() == wire.ErrTruncated:
		ev.Kind = event.KindEnd
		return r.Add(ev)
	}
	if f.Left == 0 || f.Left < 0 && ev.Offset == r.end() {
		if f.Kind == event.KindRoot {
			return r.Src.Finish()
		}
		if f.Mode == modeExt {
			if ev.Offset != r.end() {
				return errors.New("extension is longer than its content")
			}
			r.ends = r.ends[:len(r.ends)-1]
		}
		ev.Kind = event.KindEnd
		return r.Add(ev)
	}
	f.Left--
	if f.Left < 0 {
		f.Left = -1
	}
	depth := len(r.Frames)
	if err := r.item(ev); err != nil {
		return r.Missing(err, depth)
	}
	if r.Src.Offset() > r.end() {
		return errors.New("value goes beyond the extension it is in")
	}
	return nil
}

func (r *Reader) end() int64 {
	if len(r.ends) == 0 {
		return math.MaxInt64
	}
	return r.ends[len(r.ends)-1]
}

// uint reads a big-endian unsigned integer of n bytes.
func (r *Reader) uint(n int) (uint64, error) {
	b := r.Src.Take(uint64(n))
	if b == nil {
		return 0, r.Src.Cause()
	}
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v, nil
}

// item reads the start of any value.
func (r *Reader) item(ev *event.Event) error {
	s := &r.Src
	if !s.Ensure(1) {
		return s.Cause()
	}
	c := s.Buf[s.Pos]
	s.Pos++
	var err error
	switch {
	case c < 0x80:
		ev.Kind, ev.Num = event.KindInt, uint64(c)
	case c < 0x90:
		return r.open(ev, event.KindMap, 2*int64(c&15))
	case c < 0xa0:
		return r.open(ev, event.KindList, int64(c&15))
	case c < 0xc0:
		err = r.text(ev, uint64(c&31))
	case c >= 0xe0:
		ev.Kind, ev.Num = event.KindInt, uint64(int8(c))
	case c >= 0xd4 && c <= 0xd8:
		return r.ext(ev, 1<<(c-0xd4))
	default:
		return r.sized(c, ev)
	}
	if err != nil {
		return err
	}
	return r.Add(ev)
}

// sized reads a value whose first byte is followed by a number, its value or its length, or by nothing.
func (r *Reader) sized(c byte, ev *event.Event) error {
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
		ev.Kind = event.KindNull
	case 0xc1:
		r.Src.Pos--
		return errors.New("reserved byte 0xc1")
	case 0xc2, 0xc3:
		ev.Kind, ev.Num = event.KindBool, uint64(c-0xc2)
	case 0xc4, 0xc5, 0xc6:
		ev.Kind = event.KindBytes
		ev.Data, err = r.bytes(n)
	case 0xc7, 0xc8, 0xc9:
		return r.ext(ev, n)
	case 0xca:
		ev.Kind, ev.Num = event.KindFloat, literal.FromSingle(uint32(n))
	case 0xcb:
		ev.Kind, ev.Num = event.KindFloat, n
	case 0xcc, 0xcd, 0xce, 0xcf:
		ev.Kind, ev.Num = event.KindInt, n
		if int64(n) < 0 {
			event.BigEvent(new(big.Int).SetUint64(n), ev)
		}
	case 0xd0, 0xd1, 0xd2, 0xd3:
		shift := 64 - 8*size
		ev.Kind, ev.Num = event.KindInt, uint64(int64(n<<shift)>>shift)
	case 0xd9, 0xda, 0xdb:
		err = r.text(ev, n)
	case 0xdc, 0xdd:
		return r.open(ev, event.KindList, int64(n))
	case 0xde, 0xdf:
		return r.open(ev, event.KindMap, 2*int64(n))
	}
	if err != nil {
		return err
	}
	return r.Add(ev)
}

func (r *Reader) open(ev *event.Event, kind event.Kind, values int64) error {
	ev.Kind = kind
	if err := r.Add(ev); err != nil {
		return err
	}
	r.Top().Left = values
	return nil
}

func (r *Reader) bytes(n uint64) ([]byte, error) {
	b := r.Src.Take(n)
	if b == nil {
		return nil, r.Src.Cause()
	}
	return b, nil
}

func (r *Reader) text(ev *event.Event, n uint64) (err error) {
	ev.Kind = event.KindString
	if ev.Data, err = r.bytes(n); err == nil && !utf8.Valid(ev.Data) {
		err = errors.New("invalid UTF-8 in a string")
	}
	return err
}

// ext reads an extension of n bytes.
func (r *Reader) ext(ev *event.Event, n uint64) error {
	code, err := r.uint(1)
	if err != nil {
		return err
	}
	if code == event.OwnExt && !r.Plain {
		return r.own(ev, n)
	}
	data, err := r.bytes(n)
	if err != nil {
		return err
	}
	ev.Kind, ev.Num, ev.Data = event.KindExt, uint64(int8(code)), data
	if int8(code) == event.ExtTime {
		text, inYears, valid := event.ExtInstant(nil, data)
		if !valid {
			return errors.New("timestamp has a form that the specification forbids")
		}
		if inYears {
			ev.Kind, ev.Num, ev.Data = event.KindDatetime, 0, text
		}
	}
	return r.Add(ev)
}

// own reads an extension of this module.
func (r *Reader) own(ev *event.Event, n uint64) error {
	if n == 0 {
		return errOwnExt
	}
	end := r.Src.Offset() + int64(n)
	letter, err := r.uint(1)
	if err != nil {
		return err
	}
	kind, known := extKind(byte(letter))
	if !known {
		return fmt.Errorf("extension %d has no kind %q", event.OwnExt, byte(letter))
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
	return r.Add(ev)
}

var errOwnExt = fmt.Errorf("extension %d has content that its definition forbids", event.OwnExt)

func (r *Reader) ownContainer(ev *event.Event, end int64) error {
	left := int64(-1)
	switch ev.Kind {
	case event.KindTag:
		n, err := r.plainUint()
		if err != nil || event.OwnTag(n) {
			return event.OrErr(err, errOwnExt)
		}
		ev.Num, left = n, 1
	case event.KindShared:
		ev.Num, left = r.Shared, 1
	case event.KindInstance:
		var name event.Event
		if err := r.scalar(&name); err != nil || name.Kind != event.KindString || len(name.Data) == 0 {
			return event.OrErr(err, errOwnExt)
		}
		ev.Data = append([]byte(nil), name.Data...)
		parts, err := r.plainUint()
		if err != nil || parts == 0 || parts > uint64(event.PartsAll) {
			return event.OrErr(err, errOwnExt)
		}
		ev.Num, left = parts, int64(event.Parts(parts).Count())
	}
	if r.Src.Offset() > end || end > r.end() {
		return errOwnExt
	}
	if err := r.open(ev, ev.Kind, left); err != nil {
		return err
	}
	r.Top().Mode = modeExt
	r.ends = append(r.ends, end)
	return nil
}

// scalar reads a scalar that is not returned as an event.
func (r *Reader) scalar(ev *event.Event) error {
	inner := Reader{Input: wire.Input{
		Src: r.Src, Nesting: event.Nesting{Limits: r.Limits, Frames: []event.Frame{{Kind: event.KindRoot}}},
	}}
	err := inner.item(ev)
	r.Src = inner.Src
	return err
}

func (r *Reader) plainUint() (uint64, error) {
	var ev event.Event
	if err := r.scalar(&ev); err != nil {
		return 0, err
	}
	switch {
	case ev.Kind == event.KindInt && int64(ev.Num) >= 0:
		return ev.Num, nil
	case ev.Kind == event.KindBigInt:
		if i, ok := literal.ParseBig(string(ev.Data)); ok && i.IsUint64() {
			return i.Uint64(), nil
		}
	}
	return 0, errOwnExt
}

// ownScalar reads the content of an extension for a scalar; the kind of ev is already set.
func ownScalar(ev *event.Event, data []byte) (ok bool) {
	ev.Data = data
	switch ev.Kind {
	case event.KindByteArray:
		return true
	case event.KindBigInt:
		i, ok := literal.ParseBig(string(data))
		return ok && !i.IsUint64() && !i.IsInt64()
	case event.KindNumber:
		var read event.Event
		return event.Classify(data, &read) == nil && read.Kind == event.KindNumber
	case event.KindUndefined:
		ev.Data = nil
		return len(data) == 0
	case event.KindDatetime:
		ev.Data, ok = event.NormalTime(ev.Kind, data)
		if _, _, exact := literal.Instant(ev.Data); ok && exact {
			return false // it has to be a timestamp
		}
		return ok
	case event.KindDate, event.KindTime, event.KindTimedelta:
		ev.Data, ok = event.NormalTime(ev.Kind, data)
		return ok
	case event.KindDecimal:
		ev.Data, ok = literal.NormalDecimal(data)
		return ok
	case event.KindFraction:
		return literal.NormalFraction(data)
	case event.KindComplex, event.KindUUID:
		return len(data) == 16
	case event.KindSimple:
		if len(data) != 1 || data[0] >= 20 && data[0] < 32 {
			return false
		}
		ev.Num, ev.Data = uint64(data[0]), nil
		return true
	case event.KindRef:
		if len(data) != 8 {
			return false
		}
		ev.Num, ev.Data = binary.BigEndian.Uint64(data), nil
		return true
	}
	return false
}
