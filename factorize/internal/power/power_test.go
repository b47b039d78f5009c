package power

import (
	"math/big"
	"testing"
)

func TestLeast(t *testing.T) {
	for _, base := range []int64{2, 3, 6, 10, 12, 1009, 4099, 4099 * 4111, 1 << 40} {
		for k := 1; k <= 130; k++ {
			n := new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(k)), nil)
			root, exponent, err := Least(t.Context(), n)
			if err != nil || new(big.Int).Exp(root, big.NewInt(int64(exponent)), nil).Cmp(n) != 0 {
				t.Fatalf("%d^%d: %v^%d, %v", base, k, root, exponent, err)
			}
			if want := k; base != 1<<40 && exponent != want || base == 1<<40 && exponent != 40*k {
				t.Errorf("%d^%d: %v^%d", base, k, root, exponent)
			}
			if root, exponent, _ := Least(t.Context(), n.Add(n, big.NewInt(2))); k > 3 && exponent != 1 {
				t.Errorf("%d^%d + 2 = %v^%d", base, k, root, exponent)
			}
		}
	}
}
