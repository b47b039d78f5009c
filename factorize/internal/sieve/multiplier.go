package sieve

import (
	"math"
	"math/big"
	"sync"
)

// maxMultiplier bounds the multipliers.
const maxMultiplier = 150

// A yardstick is a small prime, what it adds to the logarithm that the factor base takes from a value
// on average if it belongs to the base, and which multipliers are squares modulo it.
type yardstick struct {
	prime  uint64
	gain   float64
	square [maxMultiplier]bool
}

var yardsticks = sync.OnceValue(func() []yardstick {
	all := make([]yardstick, 300)
	for i, p := range oddPrimes(2000)[:len(all)] {
		y := &all[i]
		y.prime = uint64(p)
		y.gain = 2 * math.Log(float64(p)) / float64(p-1)
		for x := range p/2 + 1 {
			for k := x * x % p; k < maxMultiplier; k += p {
				y.square[k] = true
			}
		}
	}
	return all
})

// multiplier returns the small square-free k for which kn has many small primes
// in its factor base (Knuth and Schroeppel; Silverman 1987, section 5).
func multiplier(n *big.Int) uint64 {
	var scores [maxMultiplier]float64
	all := yardsticks()
	for i := range all {
		y := &all[i]
		square := power(remainder(n.Bits(), y.prime), (y.prime-1)/2, y.prime) == 1
		for k := 1; k < maxMultiplier; k += 2 {
			if y.square[k] == square {
				scores[k] += y.gain
			}
		}
		// Where p divides k, it divides the values once in p places, not twice.
		for k := int(y.prime); k < maxMultiplier; k += int(2 * y.prime) {
			if square {
				scores[k] -= y.gain
			}
			scores[k] += math.Log(float64(y.prime)) / float64(y.prime)
		}
	}
	best, bestScore := uint64(1), math.Inf(-1)
	for k := uint64(1); k < maxMultiplier; k += 2 { // for an even one the square root modulo 2 is not worth its case
		score := scores[k] + twoGain(uint64(n.Bits()[0])*k) - 0.5*math.Log(float64(k))
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
