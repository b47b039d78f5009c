package event

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unsafe"
)

// A literal is a number taken apart: digits × 10^exp.
type literal struct {
	negative bool
	mantissa uint64 // the digits without zeros at either end, if there are at most 19
	digits   int    // how many digits that is; 0 for zero
	exp      int64  // saturated at ±hugeExponent
}

// hugeExponent is beyond every float and small enough to add to.
const hugeExponent = 1 << 40

// errLiteral says that text is no number of JSON's grammar.
var errLiteral = errors.New("not a number")

var powersOfTen = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// float returns the float64 that stands for the number, if writing that float in its shortest form gives the same
// number again. Everything else is a KindNumber: 1e400, or more digits than a float64 keeps.
func (l literal) float(text []byte) (bits uint64, exact bool) {
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
		f = float64(l.mantissa) / powersOfTen[-l.exp]
	default:
		var err error
		if f, err = parseFloat(text); err != nil {
			return 0, false
		}
		f = math.Abs(f)
		// 15 digits survive the way through a float64; more, or those of a subnormal, may not.
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

// shortest takes apart the shortest decimal that means f.
func shortest(f float64) literal {
	var buf [32]byte
	l, _ := parseLiteral(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
	return l
}

// parseLiteral takes a number of JSON's grammar apart. The caller knows that text has no other bytes around it.
func parseLiteral(text []byte) (literal, error) {
	var l literal
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

// plainNumber reads what most numbers are: an integer, or digits with a point that a float64 holds. It is not ok for
// everything else, which includes what is no number.
func plainNumber(text []byte, ev *Event) (ok bool) {
	i := 0
	negative := text[0] == '-'
	if negative {
		i++
	}
	start, point := i, -1
	var u uint64
	for ; i < len(text); i++ {
		c := text[i]
		if c-'0' > 9 {
			if c != '.' || point >= 0 {
				return false
			}
			point = i
			continue
		}
		u = u*10 + uint64(c-'0')
	}
	digits := len(text) - start
	if point < 0 {
		// Neither -0 nor digits after a 0.
		if digits == 0 || digits > 18 || text[start] == '0' && (digits > 1 || negative) {
			return false
		}
		if negative {
			u = -u
		}
		ev.Kind, ev.Num = KindInt, u
		return true
	}
	digits--
	whole := point - start
	if whole == 0 || point == len(text)-1 || whole > 1 && text[start] == '0' || digits > 18 {
		return false
	}
	var f float64
	if digits <= 15 {
		f = float64(u) / powersOfTen[len(text)-1-point] // both exact, so the quotient is rounded once
		if negative {
			f = -f
		}
	} else {
		var err error
		var buf [32]byte
		if f, err = parseFloat(text); err != nil || string(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)) != string(text) {
			return false
		}
	}
	ev.Kind, ev.Num = KindFloat, math.Float64bits(f)
	return true
}

// parseFloat is strconv.ParseFloat without copying the text.
func parseFloat(text []byte) (float64, error) {
	return strconv.ParseFloat(unsafe.String(unsafe.SliceData(text), len(text)), 64)
}

// Classify says which kind a JSON number is and what its event carries.
func Classify(text []byte, ev *Event) error {
	if len(text) > 0 && plainNumber(text, ev) {
		return nil
	}
	l, err := parseLiteral(text)
	if err != nil {
		return err
	}
	if bytes.IndexByte(text, '.') < 0 && bytes.IndexByte(text, 'e') < 0 && bytes.IndexByte(text, 'E') < 0 {
		if l.digits == 0 && l.negative {
			ev.Kind, ev.Num = KindFloat, 1<<63 // -0: only a float keeps the sign
			return nil
		}
		return integer(text, ev)
	}
	if bits, exact := l.float(text); exact {
		ev.Kind, ev.Num = KindFloat, bits
		return nil
	}
	ev.Kind, ev.Data = KindNumber, text
	return nil
}

// integer fills ev with the integer that the digits mean.
func integer(text []byte, ev *Event) error {
	digits, negative := text, false
	if text[0] == '-' {
		digits, negative = text[1:], true
	}
	if len(digits) <= 19 {
		var u uint64
		for _, c := range digits {
			u = u*10 + uint64(c-'0')
		}
		if u <= math.MaxInt64 || negative && u == 1<<63 {
			if negative {
				u = -u
			}
			ev.Kind, ev.Num = KindInt, u
			return nil
		}
	}
	ev.Kind, ev.Data = KindBigInt, text
	return nil
}

// Nearest is the float64 next to a number, an infinity if the number is beyond the largest.
func Nearest(text []byte) (float64, error) {
	f, err := strconv.ParseFloat(string(text), 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil
	}
	return f, err
}

// BigEvent fills ev with an integer of any size.
func BigEvent(i *big.Int, ev *Event) {
	if i.IsInt64() {
		ev.Kind, ev.Num, ev.Data = KindInt, uint64(i.Int64()), nil
		return
	}
	ev.Kind, ev.Num, ev.Data = KindBigInt, 0, i.Append(nil, 10)
}

// AppendFloat writes a finite float so that it is read as a float again: with a point or an exponent.
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

// ParseNonFinite reads what floatText writes for what is not finite.
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

// DecimalParts takes a finite decimal apart into digits and exponent, trailing zeros kept: 1.10 is 110 and -2. It
// is what CBOR's tag 4 holds. text is a JSON number or the text of a KindDecimal.
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

// ExponentFits reports whether so many digits × 10^exp can be written in all ways: with the exponent of the last
// digit, as
// in CBOR's tag 4, and with that of the first.
func ExponentFits(exp int64, digits int) bool {
	const limit = 1 << 62
	return exp > -limit && exp < limit && exp+int64(digits) <= limit
}

// appendScientific writes digits × 10^exp by the rule of to-scientific-string of the General Decimal Arithmetic
// specification, which Python's Decimal follows. mark is the letter before the exponent, E or e.
func appendScientific(b []byte, mantissa string, exp int64, mark string) []byte {
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
