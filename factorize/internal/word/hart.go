package word

import (
	"math"
	"math/bits"
	"sync"
)

// hartLimit bounds the numbers that Hart's method takes less time for than a curve.
const hartLimit = 1 << 40

// Multiples of 315 have many divisors, and so hit a square early.
const (
	hartMultiplier = 315
	hartSteps      = 1 << 11
)

// hartRoots are the roots of 4k for the multiples k of hartMultiplier.
var hartRoots = sync.OnceValue(func() *[hartSteps]float64 {
	table := new([hartSteps]float64)
	for i := range table {
		table[i] = math.Sqrt(float64(4 * hartMultiplier * (i + 1)))
	}
	return table
})

// hart looks for k with ceil(sqrt(4kn))² - 4kn a square, which gives a factor of n (W. B. Hart, "A one line factoring
// algorithm", 2012). The ceiling is moved to the residue modulo 8 that a square difference needs. It returns 0 if no k
// helps.
func hart(n uint64) uint64 {
	root := math.Sqrt(float64(n))
	kn := uint64(0)
	for i, multiplier := range hartRoots() {
		kn += hartMultiplier * n
		// By way of numbers with a sign, which are converted faster.
		a := uint64(int64(root*multiplier + 0.9999999665))
		if i&1 != 0 { // k is even
			a |= 1
		} else if s := kn + 1; s&3 == 0 {
			a += (s - a) & 7
		} else {
			a += min((s-a)&7, (-s-a)&7)
		}
		square := a*a - 4*kn
		b := uint64(int64(math.Sqrt(float64(int64(square)))))
		if b*b == square {
			// (a+b)(a-b) = 4kn: without what a+b has in common with 4k, it divides n, unless n shares a prime with k.
			odd := (a + b) >> (bits.TrailingZeros64(a+b) & 63)
			k := hartMultiplier * uint64(i+1)
			if d := odd / gcd(odd%k, k); d != 1 && d != n && n%d == 0 {
				return d
			}
		}
	}
	return 0
}
