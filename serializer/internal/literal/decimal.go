package literal

import (
	"math/big"
	"regexp"
	"strings"
)

// decimalText matches what Python's Decimal prints, and JSON numbers.
var decimalText = regexp.MustCompile(
	`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,19})?$|^-?(Infinity|s?NaN[0-9]*)$`,
)

// NormalDecimal checks the text of a KindDecimal and returns it as Python's str(Decimal) does.
func NormalDecimal(text []byte) ([]byte, bool) {
	if !decimalText.Match(text) {
		return nil, false
	}
	if !FiniteDecimal(text) {
		return text, true
	}
	mantissa, exp, ok := DecimalParts(text)
	if !ok {
		return nil, false
	}
	return AppendScientific(nil, mantissa, exp, "E"), true
}

func FiniteDecimal(text []byte) bool {
	last := text[len(text)-1]
	return IsDigit(last) && !strings.Contains(string(text), "N") || last == '.'
}

// NormalFraction checks numerator/denominator.
func NormalFraction(text []byte) bool {
	num, den, found := strings.Cut(string(text), "/")
	return found && NormalInteger(num) && NormalInteger(den) && den[0] != '-' && den != "0"
}

// NormalInteger reports whether s is an integer in normal form: without a plus and without leading zeros.
func NormalInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || digits[0] == '0' && s != "0" {
		return false
	}
	for i := range len(digits) {
		if !IsDigit(digits[i]) {
			return false
		}
	}
	return true
}

func ParseBig(text string) (*big.Int, bool) {
	if !NormalInteger(text) {
		return nil, false
	}
	if digits, negative := strings.CutPrefix(text, "-"); len(digits) > manyDigits {
		i := longInteger(digits, map[int]*big.Int{})
		if negative {
			i.Neg(i)
		}
		return i, true
	}
	return new(big.Int).SetString(text, 10)
}

// manyDigits is the length from which on halving is faster than reading digit by digit, whose time grows quadratically.
const manyDigits = 5000

// longInteger reads digits by halves: high × 10^n + low. The powers are kept, as both halves need the same.
func longInteger(digits string, powers map[int]*big.Int) *big.Int {
	if len(digits) <= manyDigits {
		i, _ := new(big.Int).SetString(digits, 10) // they are digits
		return i
	}
	n := manyDigits
	for 2*n < len(digits) {
		n *= 2
	}
	power := powers[n]
	if power == nil {
		if half := powers[n/2]; half != nil && n > manyDigits {
			power = new(big.Int).Mul(half, half)
		} else {
			power = new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
		}
		powers[n] = power
	}
	at := len(digits) - n
	i := longInteger(digits[:at], powers)
	i.Mul(i, power)
	return i.Add(i, longInteger(digits[at:], powers))
}
