// Package word factors numbers that fit into one machine word: by exact division through a table, then by Hart's
// one-line method, and above 40 bits by Lucas sequences and elliptic curves in Montgomery form.
package word

import "math"

// AppendFactors appends the prime factors of n in ascending order, each as often as it divides n, and returns the
// extended slice. For 0 and 1 there are none.
func AppendFactors(dst []uint64, n uint64) []uint64 {
	if n < 2 {
		return dst
	}
	if dst, n = divideSmall(dst, n); n == 1 {
		return dst
	}
	start := len(dst)
	dst = appendLarge(dst, n)
	insertionSort(dst[start:])
	return dst
}

// appendLarge appends the factors of n, which no trial prime divides, in any order.
func appendLarge(dst []uint64, n uint64) []uint64 {
	for n >= trialBound*trialBound && !primeWithoutSmallFactors(n) {
		if r := isqrt(n); r*r == n {
			at := len(dst)
			dst = appendLarge(dst, r)
			return append(dst, dst[at:]...)
		}
		d := Split(n)
		dst = appendLarge(dst, d)
		n /= d
	}
	return append(dst, n)
}

// Split returns a factor of n other than 1 and n. n is odd, composite, not a square, and has no prime factor below 256.
func Split(n uint64) uint64 {
	if n < hartLimit {
		if d := hart(n); d != 0 {
			return d
		}
	}
	if d := splitByCurves(n); d != 0 {
		return d
	}
	return splitByDivision(n)
}

// splitByDivision cannot fail. Split reaches it only where the randomised methods were unlucky with every curve, which
// no number is known to do.
func splitByDivision(n uint64) uint64 {
	for d := uint64(trialBound + 1); ; d += 2 {
		if n%d == 0 {
			return d
		}
	}
}

func isqrt(n uint64) uint64 {
	r := uint64(math.Sqrt(float64(n)))
	// The conversion rounds: correct it by at most one. r*r overflows at 2^32.
	if r > 1<<32-1 || r*r > n {
		r--
	}
	if r < 1<<32-1 && (r+1)*(r+1) <= n {
		r++
	}
	return r
}

func isSquare(n uint64) bool {
	if n&7 > 4 && n&1 == 0 || n&1 == 1 && n&7 != 1 {
		return false
	}
	r := isqrt(n)
	return r*r == n
}

func insertionSort(s []uint64) {
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && s[j-1] > s[j]; j-- {
			s[j-1], s[j] = s[j], s[j-1]
		}
	}
}
