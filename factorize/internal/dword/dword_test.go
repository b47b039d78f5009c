package dword

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

func randomPrime(r *rand.Rand, bits int) *big.Int {
	for {
		p := new(big.Int).SetUint64(r.Uint64() >> (64 - bits))
		if p.SetBit(p.SetBit(p, bits-1, 1), 0, 1).ProbablyPrime(0) {
			return p
		}
	}
}

// below returns a random residue below the bound.
func below(r *rand.Rand, bound *big.Int) residue {
	n := new(big.Int).SetUint64(r.Uint64())
	n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(r.Uint64()))
	return words2(n.Mod(n, bound))
}

func (a residue) number() *big.Int {
	n := new(big.Int).SetUint64(a[1])
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(a[0]))
}

// The residues are what math/big says, and stay within their bounds, also for the longest modulus.
func TestResidues(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	one := big.NewInt(1)
	longest := new(big.Int).Sub(new(big.Int).Lsh(one, MaxBits), one)
	for i := range consoletest.Count(2000, 100000) {
		n := below(r, longest).number()
		n.Rsh(n, r.UintN(60)).SetBit(n, 0, 1)
		if i == 0 {
			n = longest
		}
		m := newModulus(n)
		twice, four := new(big.Int).Lsh(n, 1), new(big.Int).Lsh(n, 2)
		congruent := func(operation string, got residue, want, bound *big.Int) {
			t.Helper()
			g := got.number()
			if new(big.Int).Mod(new(big.Int).Sub(g, want), n).Sign() != 0 || g.Cmp(bound) >= 0 {
				t.Fatalf("%s modulo %v: %v, want %v below %v", operation, n, g, want, bound)
			}
		}
		a, b := below(r, four), below(r, four)
		product := m.mul(a, b).number()
		radix := residue(words(product.Lsh(product, 128).Mod(product, n)))
		congruent("mul", radix, new(big.Int).Mul(a.number(), b.number()), n)
		if m.mul(a, b).number().Cmp(twice) >= 0 {
			t.Fatalf("a product modulo %v is not below %v", n, twice)
		}
		a, b = below(r, twice), below(r, twice)
		congruent("add", add(a, b), new(big.Int).Add(a.number(), b.number()), four)
		congruent("sub", m.sub(a, b), new(big.Int).Sub(a.number(), b.number()), four)
		x := r.Uint64()
		if want := new(big.Int).SetUint64(x); new(big.Int).Mod(m.leave(m.enter(x)), n).Cmp(want.Mod(want, n)) != 0 {
			t.Fatalf("%d does not come back modulo %v", x, n)
		}
		if inverse, d := m.invert(a); d == nil {
			if unit := m.leave(m.mul(a, inverse)); unit.Mod(unit, n).Cmp(new(big.Int).Mod(one, n)) != 0 {
				t.Fatalf("the inverse of %v modulo %v is wrong", a, n)
			}
		} else if d.Cmp(one) == 0 || new(big.Int).Mod(n, d).Sign() != 0 {
			t.Fatalf("%v is no divisor of %v", d, n)
		}
	}
}

func TestSplit(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 2))
	for bits := 66; bits <= 90; bits += 3 {
		for range consoletest.Count(3, 100) {
			n := new(big.Int).Mul(randomPrime(r, bits/2), randomPrime(r, bits-bits/2))
			d, err := Split(t.Context(), n, 1000)
			if err != nil || d == nil || d.Cmp(big.NewInt(1)) == 0 || d.Cmp(n) >= 0 || new(big.Int).Mod(n, d).Sign() != 0 {
				t.Errorf("%v: %v, %v", n, d, err)
			}
		}
	}
	// A small factor of the longest numbers.
	for range consoletest.Count(3, 100) {
		n := new(big.Int).Mul(randomPrime(r, 30), new(big.Int).Mul(randomPrime(r, 46), randomPrime(r, 47)))
		if d, err := Split(t.Context(), n, 100); err != nil || d == nil || new(big.Int).Mod(n, d).Sign() != 0 {
			t.Errorf("%v: %v, %v", n, d, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := new(big.Int).Mul(randomPrime(r, 40), randomPrime(r, 41))
	if d, err := Split(ctx, n, 1000); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", d, err)
	}
	if d, err := Split(t.Context(), new(big.Int).Mul(randomPrime(r, 61), randomPrime(r, 62)), 1); d != nil || err != nil {
		t.Errorf("one curve found %v, %v", d, err)
	}
}
