package curve

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/pythonweb/goweb/factorize/internal/crew"
)

func number(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 10)
	return n
}

func TestMultiplication(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for words := 1; words < 9; words++ {
		for range 200 {
			random := func() *big.Int {
				n := new(big.Int)
				for range words {
					n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(r.Uint64()|uint64(r.IntN(2))*0xffffffff00000001))
				}
				return n
			}
			n := random()
			n.SetBit(n, 0, 1)
			m := newModulus(n)
			a, b := random(), random()
			x, y, z := m.enter(a), m.enter(b), m.zero()
			m.mul(z, x, y)
			if got, want := m.leave(z), new(big.Int).Mod(new(big.Int).Mul(a, b), n); got.Cmp(want) != 0 {
				t.Fatalf("%v * %v mod %v = %v, not %v", a, b, n, got, want)
			}
			m.add(z, x, y)
			if got, want := m.leave(z), new(big.Int).Mod(new(big.Int).Add(a, b), n); got.Cmp(want) != 0 {
				t.Fatalf("%v + %v mod %v = %v, not %v", a, b, n, got, want)
			}
			m.sub(z, x, y)
			if got, want := m.leave(z), new(big.Int).Mod(new(big.Int).Sub(a, b), n); got.Cmp(want) != 0 {
				t.Fatalf("%v - %v mod %v = %v, not %v", a, b, n, got, want)
			}
		}
	}
}

func TestMinus(t *testing.T) {
	// The least prime above a power of a smooth number, in steps of it, has a smooth predecessor.
	smooth := new(big.Int).Exp(number("7420738134810"), big.NewInt(2), nil)
	p := big.NewInt(1)
	for p.Add(p, smooth); !p.ProbablyPrime(0); {
		p.Add(p, smooth)
	}
	q := number("1000000000000000000000000000057")
	n := new(big.Int).Mul(p, q)
	d, err := Minus(t.Context(), n, 2000)
	if err != nil || d == nil || d.Cmp(p) != 0 {
		t.Errorf("found %v, not %v: %v", d, p, err)
	}
}

func TestSearch(t *testing.T) {
	p, q := number("1000000000000037"), number("1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000289")
	n := new(big.Int).Mul(p, q)
	for _, cores := range []int{1, 2} {
		d, err := Search(t.Context(), n, Level{2000, 200}, 0, crew.New(cores), nil)
		if err != nil || d == nil || new(big.Int).Mod(n, d).Sign() != 0 {
			t.Errorf("found %v: %v", d, err)
		}
	}
}
