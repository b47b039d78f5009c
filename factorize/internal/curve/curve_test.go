package curve

import (
	"context"
	"math/big"
	"math/rand/v2"
	"strconv"
	"syscall"
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
			w := r.Uint64()
			m.mulWord(z, x, w)
			m.mul(z, z, m.enter(new(big.Int).Lsh(big.NewInt(1), 64)))
			if got, want := m.leave(z), new(big.Int).Mul(a, new(big.Int).SetUint64(w)); got.Cmp(want.Mod(want, n)) != 0 {
				t.Fatalf("%v * %v mod %v = %v, not %v", a, w, n, got, want)
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
	late := new(big.Int).Mul(smooth, big.NewInt(199853))
	tooLate := new(big.Int).Mul(smooth, big.NewInt(200003))
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
	p, q := number("1000000000000037"), new(big.Int).Exp(big.NewInt(10), big.NewInt(99), nil)
	q.Add(q, big.NewInt(289))
	n := new(big.Int).Mul(p, q)
	for _, cores := range []int{1, 2} {
		d, err := Search(t.Context(), n, Level{2000, 200}, 0, crew.New(cores), nil)
		if err != nil || d == nil || new(big.Int).Mod(n, d).Sign() != 0 {
			t.Errorf("found %v: %v", d, err)
		}
	}
}

// reportCPU adds the processor time per operation, which other processes disturb less.
func reportCPU(b *testing.B) func() {
	var from, to syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &from)
	return func() {
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &to)
		b.ReportMetric(float64(to.Utime.Nano()-from.Utime.Nano())/float64(b.N), "cpu-ns/op")
	}
}

// BenchmarkCurve is one curve for a number of 100 digits.
func BenchmarkCurve(b *testing.B) {
	ten := func(e int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(e), nil) }
	n := new(big.Int).Mul(beside(ten(49), 1), beside(ten(49), 3))
	for _, bound := range []int{2000, 11000, 50000, 250000} {
		p, err := planFor(bound, func() error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		for _, stages := range []string{"first", "both"} {
			b.Run(strconv.Itoa(bound)+"/"+stages, func(b *testing.B) {
				c := newCurve(n)
				defer reportCPU(b)()
				for sigma := uint64(1); b.Loop(); sigma++ {
					if stages == "first" {
						_, err = c.start(b.Context(), sigma, p.exponent)
					} else {
						_, err = c.try(b.Context(), sigma, p)
					}
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkMul(b *testing.B) {
	n := new(big.Int).Exp(big.NewInt(10), big.NewInt(99), nil)
	m := newModulus(n.Add(n, big.NewInt(289)))
	x, y := m.enterWord(3), m.enterWord(5)
	b.ResetTimer()
	defer reportCPU(b)()
	for range b.N {
		m.mul(x, x, y)
	}
}
