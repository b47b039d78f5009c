package trial

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// primorial is the product of the primes below the bound.
func primorial(bound int) *big.Int {
	product := big.NewInt(1)
	for p := int64(2); p < int64(bound); p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			product.Mul(product, big.NewInt(p))
		}
	}
	return product
}

// check verifies that the powers and the rest make n, and that the rest has no prime factor below the bound.
func check(t *testing.T, n, primorial *big.Int) {
	t.Helper()
	before := new(big.Int).Set(n)
	powers, rest := Divide(n)
	if n.Cmp(before) != 0 {
		t.Fatalf("%v was changed to %v", before, n)
	}
	product := new(big.Int).Set(rest)
	last := uint32(1)
	for _, p := range powers {
		if p.Exponent < 1 || p.Prime <= last || !big.NewInt(int64(p.Prime)).ProbablyPrime(0) {
			t.Errorf("%v: %v after %d", n, p, last)
		}
		last = p.Prime
		product.Mul(product, new(big.Int).Exp(big.NewInt(int64(p.Prime)), big.NewInt(int64(p.Exponent)), nil))
	}
	if product.Cmp(n) != 0 {
		t.Errorf("%v is not the product of %v and %v", n, powers, rest)
	}
	if d := new(big.Int).GCD(nil, nil, rest, primorial); d.Cmp(big.NewInt(1)) != 0 {
		t.Errorf("%v: the rest %v has the factor %v", n, rest, d)
	}
}

func TestDivide(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	short, long := primorial(Bound), primorial(longBound)
	for range consoletest.Count(200, 10000) {
		n := big.NewInt(1)
		for range r.IntN(12) + 1 {
			factor := new(big.Int).SetUint64(r.Uint64()>>r.UintN(64) | 1)
			n.Mul(n, factor.Exp(factor, big.NewInt(r.Int64N(5)), nil))
		}
		n.Lsh(n, r.UintN(200))
		check(t, n, short)
		if _, rest := Divide(n); rest.BitLen() > longBits {
			check(t, n, long)
		}
	}
}

func TestDivideBorders(t *testing.T) {
	short := primorial(Bound)
	check(t, big.NewInt(1), short)
	check(t, short, short)
	check(t, new(big.Int).Mul(short, short), short)
	check(t, new(big.Int).Exp(big.NewInt(4093), big.NewInt(1000), nil), short) // the last prime below Bound
	check(t, new(big.Int).Exp(big.NewInt(10), big.NewInt(9999), nil), short)
	check(t, new(big.Int).Lsh(big.NewInt(1), 100000), short)
}
