package literal

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// TextRun counts the bytes before the first quote, backslash or control character, eight at a time, and says whether
// any byte looked at is above ASCII.
func TextRun(b []byte) (n int, high bool) {
	var seen uint64
	for len(b)-n >= 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		// A byte that the subtraction makes negative is below the subtrahend.
		stop := ((w - ones*0x20) &^ w) | ((quote - ones) &^ quote) | ((slash - ones) &^ slash)
		seen |= w
		if stop &= highs; stop != 0 {
			return n + bits.TrailingZeros64(stop)/8, seen&highs != 0
		}
		n += 8
	}
	for ; n < len(b); n++ {
		c := b[n]
		if c < 0x20 || c == '"' || c == '\\' {
			break
		}
		seen |= uint64(c)
	}
	return n, seen&highs != 0
}

// AppendString appends a string with no more escapes than JSON requires.
func AppendString(b, s []byte) []byte {
	b = append(b, '"')
	for {
		n, high := TextRun(s)
		if high && !utf8.Valid(s[:n]) {
			b = append(b, string([]rune(string(s[:n])))...)
		} else {
			b = append(b, s[:n]...)
		}
		if n == len(s) {
			return append(b, '"')
		}
		const digits = "0123456789abcdef"
		switch c := s[n]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		s = s[n+1:]
	}
}
