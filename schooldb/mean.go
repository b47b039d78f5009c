package schooldb

import (
	"cmp"
	"math/big"
	"math/bits"
	"strconv"
)

// Mean is the exact mean of Count grades: Sum hundredths of a mark divided by Count. The zero Mean is that of no
// grades. Neither number is negative.
type Mean struct {
	Sum   int64
	Count int64
}

// Fraction returns the mean in marks as a fraction in lowest terms, 0/1 when it is zero. It panics without grades.
func (m Mean) Fraction() (num, den int64) {
	if m.Count == 0 {
		panic("schooldb: there is no mean of no grades")
	}
	hundred := int64(100)
	divisor := gcd(m.Sum, hundred)
	num, hundred = m.Sum/divisor, hundred/divisor
	divisor = gcd(num, m.Count)
	return num / divisor, m.Count / divisor * hundred
}

// Float returns the float64 nearest to the mean in marks.
func (m Mean) Float() float64 {
	num, den := m.Fraction()
	// Both are exact as float64 below 2^53, and IEEE division rounds to nearest.
	if num < 1<<53 && den < 1<<53 {
		return float64(num) / float64(den)
	}
	f, _ := big.NewRat(num, den).Float64()
	return f
}

// Round returns the mean in whole hundredths of a mark, halves away from zero.
func (m Mean) Round() int64 {
	quotient, rest := m.Sum/m.Count, m.Sum%m.Count
	if rest >= m.Count-rest {
		quotient++
	}
	return quotient
}

// String returns the mean with two decimals, as Round rounds it, and "-" without grades.
func (m Mean) String() string {
	if m.Count == 0 {
		return "-"
	}
	return string(m.appendRounded(nil))
}

func (m Mean) appendRounded(b []byte) []byte {
	hundredths := m.Round()
	b = strconv.AppendInt(b, hundredths/100, 10)
	return append(b, '.', byte('0'+hundredths/10%10), byte('0'+hundredths%10))
}

// Compare returns -1, 0 or +1 as m is less than, equal to or greater than n, exactly. Both have grades.
func (m Mean) Compare(n Mean) int {
	mHigh, mLow := bits.Mul64(uint64(m.Sum), uint64(n.Count))
	nHigh, nLow := bits.Mul64(uint64(n.Sum), uint64(m.Count))
	return cmp.Or(cmp.Compare(mHigh, nHigh), cmp.Compare(mLow, nLow))
}

// MarshalJSON returns {"num","den","avg","avg2"}: the fraction, the nearest float64 and two decimals; null without
// grades.
func (m Mean) MarshalJSON() ([]byte, error) {
	if m.Count == 0 {
		return []byte("null"), nil
	}
	num, den := m.Fraction()
	b := strconv.AppendInt([]byte(`{"num":`), num, 10)
	b = strconv.AppendInt(append(b, `,"den":`...), den, 10)
	b = strconv.AppendFloat(append(b, `,"avg":`...), m.Float(), 'f', -1, 64)
	b = m.appendRounded(append(b, `,"avg2":`...))
	return append(b, '}'), nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
