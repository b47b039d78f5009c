package word

import "math/bits"

// A trial prime with what an exact division needs: n is a multiple of the prime
// if and only if n*inverse (mod 2^64) does not exceed limit, and then that
// product is the quotient (Granlund and Montgomery 1994, section 9).
type trial struct {
	prime, inverse, limit uint64
}

// trialBound is larger than every trial prime.
const trialBound = 256

var trialPrimes = newTrialPrimes()

func newTrialPrimes() (table [53]trial) {
	i := 0
	for p := uint64(3); p < trialBound; p += 2 {
		prime := true
		for q := uint64(3); q*q <= p; q += 2 {
			if p%q == 0 {
				prime = false
			}
		}
		if prime {
			table[i] = trial{p, inverse64(p), (1<<64 - 1) / p}
			i++
		}
	}
	return table
}

// divideSmall appends the prime factors below trialBound, ascending, and
// returns what is left of n. A rest below trialBound² is a prime or 1.
func divideSmall(dst []uint64, n uint64) ([]uint64, uint64) {
	for z := bits.TrailingZeros64(n); z > 0; z-- {
		dst = append(dst, 2)
		n >>= 1
	}
	for i := 0; i < len(trialPrimes); i++ {
		t := &trialPrimes[i]
		q := n * t.inverse
		if q > t.limit {
			continue
		}
		for q <= t.limit {
			dst = append(dst, t.prime)
			n = q
			q = n * t.inverse
		}
		if t.prime*t.prime > n {
			break
		}
	}
	return dst, n
}
