package literal

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// A Number is a number taken apart: digits × 10^exp.
type Number struct {
	negative bool
	mantissa uint64 // the digits without zeros at either end, if there are at most 19
	digits   int    // how many digits that is; 0 for zero
	exp      int64  // saturated at ±hugeExponent
}

// hugeExponent is beyond every float and small enough to add to.
const hugeExponent = 1 << 40

// errLiteral says that text is not a number in JSON's grammar.
var errLiteral = errors.New("not a number")

var powersOfTen = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// Float returns the float64 that represents the number, if its shortest form is the same number again. Everything else
// is a KindNumber: 1e400, or more digits than a float64 keeps.
func (l Number) Float(text []byte) (bits uint64, exact bool) {
	if l.digits == 0 {
		if l.negative {
			return 1 << 63, true
		}
		return 0, true
	}
	if l.digits > 17 {
		return 0, false
	}
	var f float64
	switch {
	case l.digits <= 15 && l.exp >= 0 && l.exp <= 22:
		f = float64(l.mantissa) * powersOfTen[l.exp] // both exact, so the product is rounded once (Clinger 1990)
	case l.digits <= 15 && l.exp < 0 && l.exp >= -22:
		f = Quotient(l.mantissa, int(-l.exp))
	default:
		var err error
		if f, err = ParseFloat(text); err != nil {
			return 0, false
		}
		f = math.Abs(f)
		// 15 digits survive conversion to a float64 and back; more, or those of a subnormal, may not.
		if magnitude := l.exp + int64(l.digits); l.digits > 15 || magnitude < -290 {
			if back := shortest(f); back.mantissa != l.mantissa || back.exp != l.exp {
				return 0, false
			}
		}
	}
	if l.negative {
		f = -f
	}
	return math.Float64bits(f), true
}

// NegativeZero reports whether the number is -0, whose sign only a float keeps.
func (l Number) NegativeZero() bool { return l.digits == 0 && l.negative }

// shortest parses the shortest decimal that rounds to f.
func shortest(f float64) Number {
	var buf [32]byte
	l, _ := ParseNumber(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
	return l
}

// ParseNumber parses a number in JSON's grammar. The caller has made sure that text has no other bytes around it.
func ParseNumber(text []byte) (Number, error) {
	var l Number
	i := 0
	if i < len(text) && text[i] == '-' {
		l.negative = true
		i++
	}
	if i < len(text) && text[i] == '0' && i+1 < len(text) && IsDigit(text[i+1]) {
		return l, fmt.Errorf("%w: it begins with 0", errLiteral)
	}
	var zeros int // at the end of the digits so far, not yet in the mantissa
	point := int64(0)
	digit := func(c byte) {
		if c == '0' {
			if l.digits > 0 {
				zeros++
			}
			return
		}
		for ; zeros > 0; zeros-- {
			l.digits++
			if l.digits <= 19 {
				l.mantissa *= 10
			}
		}
		l.digits++
		if l.digits <= 19 {
			l.mantissa = l.mantissa*10 + uint64(c-'0')
		}
	}
	start := i
	for ; i < len(text) && IsDigit(text[i]); i++ {
		digit(text[i])
	}
	if i == start {
		return l, errLiteral
	}
	if i < len(text) && text[i] == '.' {
		i++
		start = i
		for ; i < len(text) && IsDigit(text[i]); i++ {
			digit(text[i])
			point++
		}
		if i == start {
			return l, fmt.Errorf("%w: no digit after the point", errLiteral)
		}
	}
	var exp int64
	if i < len(text) && text[i]|0x20 == 'e' {
		i++
		minus := false
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			minus = text[i] == '-'
			i++
		}
		start = i
		for ; i < len(text) && IsDigit(text[i]); i++ {
			if exp < hugeExponent {
				exp = exp*10 + int64(text[i]-'0')
			}
		}
		if i == start {
			return l, fmt.Errorf("%w: no digit after the e", errLiteral)
		}
		if minus {
			exp = -exp
		}
	}
	if i != len(text) {
		return l, errLiteral
	}
	l.exp = max(-hugeExponent, min(hugeExponent, exp-point+int64(zeros)))
	return l, nil
}

