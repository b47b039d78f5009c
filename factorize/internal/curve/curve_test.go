package curve

import (
	"context"
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

// beside returns the least prime that exceeds a multiple of step by offset.
func beside(step *big.Int, offset int64) *big.Int {
	p := big.NewInt(offset)
	for p.Add(p, step); !p.ProbablyPrime(0); {
		p.Add(p, step)
	}
	return p
}

// Primes beside a product of small primes and one larger one, which the second stage is to find.
func TestMinusAndPlus(t *testing.T) {
	smooth := new(big.Int).Exp(number("7420738134810"), big.NewInt(2), nil)
	late := new(big.Int).Mul(smooth, big.NewInt(99991))
	tooLate := new(big.Int).Mul(smooth, big.NewInt(100003))
	q := number("1000000000000000000000000000057")
	for _, test := range []struct {
		method  func(context.Context, *big.Int, int) (*big.Int, error)
		p       *big.Int
		bound   int
		nothing bool
	}{
		{Minus, beside(smooth, 1), 2000, false},
		{Minus, beside(late, 1), 2000, false},
		{Minus, beside(tooLate, 1), 2000, true},
		{Minus, beside(smooth, 1), 1400, false},
		{Plus, beside(smooth, -1), 2000, false},
		{Plus, beside(late, -1), 2000, false},
		{Plus, beside(tooLate, -1), 2000, true},
		{Plus, beside(late, -1), 20000, false},
	} {
		n := new(big.Int).Mul(test.p, q)
		d, err := test.method(t.Context(), n, test.bound)
		if err != nil || (d == nil) != test.nothing || d != nil && d.Cmp(test.p) != 0 {
			t.Errorf("%v up to %d: found %v: %v", test.p, test.bound, d, err)
		}
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
