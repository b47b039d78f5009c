package sieve

import (
	"math"
	"math/bits"

	"github.com/pythonweb/goweb/factorize/internal/word"
)

// largePrimes returns what a value has as its large primes if that is rest: 1 and a prime, or two of them. rest has no
// prime factor below the largest of the factor base.
func (j *job) largePrimes(rest uint64) (large [2]uint32, ok bool) {
	if rest <= j.largest {
		return [2]uint32{1, uint32(rest)}, true
	}
	if rest < j.leastRest || rest > j.largestRest || likelyPrime(rest) {
		return large, false
	}
	d := uint64(math.Sqrt(float64(rest)))
	if d*d != rest {
		d = word.Split(rest)
	}
	low, high := min(d, rest/d), max(d, rest/d)
	return [2]uint32{uint32(low), uint32(high)}, high <= j.largest
}

// likelyPrime reports whether 2^(n-1) is 1 modulo the odd number n.
func likelyPrime(n uint64) bool {
	inverse := 3*n ^ 2
	for range 4 { // 5 right bits, then 10, 20, 40, 80
		inverse *= 2 - n*inverse
	}
	one := -n % n
	x := one
	for i := bits.Len64(n-1) - 1; i >= 0; i-- {
		high, low := bits.Mul64(x, x)
		multiple, _ := bits.Mul64(low*inverse, n)
		if x = high - multiple; high < multiple {
			x += n
		}
		if (n-1)>>i&1 != 0 {
			if x >= n-x {
				x -= n - x
			} else {
				x += x
			}
		}
	}
	return x == one
}