func IsDigit(c byte) bool { return c-'0' <= 9 }

// Quotient returns digits / 10^places, rounded once, as both are exact for at most 15 digits and 22 places.
func Quotient(digits uint64, places int) float64 { return float64(digits) / powersOfTen[places] }

// ParseFloat is strconv.ParseFloat without a copy of the text.
func ParseFloat(text []byte) (float64, error) {
	return strconv.ParseFloat(unsafe.String(unsafe.SliceData(text), len(text)), 64)
}

// Nearest returns the float64 nearest to a number, an infinity if the number is beyond the largest.
func Nearest(text []byte) (float64, error) {
	f, err := strconv.ParseFloat(string(text), 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil
	}
	return f, err
}

// AppendFloat appends a finite float so that it is read as a float again: with a point or an exponent.
func AppendFloat(b []byte, f float64) []byte {
	start := len(b)
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	b = strconv.AppendFloat(b, f, format, -1, 64)
	if format == 'f' && bytes.IndexByte(b[start:], '.') < 0 {
		b = append(b, '.', '0')
	}
	return b
}

const quietNaN = 0x7ff8000000000000

// ParseNonFinite reads what FloatText returns for floats that are not finite.
func ParseNonFinite(text []byte) (bits uint64, ok bool) {
	switch s := string(text); s {
	case "NaN":
		return quietNaN, true
	case "Infinity":
		return math.Float64bits(math.Inf(1)), true
	case "-Infinity":
		return math.Float64bits(math.Inf(-1)), true
	default:
		digits, found := strings.CutPrefix(s, "NaN:")
		raw, err := hex.DecodeString(digits)
		if !found || err != nil || len(raw) != 8 {
			return 0, false
		}
		bits = binary.BigEndian.Uint64(raw)
		return bits, math.IsNaN(math.Float64frombits(bits)) && bits != quietNaN && digits == hex.EncodeToString(raw)
	}
}

// DecimalParts splits a finite decimal into digits and exponent, trailing zeros kept: 1.10 is 110 and -2. It is what
// CBOR's tag 4 holds. text is a JSON number or the text of a KindDecimal.
func DecimalParts(text []byte) (mantissa string, exp int64, ok bool) {
	s := string(text)
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		if exp, err = strconv.ParseInt(s[i+1:], 10, 64); err != nil || !ExponentFits(exp, 1) {
			return "", 0, false
		}
		s = s[:i]
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign = strings.TrimPrefix(s[:1], "+")
		s = s[1:]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		digits = "0"
	}
	exp -= int64(len(fraction))
	return sign + digits, exp, ExponentFits(exp, len(digits))
}

// ExponentFits reports whether a number of that many digits × 10^exp can be written in all ways: with the exponent of
// the last digit, as in CBOR's tag 4, and with that of the first.
func ExponentFits(exp int64, digits int) bool {
	const limit = 1 << 62
	return exp > -limit && exp < limit && exp+int64(digits) <= limit
}

// AppendScientific writes digits × 10^exp by the rule of to-scientific-string of the General Decimal Arithmetic
// specification, which Python's Decimal follows. mark is the letter before the exponent, E or e.
func AppendScientific(b []byte, mantissa string, exp int64, mark string) []byte {
	digits, negative := strings.CutPrefix(mantissa, "-")
	if negative {
		b = append(b, '-')
	}
	adjusted := exp + int64(len(digits)) - 1
	switch {
	case exp == 0:
		return append(b, digits...)
	case exp < 0 && adjusted >= -6:
		point := len(digits) + int(exp)
		if point <= 0 {
			b = append(b, "0."...)
			b = append(b, strings.Repeat("0", -point)...)
			return append(b, digits...)
		}
		b = append(b, digits[:point]...)
		b = append(b, '.')
		return append(b, digits[point:]...)
	}
	b = append(b, digits[0])
	if len(digits) > 1 {
		b = append(b, '.')
		b = append(b, digits[1:]...)
	}
	b = append(b, mark...)
	if mark == "E" && adjusted >= 0 {
		b = append(b, '+')
	}
	return strconv.AppendInt(b, adjusted, 10)
}
