package word

import "math/bits"

// A trial prime with what an exact division needs: n is a multiple of the prime if and only if n*inverse (mod 2^64)
// does not exceed limit, and then that product is the quotient (Granlund and Montgomery 1994, section 9).
type trial struct {
	prime, inverse, limit uint64
}

// trialBound is larger than the trial primes that every number is divided by; the others, up to longTrialBound, pay for
// themselves only where curves are the alternative.
const (
	trialBound     = 256
	trialCount     = 53
	longTrialBound = 1024
)

//policy:mutable nobody writes into it
var trialPrimes = newTrialPrimes()

func newTrialPrimes() (table [171]trial) {
	i := 0
	for p := uint64(3); p < longTrialBound; p += 2 {
		if isPrimeNaive(p) {
			table[i] = trial{p, inverse64(p), (1<<64 - 1) / p}
			i++
		}
	}
	return table
}

func isPrimeNaive(n uint64) bool {
	for d := uint64(3); d*d <= n; d += 2 {
		if n%d == 0 {
			return false
		}
	}
	return n > 1 && n&1 == 1
}

// divideSmall appends the prime factors below trialBound, ascending, and returns what is left of n. A rest below
// trialBound² is a prime or 1.
func divideSmall(dst []uint64, n uint64) ([]uint64, uint64) {
	for z := bits.TrailingZeros64(n); z > 0; z-- {
		dst = append(dst, 2)
		n >>= 1
	}
	if n < 1<<leastBits {
		return appendLeast(dst, n), 1
	}
	dst, n, small := divideTable(dst, n, trialPrimes[:trialCount])
	if !small && n >= hartLimit {
		dst, n, _ = divideTable(dst, n, trialPrimes[trialCount:])
	}
	return dst, n
}

// divideTable divides by the primes of a part of the table until the square of one exceeds what is left; small reports
// that.
func divideTable(dst []uint64, n uint64, table []trial) (_ []uint64, rest uint64, small bool) {
	for i := range table {
		t := &table[i]
		q := n * t.inverse
		if q > t.limit {
			continue
		}
		for q <= t.limit {
			dst = append(dst, t.prime)
			n = q
			q = n * t.inverse
		}
		if n < 1<<leastBits {
			return appendLeast(dst, n), 1, true
		}
	}
	return dst, n, false
}
