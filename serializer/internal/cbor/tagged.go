package cbor

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// tagged reads what follows a tag's number.
func (r *Reader) tagged(ev *event.Event, tag uint64) error {
	if r.Plain && tag >= event.TagTuple && tag <= event.TagExt {
		ev.Num = tag
		return r.open(ev, event.KindTag, 1)
	}
	switch {
	case tag == tagNamespace:
		return r.openSpace(ev)
	case tag == tagStringRef && len(r.spaces) > 0:
		return r.stringRef(ev)
	}
	switch tag {
	case event.TagTuple:
		return r.openArray(ev, event.KindTuple)
	case event.TagSet:
		return r.openArray(ev, event.KindSet)
	case event.TagFrozenSet:
		if major, arg, err := r.head(); err != nil || major != MajorTag || arg != event.TagSet {
			return event.OrErr(err, event.Forbidden(tag))
		}
		return r.openArray(ev, event.KindFrozenSet)
	case event.TagInstance, event.TagParts:
		return r.instance(ev, tag)
	case event.TagShared:
		ev.Num = r.Shared
		return r.open(ev, event.KindShared, 1)
	case event.TagDatetime, event.TagPositive, event.TagNegative, event.TagDecimal, event.TagRef,
		event.TagFraction, event.TagUUID, event.TagDate, event.TagComplex,
		event.TagByteArray, event.TagOtherTime, event.TagTime, event.TagTimedelta, event.TagText, event.TagLiteral,
		event.TagExt:
		if err := r.scalar(ev, tag); err != nil {
			return err
		}
		return r.Add(ev)
	}
	ev.Num = tag
	return r.open(ev, event.KindTag, 1)
}

func (r *Reader) openArray(ev *event.Event, kind event.Kind) error {
	major, length, err := r.head()
	if err != nil {
		return err
	}
	if major != MajorArray {
		return fmt.Errorf("%s is not an array", kind)
	}
	return r.open(ev, kind, length)
}

// instance reads [name, state] or [name, parts, value...].
func (r *Reader) instance(ev *event.Event, tag uint64) error {
	major, length, err := r.head()
	if err != nil {
		return err
	}
	if major != MajorArray || length == indefinite || tag == event.TagInstance && length != 2 || length > 7 {
		return event.Forbidden(tag)
	}
	if major, arg, err := r.head(); err != nil || major != MajorText {
		return event.OrErr(err, event.Forbidden(tag))
	} else if ev.Data, err = r.content(MajorText, arg); err != nil {
		return err
	}
	ev.Num = uint64(event.PartState)
	if tag == event.TagParts {
		ev.Data = append([]byte(nil), ev.Data...)
		major, arg, err := r.head()
		if err != nil {
			return err
		}
		if parts := event.Parts(arg); major != MajorUint || arg == uint64(event.PartState) || arg == 0 ||
			arg > uint64(event.PartsAll) ||
			uint64(parts.Count())+2 != length {
			return event.Forbidden(tag)
		}
		ev.Num = arg
	}
	if len(ev.Data) == 0 {
		return event.Forbidden(tag)
	}
	return r.open(ev, event.KindInstance, uint64(event.Parts(ev.Num).Count()))
}

// scalar reads the content of a tag around a scalar.
func (r *Reader) scalar(ev *event.Event, tag uint64) error {
	ok := true
	switch tag {
	case event.TagPositive, event.TagNegative, event.TagUUID, event.TagByteArray:
		b, err := r.bytes(tag)
		if err != nil {
			return err
		}
		switch tag {
		case event.TagUUID:
			ev.Kind, ev.Data, ok = event.KindUUID, b, len(b) == 16
		case event.TagByteArray:
			ev.Kind, ev.Data = event.KindByteArray, b
		default:
			event.BigEvent(bignum(tag, b), ev)
		}
	case event.TagDatetime,
		event.TagDate,
		event.TagOtherTime,
		event.TagTime,
		event.TagTimedelta,
		event.TagText,
		event.TagLiteral:
		return r.textual(ev, tag)
	case event.TagDecimal, event.TagFraction:
		first, second, err := r.twoIntegers(tag)
		if err != nil {
			return err
		}
		if tag == event.TagDecimal {
			mantissa := second.String()
			if !first.IsInt64() || !literal.ExponentFits(first.Int64(), len(strings.TrimPrefix(mantissa, "-"))) {
				return fmt.Errorf("a decimal with the exponent %s, which is out of range: %w", first, event.ErrLimit)
			}
			ev.Kind, ev.Data = tagFour(mantissa, first.Int64())
		} else {
			ev.Kind, ev.Data, ok = event.KindFraction, []byte(first.String()+"/"+second.String()), second.Sign() > 0
		}
	case event.TagRef:
		major, arg, err := r.head()
		if err != nil {
			return err
		}
		ev.Kind, ev.Num, ok = event.KindRef, arg, major == MajorUint
	case event.TagComplex:
		return r.complex(ev)
	case event.TagExt:
		return r.ext(ev)
	}
	if !ok {
		return event.Forbidden(tag)
	}
	return nil
}

