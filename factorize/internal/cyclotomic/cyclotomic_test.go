package cyclotomic

import (
	"math/big"
	"testing"
)

// The product of the cyclotomic factors is the number, for every small base and exponent of either sign.
func TestFactors(t *testing.T) {
	for a := int64(2); a <= 13; a++ {
		for k := int64(2); k <= 60; k++ {
			for _, sign := range []int64{-1, 1} {
				n := new(big.Int).Exp(big.NewInt(a), big.NewInt(k), nil)
				n.Add(n, big.NewInt(sign))
				factors, err := Factors(t.Context(), n)
				if err != nil || len(factors) == 0 {
					if n.Int64() == 8 || n.Int64() == 9 { // neighbours that are powers (Mihailescu 2002)
						continue
					}
					t.Fatalf("%d^%d%+d: %v", a, k, sign, err)
				}
				product := big.NewInt(1)
				for _, f := range factors {
					if new(big.Int).Mod(n, f).Sign() != 0 {
						t.Errorf("%d^%d%+d: %v is no divisor", a, k, sign, f)
					}
					product.Mul(product, f)
				}
				if a == 2 && sign == 1 && k%4 == 2 || (a == 4 || a == 8) && sign == 1 {
					product.Quo(product, n) // Aurifeuille's factors come besides
					if product.Cmp(n) == 0 || product.Cmp(big.NewInt(1)) == 0 {
						continue
					}
				}
				if product.Cmp(n) != 0 {
					t.Errorf("%d^%d%+d: the product of %v is %v", a, k, sign, factors, product)
				}
			}
		}
	}
	for _, s := range []string{"340282366920938463463374607431768211459", "1000000000000000000000000000000000000007"} {
		n, _ := new(big.Int).SetString(s, 10)
		if factors, err := Factors(t.Context(), n); err != nil || factors != nil {
			t.Errorf("%s: %v, %v", s, factors, err)
		}
	}
}
