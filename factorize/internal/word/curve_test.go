package word

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

// The curves with which the search begins find more factors than others: these are what the table of them is for.
func TestSigmas(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 8))
	p := newPlan(190, 32*190)
	rate := func(from, to int) float64 {
		found, tried := 0, 0
		for range 300 {
			q := randomPrime(r, 32)
			for i := from; i < to; i++ {
				c := curves{modulus: newModulus(q)}
				point, d := c.start(sigmaFor(i), sigmaFor(i))
				if d == 1 {
					d = c.try(point, p)
				}
				if tried++; d == q {
					found++
				}
			}
		}
		return float64(found) / float64(tried)
	}
	if good, others := rate(0, len(sigmas)), rate(len(sigmas), 3*len(sigmas)); good < 0.095 || others > 0.097 {
		t.Errorf("%.4f of the factors found, by other curves %.4f", good, others)
	}
}

// Strong pseudoprimes to base 2 are no primes, and every prime is one for base 2 and for others.
func TestStrongProbablePrime(t *testing.T) {
	for _, n := range []uint64{2047, 3277, 4033, 1194649, 3215031751, 3825123056546413051} {
		m := newModulus(n)
		if !m.strongProbablePrime2() || m.lucasProbablePrime() {
			t.Errorf("%d: base 2 %v, Lucas %v", n, m.strongProbablePrime2(), m.lucasProbablePrime())
		}
	}
	r := rand.New(rand.NewPCG(1, 9))
	for range 2000 {
		n := r.Uint64()>>r.UintN(40) | 1
		m := newModulus(n)
		want := strong(n, 2)
		if got := m.strongProbablePrime2(); got != want {
			t.Fatalf("%d: %v, with base 2 %v", n, got, want)
		}
		if IsPrime(n) && (!want || !strong(n, n/3|2)) {
			t.Fatalf("%d is prime", n)
		}
	}
	for range 20000 {
		n, base := uint64(r.Uint32()>>r.UintN(20)|1), uint64(r.Uint32N(1<<16))
		if n > 2 && base%n != 0 && strongProbablePrime32(n, base) != strong(n, base) {
			t.Fatalf("%d, base %d: not %v", n, base, strong(n, base))
		}
	}
}

// strong is the Miller-Rabin test by plain divisions.
func strong(n, base uint64) bool {
	times := func(a, b uint64) uint64 {
		hi, lo := bits.Mul64(a, b)
		return bits.Rem64(hi, lo, n)
	}
	s := bits.TrailingZeros64(n - 1)
	x := uint64(1)
	for i := 63; i >= s; i-- {
		if x = times(x, x); (n-1)>>i&1 != 0 {
			x = times(x, base)
		}
	}
	if x == 1 {
		return true
	}
	for ; s > 0; s-- {
		if x == n-1 {
			return true
		}
		x = times(x, x)
	}
	return false
}
