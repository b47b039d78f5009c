package cbor

import (
	"encoding/binary"
	"math/bits"

	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// The major types of CBOR.
const (
	MajorUint byte = iota
	MajorNegative
	MajorBytes
	MajorText
	MajorArray
	MajorMap
	MajorTag
	MajorSimple
)

// Break ends an item of indefinite length.
const Break = 0xff

// A Head is the beginning of an item: RFC 8949, section 3.
type Head struct {
	Major byte
	Info  byte   // the additional information: the argument if below 24, 24 to 27 for 1, 2, 4, 8 bytes, 31 for none
	Arg   uint64 // the bits of a float
}

// ParseHead reads a head and returns its length in bytes, 0 if b is too short.
func ParseHead(b []byte) (Head, int) {
	if len(b) == 0 {
		return Head{}, 0
	}
	h := Head{Major: b[0] >> 5, Info: b[0] & 31}
	switch h.Info {
	case 24:
		if len(b) > 1 {
			h.Arg = uint64(b[1])
		}
	case 25:
		if len(b) > 2 {
			h.Arg = uint64(binary.BigEndian.Uint16(b[1:]))
		}
	case 26:
		if len(b) > 4 {
			h.Arg = uint64(binary.BigEndian.Uint32(b[1:]))
		}
	case 27:
		if len(b) > 8 {
			h.Arg = binary.BigEndian.Uint64(b[1:])
		}
	default:
		h.Arg = uint64(h.Info)
	}
	if n := h.Len(); n <= len(b) {
		return h, n
	}
	return h, 0
}

// Len returns the length of the head in bytes.
func (h Head) Len() int {
	if h.Info >= 24 && h.Info <= 27 {
		return 1 + 1<<(h.Info-24)
	}
	return 1
}

// Indefinite reports whether a break ends the item.
func (h Head) Indefinite() bool { return h.Info == 31 }

// Shortest reports whether no shorter head has the same argument. It does not judge floats, whose width is shown
// instead.
func (h Head) Shortest() bool {
	return h.Info < 24 || h.Info > 27 || h.Major == MajorSimple || h.Info == shortestInfo(h.Arg)
}

// shortestInfo returns the additional information of the shortest head with an argument.
func shortestInfo(arg uint64) byte {
	switch n := bits.Len64(arg); {
	case arg < 24:
		return byte(arg)
	case n <= 8:
		return 24
	case n <= 16:
		return 25
	case n <= 32:
		return 26
	}
	return 27
}

// AppendHead writes the shortest head of an argument.
func AppendHead(b []byte, major byte, arg uint64) []byte {
	major <<= 5
	switch {
	case arg < 24:
		return append(b, major|byte(arg))
	case arg < 1<<8:
		return append(b, major|24, byte(arg))
	case arg < 1<<16:
		return append(b, major|25, byte(arg>>8), byte(arg))
	case arg < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), arg)
}

// AppendHeadAs writes a head with the given additional information, which has room for the argument.
func AppendHeadAs(b []byte, major, info byte, arg uint64) []byte {
	b = append(b, major<<5|info)
	switch info {
	case 24:
		b = append(b, byte(arg))
	case 25:
		b = binary.BigEndian.AppendUint16(b, uint16(arg))
	case 26:
		b = binary.BigEndian.AppendUint32(b, uint32(arg))
	case 27:
		b = binary.BigEndian.AppendUint64(b, arg)
	}
	return b
}

// AppendFloat writes a float in the fewest bytes that keep all its bits.
func AppendFloat(b []byte, bits uint64) []byte {
	if h, ok := literal.ToHalf(bits); ok {
		return append(b, 0xf9, byte(h>>8), byte(h))
	}
	if s, ok := literal.ToSingle(bits); ok {
		return binary.BigEndian.AppendUint32(append(b, 0xfa), s)
	}
	return binary.BigEndian.AppendUint64(append(b, 0xfb), bits)
}
