package event

import (
	"encoding/binary"

	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// ExtTime is MessagePack's own timestamp type: a KindDatetime in UTC of the years 0 to 9999, otherwise a KindExt.
const ExtTime = -1

// OwnExt is the one extension type of this module. Its content is a letter for the kind, then for a scalar its text or
// bytes, for a container what the list of letters in package msgpack says, and its values as MessagePack up to the
// content's end.
const OwnExt = 80

// ForeignExt reports whether an extension of that type is a KindExt, because it has no kind of its own.
func ForeignExt(code int64, data []byte) bool {
	switch {
	case code < -128 || code > 127 || code == OwnExt:
		return false
	case code != ExtTime:
		return true
	}
	_, inYears, valid := ExtInstant(nil, data)
	return valid && !inYears
}

// ExtInstant reads a timestamp. It is valid if its form is one of the three of the specification, and in years if a
// KindDatetime can hold it.
func ExtInstant(b, data []byte) (text []byte, inYears, valid bool) {
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
	text, inYears = literal.AppendInstant(b, seconds, nanos)
	return text, inYears, true
}
