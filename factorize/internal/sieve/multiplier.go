package sieve

import (
	"math"
	"math/big"
	"sync"
)

// maxMultiplier bounds the multipliers.
const maxMultiplier = 150

// scores are of the multipliers: that of 2i+1 has index i.
type scores [maxMultiplier / 2]float32

// A yardstick is a small prime, its squares, and what it adds to the logarithm that the factor base takes from a value
// on average, for n that are not squares modulo the prime and for those that are.
type yardstick struct {
	prime   uint64
	squares [2000/64 + 1]uint64 // a bit each
	gains   [2]scores
}

var yardsticks = sync.OnceValue(func() []yardstick {
	all := make([]yardstick, 300)
	for i, p := range oddPrimes(2000)[:len(all)] {
		y := &all[i]
		y.prime = uint64(p)
		for x := range y.prime/2 + 1 {
			r := x * x % y.prime
			y.squares[r/64] |= 1 << (r % 64)
		}
		log := math.Log(float64(p))
		for i := range y.gains[0] {
			k := uint64(2*i + 1)
			if k%y.prime == 0 { // it divides the values once in p places, not twice
				y.gains[0][i], y.gains[1][i] = float32(log/float64(p)), float32(log/float64(p))
				continue
			}
			y.gains[y.square(k%y.prime)][i] = float32(2 * log / float64(p-1))
		}
	}
	return all
})

// square is 1 if the residue is a square modulo the prime, and 0 otherwise.
func (y *yardstick) square(r uint64) uint64 { return y.squares[r/64] >> (r % 64) & 1 }

// multiplier returns the small square-free k for which kn has many small primes in its factor base (Knuth and
// Schroeppel; Silverman 1987, section 5). It looks at no more primes than asked.
func multiplier(n *big.Int, primes int) uint64 {
	var sums scores
	all := yardsticks()
	for i := range all[:min(primes, len(all))] {
		y := &all[i]
		for k, gain := range &y.gains[y.square(remainder(n.Bits(), y.prime))] {
			sums[k] += gain
		}
	}
	best, bestScore := uint64(1), math.Inf(-1)
	for k := uint64(1); k < maxMultiplier; k += 2 { // for an even one the square root modulo 2 is not worth its case
		score := float64(sums[k/2]) + twoGain(uint64(n.Bits()[0])*k) - 0.5*math.Log(float64(k))
		if score > bestScore && squareFree(k) {
			best, bestScore = k, score
		}
	}
	return best
}

// twoGain is the gain of the prime 2 for odd kn.
func twoGain(kn uint64) float64 {
	switch kn % 8 {
	case 1:
		return 2 * math.Ln2
	case 5:
		return math.Ln2
	default:
		return 0.5 * math.Ln2
	}
}

func squareFree(k uint64) bool {
	for d := uint64(2); d*d <= k; d++ {
		if k%(d*d) == 0 {
			return false
		}
	}
	return true
}