func (r *Reader) bytes(tag uint64) ([]byte, error) {
	major, arg, err := r.head()
	if err != nil {
		return nil, err
	}
	if major != MajorBytes {
		return nil, event.Forbidden(tag)
	}
	return r.content(MajorBytes, arg)
}

func bignum(tag uint64, b []byte) *big.Int {
	i := new(big.Int).SetBytes(b)
	if tag == event.TagNegative {
		i.Not(i)
	}
	return i
}

// textual reads the tags around text.
func (r *Reader) textual(ev *event.Event, tag uint64) error {
	major, arg, err := r.head()
	if err != nil {
		return err
	}
	if major != MajorText {
		return event.Forbidden(tag)
	}
	text, err := r.content(MajorText, arg)
	if err != nil {
		return err
	}
	ok := false
	switch tag {
	case event.TagDatetime:
		ev.Kind = event.KindDatetime
		if ev.Data, ok = literal.NormalDatetime(text); ok {
			ok = literal.StandardDatetime(ev.Data)
		}
	case event.TagDate:
		ev.Kind = event.KindDate
		ev.Data, ok = literal.NormalDate(text)
	case event.TagOtherTime:
		ev.Kind = event.KindDatetime
		if ev.Data, ok = literal.NormalDatetime(text); ok {
			ok = !literal.StandardDatetime(ev.Data)
		}
	case event.TagTime:
		ev.Kind = event.KindTime
		ev.Data, ok = literal.NormalClock(text)
	case event.TagTimedelta:
		ev.Kind = event.KindTimedelta
		ev.Data, ok = literal.NormalSeconds(text)
	case event.TagText:
		ev.Kind = event.KindDecimal
		ev.Data, ok = literal.NormalDecimal(text)
	case event.TagLiteral:
		ev.Kind = event.KindNumber
		var read event.Event
		ok = event.Classify(text, &read) == nil && read.Kind == event.KindNumber
		ev.Data = text
	}
	if !ok {
		return event.Forbidden(tag)
	}
	return nil
}

// twoIntegers reads an array of two integers of any size.
func (r *Reader) twoIntegers(tag uint64) (first, second *big.Int, err error) {
	if err := r.arrayOfTwo(tag); err != nil {
		return nil, nil, err
	}
	if first, err = r.integer(tag); err != nil {
		return nil, nil, err
	}
	second, err = r.integer(tag)
	return first, second, err
}

func (r *Reader) arrayOfTwo(tag uint64) error {
	if major, length, err := r.head(); err != nil || major != MajorArray || length != 2 {
		return event.OrErr(err, event.Forbidden(tag))
	}
	return nil
}

func (r *Reader) integer(tag uint64) (*big.Int, error) {
	major, arg, err := r.head()
	if err != nil {
		return nil, err
	}
	i := new(big.Int).SetUint64(arg)
	switch {
	case major == MajorUint:
		return i, nil
	case major == MajorNegative:
		return i.Not(i), nil
	case major == MajorTag && (arg == event.TagPositive || arg == event.TagNegative):
		b, err := r.bytes(arg)
		if err != nil {
			return nil, err
		}
		return bignum(arg, b), nil
	}
	return nil, event.Forbidden(tag)
}

// complex reads [real, imaginary], both floats.
func (r *Reader) complex(ev *event.Event) error {
	if err := r.arrayOfTwo(event.TagComplex); err != nil {
		return err
	}
	data := make([]byte, 0, 16)
	for range 2 {
		if !r.Src.Ensure(1) {
			return r.Src.Cause()
		}
		first := r.Src.Buf[r.Src.Pos]
		if first < 0xf9 || first > 0xfb {
			return event.Forbidden(event.TagComplex)
		}
		var part event.Event
		if err := r.simple(first, &part); err != nil {
			return err
		}
		data = binary.BigEndian.AppendUint64(data, part.Num)
	}
	ev.Kind, ev.Data = event.KindComplex, data
	return nil
}

// ext reads [code, bytes].
func (r *Reader) ext(ev *event.Event) error {
	if err := r.arrayOfTwo(event.TagExt); err != nil {
		return err
	}
	code, err := r.integer(event.TagExt)
	if err != nil {
		return err
	}
	if ev.Data, err = r.bytes(event.TagExt); err != nil {
		return err
	}
	if !code.IsInt64() || !event.ForeignExt(code.Int64(), ev.Data) {
		return event.Forbidden(event.TagExt)
	}
	ev.Kind, ev.Num = event.KindExt, code.Uint64()
	if code.Sign() < 0 {
		ev.Num = uint64(code.Int64())
	}
	return nil
}
