package fermat

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"
)

func nextPrime(n *big.Int) *big.Int {
	p := new(big.Int).SetBit(n, 0, 1)
	for p.Add(p, big.NewInt(2)); !p.ProbablyPrime(0); p.Add(p, big.NewInt(2)) {
	}
	return p
}

func random(r *rand.Rand, bits int) *big.Int {
	n := big.NewInt(1)
	for n.BitLen() < bits {
		n.Lsh(n, 32).Or(n, big.NewInt(int64(r.Uint32())))
	}
	return n.Rsh(n, uint(n.BitLen()-bits))
}

// Neighbours, and primes whose quotient is nearly u/v.
func TestSplit(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 1))
	for _, bits := range []int{64, 136, 512} {
		for u := int64(1); u <= ratio; u++ {
			for v := u; v <= ratio; v++ {
				if u == v && u > 1 {
					continue
				}
				p := nextPrime(random(r, bits))
				q := new(big.Int).Mul(p, big.NewInt(v))
				q = nextPrime(q.Quo(q, big.NewInt(u)))
				n := new(big.Int).Mul(p, q)
				d, err := Split(t.Context(), n, 100)
				if err != nil || d == nil || d.Cmp(p) != 0 && d.Cmp(q) != 0 {
					t.Errorf("%d bits, %d/%d: %v, %v", bits, u, v, d, err)
				}
			}
		}
	}
}

// Some thousand steps find factors that are farther apart.
func TestSteps(t *testing.T) {
	p := nextPrime(new(big.Int).Lsh(big.NewInt(1), 100))
	q := nextPrime(new(big.Int).Add(p, new(big.Int).Lsh(big.NewInt(1), 57)))
	n := new(big.Int).Mul(p, q)
	if d, _ := Split(t.Context(), n, 100); d != nil {
		t.Errorf("100 steps have found %v", d)
	}
	if d, err := Split(t.Context(), n, 10000); err != nil || d == nil {
		t.Errorf("10000 steps have not found the factors: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Split(ctx, n, 10000); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
