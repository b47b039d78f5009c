package sieve

import (
	"math/big"
	"math/bits"
	"slices"
)

// factor looks for a dependency between the cycles that splits n, and returns nil if there is none.
func (j *job) factor(cycles []cycle) *big.Int {
	for d := range dependencies(cycles, len(j.base.primes)) {
		if f := j.try(cycles, d); f != nil {
			return f
		}
	}
	return nil
}

// try takes a product of cycles that is a square on both sides: x² = y² modulo n, and gcd(x - y, n) is a proper factor
// in half of the cases.
func (j *job) try(cycles []cycle, dependency []int) *big.Int {
	x, y := newProduct(j.n), newProduct(j.n)
	exponents := make([]int, len(j.base.primes))
	root := new(big.Int)
	var large []uint32 // of a cycle
	for _, i := range dependency {
		large = large[:0]
		for _, r := range cycles[i] {
			x.times(r.root.set(root))
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
			y.timesWord(large[k])
		}
	}
	y.times(j.root(exponents))
	a, b := x.value(), y.value()
	d := a.GCD(nil, nil, a.Sub(a, b).Abs(a), j.n)
	if d.Cmp(big.NewInt(1)) == 0 || d.Cmp(j.n) == 0 {
		return nil
	}
	return d
}

// root is the product of the primes with half of their exponents, modulo n: bit by bit of the exponents, the highest
// first.
func (j *job) root(exponents []int) *big.Int {
	all := 0
	for _, e := range exponents {
		if e&1 != 0 {
			panic("sieve: a dependency is not a square")
		}
		all |= e
	}
	y := newProduct(j.n)
	for bit := bits.Len(uint(all)) - 1; bit > 0; bit-- {
		y.times(y.value())
		for i, e := range exponents {
			if e>>bit&1 != 0 {
				y.timesWord(j.base.primes[i])
			}
		}
	}
	return y.value()
}

// A product modulo n. Short factors are multiplied first, and what is longer than n is divided now and then.
type product struct {
	n, long, next, quotient *big.Int
	short                   uint64 // is still to be multiplied by
	word                    *big.Int
}

func newProduct(n *big.Int) *product {
	return &product{n, big.NewInt(1), new(big.Int), new(big.Int), 1, new(big.Int)}
}

func (p *product) times(factor *big.Int) {
	p.long, p.next = p.next.Mul(p.long, factor), p.long
	if p.long.BitLen() > 6*p.n.BitLen() {
		p.divide()
	}
}

func (p *product) timesWord(factor uint32) {
	if p.short *= uint64(factor); p.short>>32 != 0 {
		p.times(p.word.SetUint64(p.short))
		p.short = 1
	}
}

func (p *product) divide() { p.quotient.QuoRem(p.long, p.n, p.long) }

// value is what the product is so far. It changes with the next factor.
func (p *product) value() *big.Int {
	p.times(p.word.SetUint64(p.short))
	p.short = 1
	p.divide()
	return p.long
}
