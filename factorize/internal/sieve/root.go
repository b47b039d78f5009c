package sieve

import "math/big"

// factor looks for a dependency between the cycles that splits n, and returns nil
// if there is none.
func (j *job) factor(cycles []cycle) *big.Int {
	for d := range dependencies(cycles, len(j.base.primes)) {
		if f := j.try(cycles, d); f != nil {
			return f
		}
	}
	return nil
}

// try takes a product of cycles that is a square on both sides: x² = y² modulo n,
// and gcd(x - y, n) is a proper factor in half of the cases.
func (j *job) try(cycles []cycle, dependency []int) *big.Int {
	x, y := big.NewInt(1), big.NewInt(1)
	exponents := make([]int, len(j.base.primes))
	t := new(big.Int)
	for _, i := range dependency {
		for _, r := range cycles[i] {
			x.Mod(x.Mul(x, r.root.bigInt()), j.n)
			for _, f := range r.factors {
				exponents[f]++
			}
		}
		if large := cycles[i][0].large; large != 1 {
			y.Mod(y.Mul(y, t.SetUint64(uint64(large))), j.n)
		}
	}
	for i, e := range exponents {
		if e&1 != 0 {
			panic("sieve: a dependency is not a square")
		}
		if i != signColumn && e > 0 {
			t.Exp(t.SetUint64(uint64(j.base.primes[i])), big.NewInt(int64(e/2)), j.n)
			y.Mod(y.Mul(y, t), j.n)
		}
	}
	d := x.GCD(nil, nil, x.Sub(x, y).Abs(x), j.n)
	if d.Cmp(big.NewInt(1)) == 0 || d.Cmp(j.n) == 0 {
		return nil
	}
	return d
}
