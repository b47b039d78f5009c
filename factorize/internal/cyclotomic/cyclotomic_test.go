package cyclotomic

import (
	"math/big"
	"slices"
	"testing"

	"github.com/pythonweb/goweb/factorize/internal/power"
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
				if base, power, _ := power.Least(t.Context(), big.NewInt(a)); product.Cmp(n) != 0 {
					for _, f := range aurifeuille(base, power*int(k), sign == 1) { // come besides
						product.Quo(product, f)
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

// The polynomials of Lucas are what they are for: a cyclotomic polynomial is C² - n x D².
func TestLucas(t *testing.T) {
	for n := 2; n <= mostSquarefree; n++ {
		if moebius(n) == 0 {
			continue
		}
		order := n
		if n%4 != 1 {
			order = 2 * n
		}
		c, d := lucas(n)
		for _, at := range []int64{2, 3, 10, 1 << 40} {
			x := big.NewInt(at)
			left, right := evaluate(c, x), evaluate(d, x)
			left.Mul(left, left)
			right.Mul(right, right).Mul(right, x).Mul(right, big.NewInt(int64(n)))
			if left.Sub(left, right); left.Cmp(value(order, x)) != 0 {
				t.Errorf("%d at %d: %v, want %v", n, at, left, value(order, x))
			}
		}
	}
}

// Aurifeuille's factors divide the number, and split it further than the cyclotomic ones.
func TestAurifeuille(t *testing.T) {
	for _, c := range []struct {
		a, k     int64
		sign     int64
		one, two string // factors that belong to each other
	}{
		{2, 14, 1, "113", "145"},
		{2, 28, -1, "113", "145"}, // (2^14+1)(2^14-1)
		{3, 9, 1, "19", "37"},
		{3, 15, 1, "217", "271"},
		{5, 5, -1, "11", "71"},
		{12, 3, 1, "7", "19"},
		{10, 10, 1, "3541", "27961"},
	} {
		n := new(big.Int).Exp(big.NewInt(c.a), big.NewInt(c.k), nil)
		n.Add(n, big.NewInt(c.sign))
		factors, err := Factors(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{c.one, c.two} {
			if !contains(factors, want) {
				t.Errorf("%d^%d%+d: %v lacks %s", c.a, c.k, c.sign, factors, want)
			}
		}
	}
}

func contains(factors []*big.Int, want string) bool {
	return slices.ContainsFunc(factors, func(f *big.Int) bool { return f.String() == want })
}
