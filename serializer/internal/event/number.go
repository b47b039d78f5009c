package event

import (
	"bytes"
	"math"
	"math/big"
	"strconv"

	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// Classify sets the kind and content of ev to those of a JSON number.
func Classify(text []byte, ev *Event) error {
	if len(text) > 0 && plainNumber(text, ev) {
		return nil
	}
	l, err := literal.ParseNumber(text)
	if err != nil {
		return err
	}
	if bytes.IndexByte(text, '.') < 0 && bytes.IndexByte(text, 'e') < 0 && bytes.IndexByte(text, 'E') < 0 {
		if l.NegativeZero() {
			ev.Kind, ev.Num = KindFloat, 1<<63
			return nil
		}
		return integer(text, ev)
	}
	if bits, exact := l.Float(text); exact {
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

// plainNumber reads what most numbers are: an integer, or digits with a point that a float64 holds. It returns false
// for everything else, including what is not a number.
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
		f = literal.Quotient(u, len(text)-1-point)
		if negative {
			f = -f
		}
	} else {
		var err error
		var buf [32]byte
		f, err = literal.ParseFloat(text)
		if err != nil || string(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)) != string(text) {
			return false
		}
	}
	ev.Kind, ev.Num = KindFloat, math.Float64bits(f)
	return true
}

// BigEvent fills ev with an integer of any size.
func BigEvent(i *big.Int, ev *Event) {
	if i.IsInt64() {
		ev.Kind, ev.Num, ev.Data = KindInt, uint64(i.Int64()), nil
		return
	}
	ev.Kind, ev.Num, ev.Data = KindBigInt, 0, i.Append(nil, 10)
}
