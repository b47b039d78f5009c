package sieve

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/pythonweb/goweb/factorize/internal/vector"
)

// base is the factor base: the primes modulo which kn is a square. Index 0 stands for the sign and index 1 for 2, so
// that an index is also a column of the matrix.
type base struct {
	primes  []uint32
	table   vector.Table // of these primes
	roots   []uint32     // a square root of kn modulo the prime; 0 if it divides k
	logs    []uint8      // rounded binary logarithm
	squares []uint32     // of 2^32, modulo the odd primes
}

// signColumn and twoColumn are the indices with a meaning of their own.
const (
	signColumn = 0
	twoColumn  = 1
	firstOdd   = 2
)

func newBase(kn *big.Int, k uint64, size int) *base {
	b := &base{
		table: vector.NewTable(size),
		roots: make([]uint32, firstOdd, size),
		logs:  make([]uint8, firstOdd, size),
	}
	b.table.Append(1) // for the sign
	b.table.Append(2)
	w := wideModulus(kn)
	for bound := 32 * size; ; bound *= 2 {
		for _, p := range oddPrimes(bound) {
			if len(b.table.Primes) == size {
				b.primes = b.table.Primes
				return b
			}
			if p <= b.table.Primes[len(b.table.Primes)-1] {
				continue
			}
			r := remainder(w, uint64(p))
			if r != 0 && power(r, uint64(p-1)/2, uint64(p)) != 1 {
				continue
			}
			if r == 0 && k%uint64(p) != 0 {
				continue // a factor of n itself: trial division was to find it
			}
			b.table.Append(p)
			b.roots = append(b.roots, uint32(squareRoot(r, uint64(p))))
			b.logs = append(b.logs, uint8(math.Round(math.Log2(float64(p)))))
			unit := 1 << 32 % uint64(p)
			b.squares = append(b.squares, uint32(unit*unit%uint64(p)))
		}
	}
}

func wideModulus(n *big.Int) []big.Word { return n.Bits() }

func remainder(words []big.Word, p uint64) uint64 {
	var r uint64
	for i := len(words) - 1; i >= 0; i-- {
		r = bits.Rem64(r, uint64(words[i]), p)
	}
	return r
}

// oddPrimes lists the odd primes below the bound.
func oddPrimes(bound int) []uint32 {
	composite := make([]bool, bound/2) // index i means 2i + 1
	var primes []uint32
	for i := 1; i < len(composite); i++ {
		if composite[i] {
			continue
		}
		p := 2*i + 1
		primes = append(primes, uint32(p))
		for j := p * p / 2; j < len(composite); j += p {
			composite[j] = true
		}
	}
	return primes
}

func power(a, e, p uint64) uint64 {
	r := uint64(1)
	for ; e > 0; e >>= 1 {
		if e&1 != 0 {
			r = r * a % p
		}
		a = a * a % p
	}
	return r
}

// squareRoot returns a square root of the square a modulo the odd prime p
// (Tonelli and Shanks).
func squareRoot(a, p uint64) uint64 {
	if a == 0 {
		return 0
	}
	if p%4 == 3 {
		return power(a, (p+1)/4, p)
	}
	s := bits.TrailingZeros64(p - 1)
	q := (p - 1) >> uint(s)
	z := uint64(2)
	for power(z, (p-1)/2, p) != p-1 {
		z++
	}
	c, r, t := power(z, q, p), power(a, (q+1)/2, p), power(a, q, p)
	for t != 1 {
		i, square := 0, t
		for square != 1 {
			square = square * square % p
			i++
		}
		factor := power(c, 1<<uint(s-i-1), p)
		r = r * factor % p
		c = factor * factor % p
		t = t * c % p
		s = i
	}
	return r
}
