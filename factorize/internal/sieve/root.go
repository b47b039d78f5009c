package sieve

import (
	"math/big"
	"math/bits"
	"slices"
)

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
	var large []uint32 // of a cycle
	for _, i := range dependency {
		large = large[:0]
		for _, r := range cycles[i] {
			x.Mod(x.Mul(x, r.root.bigInt()), j.n)
			for _, f := range r.factors {
				exponents[f]++
			}
			for _, p := range r.large {
				if p != 1 {
					large = append(large, p)
				}
			}
		}
		slices.Sort(large)
		for k := 0; k < len(large); k += 2 { // they come in pairs
			y.Mod(y.Mul(y, t.SetUint64(uint64(large[k]))), j.n)
		}
	}
	y.Mod(y.Mul(y, j.product(exponents)), j.n)
	d := x.GCD(nil, nil, x.Sub(x, y).Abs(x), j.n)
	if d.Cmp(big.NewInt(1)) == 0 || d.Cmp(j.n) == 0 {
		return nil
	}
	return d
}

// product is that of the primes with half of their exponents, modulo n: bit by bit of the exponents, the highest first.
func (j *job) product(exponents []int) *big.Int {
	y, t := big.NewInt(1), new(big.Int)
	top := 0
	for _, e := range exponents {
		if e&1 != 0 {
			panic("sieve: a dependency is not a square")
		}
		top = max(top, bits.Len(uint(e)))
	}
	for bit := top - 1; bit > 0; bit-- {
		y.Mod(y.Mul(y, y), j.n)
		word := uint64(1) // some primes at once
		for i, e := range exponents {
			if e>>bit&1 == 0 {
				continue
			}
			if word *= uint64(j.base.primes[i]); word>>32 != 0 {
				y.Mod(y.Mul(y, t.SetUint64(word)), j.n)
				word = 1
			}
		}
		y.Mod(y.Mul(y, t.SetUint64(word)), j.n)
	}
	return y
}
