package literal

import (
	"math/big"
	"strings"
	"testing"
)

// TestLongIntegers compares integers of lengths around every halving with math/big's own reading.
func TestLongIntegers(t *testing.T) {
	for _, n := range []int{
		1, manyDigits - 1, manyDigits, manyDigits + 1, 2*manyDigits - 1, 2 * manyDigits, 2*manyDigits + 1, 3 * manyDigits,
		47_011,
	} {
		text := strings.Repeat("9876543210", n/10+1)[:n]
		for _, sign := range []string{"", "-"} {
			want, _ := new(big.Int).SetString(sign+text, 10)
			if got, ok := ParseBig(sign + text); !ok || got.Cmp(want) != 0 {
				t.Errorf("%s%d digits are read wrong", sign, n)
			}
		}
	}
}
