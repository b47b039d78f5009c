package word

import (
	"math/rand/v2"
	"testing"
)

// The sequences find the primes that are next to a product of small ones, on whichever side.
func TestSequences(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	p := newPlan(85, 30*85)
	found, tried := 0, 0
	for range 400 {
		q := randomPrime(r, 20)
		m := newModulus(q * randomPrime(r, 40))
		if d := m.trySequences(p); d == q {
			found++
		} else if d != 1 && m.n%d != 0 {
			t.Fatalf("%d does not divide %d", d, m.n)
		}
		tried++
	}
	if found*2 < tried {
		t.Errorf("%d of %d factors found", found, tried)
	}
}

// A program for k leads to V(k), which the recurrence gives step by step.
func TestSequenceTerms(t *testing.T) {
	m := newModulus(1<<61 - 1)
	p := newPlan(10, 200)
	k := uint64(2*2*2*2*2) * 3 * 3 * 3 * 5 * 7 // two more of 2 and one more of 3 than up to 10
	first := term{m.enter(3), m.enter(4)}
	two := add(m.one, m.one, m.n)
	before, last := term{two, two}, first
	for range k - 1 {
		before, last = last, m.advance(last, first, before)
	}
	if got := m.multiply(first, p.stage1); got != last {
		t.Errorf("V(%d) = %v, not %v", k, got, last)
	}
}
