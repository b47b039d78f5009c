package sieve

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// Random edges give as many cycles as a graph has, and in each every large prime occurs in pairs.
func TestCycles(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 11))
	for round := range 30 {
		c := newCollection()
		vertices := 2 + r.IntN(400)
		label := map[uint32]int{1: 0} // of the components
		closing, edges := 0, r.IntN(2*vertices)
		for i := range edges {
			a, b := uint32(1+r.IntN(vertices)), uint32(1+r.IntN(vertices))
			if round%3 == 0 {
				a = 1
			}
			for _, p := range [2]uint32{a, b} {
				if _, ok := label[p]; !ok {
					label[p] = len(label)
				}
			}
			if from, to := label[a], label[b]; from == to {
				closing++
			} else {
				for p, l := range label {
					if l == from {
						label[p] = to
					}
				}
			}
			found := []relation{{root: wide{uint64(i)}, large: [2]uint32{min(a, b), max(a, b)}}}
			c.add(found)
			c.add(found) // twice counts once
		}
		if c.count() != closing {
			t.Fatalf("%d edges: %d cycles, want %d", edges, c.count(), closing)
		}
		for _, cycle := range c.cycles {
			odd := map[uint32]bool{}
			for i, edge := range cycle {
				if slices.Contains(cycle[:i], edge) {
					t.Errorf("a cycle with the relation %v twice", edge)
				}
				for _, p := range edge.large {
					odd[p] = !odd[p]
				}
			}
			for p, is := range odd {
				if is && p != 1 {
					t.Errorf("%d is left over in a cycle of %d", p, len(cycle))
				}
			}
		}
	}
}

func TestLargePrimes(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 12))
	j := &job{largest: 1 << 24, leastRest: 1 << 40, largestRest: 1 << 47}
	prime := func(bits int) uint64 { return randomPrime(r, bits).Uint64() }
	for range 2000 {
		p, q := prime(21+r.IntN(4)), prime(21+r.IntN(4))
		large, ok := j.largePrimes(p * q)
		want := [2]uint32{uint32(min(p, q)), uint32(max(p, q))}
		if wanted := p*q >= j.leastRest && p*q <= j.largestRest && max(p, q) <= j.largest; ok != wanted {
			t.Fatalf("%d = %d * %d: %v, want %v", p*q, p, q, ok, wanted)
		}
		if ok && large != want || keptPrimes(p*q) != want {
			t.Fatalf("%v and kept %v, want %v", large, keptPrimes(p*q), want)
		}
		if large, ok := j.largePrimes(p); ok != (p <= j.largest) || ok && large != [2]uint32{1, uint32(p)} {
			t.Fatalf("%d: %v, %v", p, large, ok)
		}
		single := prime(42 + r.IntN(5))
		if large, ok := j.largePrimes(single); ok {
			t.Fatalf("the prime %d: %v", single, large)
		}
		n := r.Uint64() | 1
		fermat := new(big.Int).Exp(big.NewInt(2), new(big.Int).SetUint64(n-1), new(big.Int).SetUint64(n))
		if likelyPrime(n) != (fermat.Uint64() == 1) || !likelyPrime(single) {
			t.Fatalf("%d or %d: likely prime or not", n, single)
		}
	}
	if keptPrimes(1) != [2]uint32{1, 1} || keptPrimes(3*5*7) != [2]uint32{} || keptPrimes(0) != [2]uint32{1, 1} {
		t.Error("products of other than two primes")
	}
}

// Two large primes and one give the same factors.
func TestDouble(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 13))
	n := new(big.Int).Mul(randomPrime(r, 70), randomPrime(r, 70))
	p := parametersFor(n.BitLen())
	p.double = 34
	j := newJob(n, p)
	relations, s := newCollection(), newSiever(j)
	twice := 0
	for relations.count() < len(j.base.primes)+24 {
		found, ok := s.run(func() bool { return false })
		if !ok {
			t.Fatal("no further polynomials")
		}
		for i := range found {
			if !j.holds(&found[i]) {
				t.Fatalf("%v does not hold", found[i])
			}
			if found[i].large[0] != 1 {
				twice++
			}
		}
		for _, kept := range parseRelations(keptText(found)) {
			if !j.holds(&kept) {
				t.Fatalf("%v does not hold when it was kept", kept)
			}
		}
		relations.add(found)
	}
	longest := slices.MaxFunc(relations.cycles, func(a, b cycle) int { return len(a) - len(b) })
	if twice < 100 || len(longest) < 3 {
		t.Errorf("%d relations with two large primes, the longest cycle of %d", twice, len(longest))
	}
	if d := j.factor(relations.cycles); d == nil || new(big.Int).Mod(n, d).Sign() != 0 {
		t.Errorf("%v: %v", n, d)
	}
}

func keptText(found []relation) (text []byte) {
	for i := range found {
		text = found[i].append(text)
	}
	return text
}
