package msgpack

import (
	"encoding/binary"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// extTime is MessagePack's own timestamp type: a KindDatetime in UTC of the years 0 to 9999, otherwise a KindExt.
const extTime = -1

// ownExt is the one extension type of this module. Its content is a byte that tells the kind, then for a scalar its
// text or bytes, for a container what stands beside its letter, and its values as MessagePack up to the content's end.
const ownExt = 80

var extLetters = [event.KindCount]byte{
	event.KindBigInt: 'i', event.KindNumber: 'n', event.KindByteArray: 'a', event.KindUndefined: 'u', event.KindDatetime: 'd', event.KindDate: 'D',
	event.KindTime: 't', event.KindTimedelta: 'T', event.KindDecimal: 'm', event.KindComplex: 'c', event.KindFraction: 'f', event.KindUUID: 'U',
	event.KindSimple:    's', // one byte
	event.KindRef:       'r', // the index, an unsigned integer
	event.KindTuple:     '(', // values
	event.KindSet:       '{', // values
	event.KindFrozenSet: '<', // values
	event.KindTag:       '#', // the number, an unsigned integer; the value
	event.KindShared:    '&', // the value
	event.KindInstance:  '@', // the name, a string; the parts, an unsigned integer; their values
}

func extKind(letter byte) (event.Kind, bool) {
	for kind, l := range extLetters {
		if l == letter && l != 0 {
			return event.Kind(kind), true
		}
	}
	return 0, false
}

// ForeignExt reports whether an extension of that code is a KindExt: it has no kind of its own.
func ForeignExt(code int64, data []byte) bool {
	switch {
	case code < -128 || code > 127 || code == ownExt:
		return false
	case code != extTime:
		return true
	}
	_, inYears, valid := extInstant(nil, data)
	return valid && !inYears
}

// extInstant reads a timestamp. It is valid if its form is one of the three of the specification, and in years if a
// KindDatetime can hold it.
func extInstant(b, data []byte) (text []byte, inYears, valid bool) {
	var seconds int64
	var nanos uint32
	switch len(data) {
	case 4:
		seconds = int64(binary.BigEndian.Uint32(data))
	case 8:
		both := binary.BigEndian.Uint64(data)
		seconds, nanos = int64(both&(1<<34-1)), uint32(both>>34)
	case 12:
		nanos, seconds = binary.BigEndian.Uint32(data), int64(binary.BigEndian.Uint64(data[4:]))
	default:
		return nil, false, false
	}
	if nanos > 999_999_999 {
		return nil, false, false
	}
	text, inYears = event.AppendInstant(b, seconds, nanos)
	return text, inYears, true
}

// appendExtInstant writes a timestamp in its shortest form.
func appendExtInstant(b []byte, seconds int64, nanos uint32) []byte {
	switch {
	case seconds>>34 != 0:
		b = append(b, 0xc7, 12, 0xff)
		b = binary.BigEndian.AppendUint32(b, nanos)
		return binary.BigEndian.AppendUint64(b, uint64(seconds))
	case nanos != 0 || seconds>>32 != 0:
		return binary.BigEndian.AppendUint64(append(b, 0xd7, 0xff), uint64(nanos)<<34|uint64(seconds))
	}
	return binary.BigEndian.AppendUint32(append(b, 0xd6, 0xff), uint32(seconds))
}
