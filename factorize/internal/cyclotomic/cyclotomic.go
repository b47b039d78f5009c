// Package cyclotomic knows the algebraic factors of the numbers a^k - 1 and a^k + 1: the values of cyclotomic
// polynomials, and Aurifeuille's factors. It recognises such numbers by their value.
package cyclotomic

import (
	"context"
	"math/big"

	"github.com/pythonweb/goweb/factorize/internal/power"
)

// Factors returns divisors of n > 2 that split it as far as algebra does, or nothing if n is not a number of these
// forms. They need not be prime, nor coprime.
func Factors(ctx context.Context, n *big.Int) ([]*big.Int, error) {
	one := big.NewInt(1)
	a, k, err := power.Least(ctx, new(big.Int).Add(n, one))
	if err != nil {
		return nil, err
	}
	if k > 1 {
		factors := aurifeuille(a, k, false)
		for _, d := range divisors(k) {
			factors = append(factors, value(d, a))
		}
		return factors, nil
	}
	a, k, err = power.Least(ctx, new(big.Int).Sub(n, one))
	if err != nil || k == 1 {
		return nil, err
	}
	factors := aurifeuille(a, k, true)
	for _, d := range divisors(2 * k) {
		if k%d != 0 {
			factors = append(factors, value(d, a))
		}
	}
	return factors, nil
}

// value returns the d-th cyclotomic polynomial at a: the product of (a^e - 1)^mu(d/e) for the divisors e of d.
func value(d int, a *big.Int) *big.Int {
	above, below := big.NewInt(1), big.NewInt(1)
	for _, e := range divisors(d) {
		product := above
		switch moebius(d / e) {
		case 0:
			continue
		case -1:
			product = below
		}
		term := new(big.Int).Exp(a, big.NewInt(int64(e)), nil)
		product.Mul(product, term.Sub(term, big.NewInt(1)))
	}
	return above.Quo(above, below)
}

func divisors(n int) []int {
	var all []int
	for d := 1; d <= n; d++ {
		if n%d == 0 {
			all = append(all, d)
		}
	}
	return all
}

// moebius is 0 if a square divides n, else 1 or -1 for an even or odd number of primes.
func moebius(n int) int {
	sign := 1
	for p := 2; n > 1; p++ {
		if n%p != 0 {
			continue
		}
		if n /= p; n%p == 0 {
			return 0
		}
		sign = -sign
	}
	return sign
}
