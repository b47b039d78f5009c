package word

import (
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
		base2 := m.strongProbablePrime(add(m.one, m.one, n))
		if got := m.strongProbablePrime2(); got != base2 {
			t.Fatalf("%d: %v, with base 2 %v", n, got, base2)
		}
		if IsPrime(n) && (!base2 || !m.strongProbablePrime(m.enter(n/3|2))) {
			t.Fatalf("%d is prime", n)
		}
	}
}
