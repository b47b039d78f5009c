package literal

import (
	"fmt"
	"math"
)

// The formats of IEEE 754 differ in the widths of exponent and fraction only, so conversions shift bits; Go's own
// conversions would change the payloads of NaNs.

// FromSingle widens binary32 to binary64.
func FromSingle(b uint32) uint64 { return widen(uint64(b), 8, 23) }

// FromHalf widens binary16 to binary64.
func FromHalf(b uint16) uint64 { return widen(uint64(b), 5, 10) }

func widen(b uint64, expBits, fracBits uint) uint64 {
	sign := b >> (expBits + fracBits) << 63
	exp := b >> fracBits & (1<<expBits - 1)
	frac := b & (1<<fracBits - 1)
	bias := uint64(1)<<(expBits-1) - 1
	switch {
	case exp == 1<<expBits-1:
		exp = 0x7ff
	case exp != 0:
		exp += 1023 - bias
	case frac != 0: // subnormal: shift until the leading one is implicit
		exp = 1023 - bias + 1
		for frac>>fracBits == 0 {
			frac <<= 1
			exp--
		}
		frac &= 1<<fracBits - 1
	}
	return sign | exp<<52 | frac<<(52-fracBits)
}

// ToSingle narrows binary64 to binary32, if no bit is lost.
func ToSingle(b uint64) (uint32, bool) {
	n, ok := narrow(b, 8, 23)
	return uint32(n), ok
}

// ToHalf narrows binary64 to binary16, if no bit is lost.
func ToHalf(b uint64) (uint16, bool) {
	n, ok := narrow(b, 5, 10)
	return uint16(n), ok
}

func narrow(b uint64, expBits, fracBits uint) (uint64, bool) {
	sign := b >> 63 << (expBits + fracBits)
	exp, frac := int(b>>52&0x7ff), b&(1<<52-1)
	bias := 1<<(expBits-1) - 1
	drop := 52 - fracBits
	switch {
	case exp == 0x7ff:
		return sign | (1<<expBits-1)<<fracBits | frac>>drop, frac&(1<<drop-1) == 0
	case exp == 0:
		return sign, frac == 0
	}
	e := exp - 1023 + bias
	if e >= 1<<expBits-1 {
		return 0, false
	}
	if e <= 0 { // subnormal: the leading one becomes explicit
		frac |= 1 << 52
		drop += uint(1 - e)
		e = 0
		if drop > 53 {
			return 0, false
		}
	}
	return sign | uint64(e)<<fracBits | frac>>drop, frac&(1<<drop-1) == 0
}

// FloatText returns any float as text; what JSON numbers cannot express is NaN, Infinity, -Infinity, or NaN: and 16 hex
// digits.
func FloatText(bits uint64) string { return string(AppendFloatText(nil, bits)) }

// AppendFloatText appends what FloatText returns.
func AppendFloatText(b []byte, bits uint64) []byte {
	f := math.Float64frombits(bits)
	switch {
	case bits == quietNaN:
		return append(b, "NaN"...)
	case math.IsNaN(f):
		return fmt.Appendf(b, "NaN:%016x", bits)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	return AppendFloat(b, f)
}
