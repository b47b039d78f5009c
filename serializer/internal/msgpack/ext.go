package msgpack

import (
	"encoding/binary"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

var extLetters = [event.KindCount]byte{
	event.KindBigInt: 'i', event.KindNumber: 'n', event.KindByteArray: 'a', event.KindUndefined: 'u',
	event.KindDatetime: 'd', event.KindDate: 'D', event.KindTime: 't', event.KindTimedelta: 'T',
	event.KindDecimal: 'm', event.KindComplex: 'c', event.KindFraction: 'f', event.KindUUID: 'U',
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
