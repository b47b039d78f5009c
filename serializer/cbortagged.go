package serializer

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
)

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
