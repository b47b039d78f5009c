// Package power recognises perfect powers of any length.
package power

import (
	"context"
	"math/big"
	"math/bits"

	"github.com/pythonweb/goweb/factorize/internal/trial"
	"github.com/pythonweb/goweb/factorize/internal/word"
)

// Perfect returns root and the prime k with root^k = n, or k = 1. No prime below trial.Bound divides n.
func Perfect(ctx context.Context, n *big.Int) (root *big.Int, k int, err error) {
	root = new(big.Int).Sqrt(n)
	if new(big.Int).Mul(root, root).Cmp(n) == 0 {
		return root, 2, nil
	}
	for k := 3; k <= n.BitLen()/(bits.Len(trial.Bound)-1); k += 2 {
		if !word.IsPrime(uint64(k)) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if root := exactRoot(n, k); root != nil {
			return root, k, nil
		}
	}
	return n, 1, nil
}

// Least returns the least root of n > 1 and the k with root^k = n, which is 1 if n is not a power.
func Least(ctx context.Context, n *big.Int) (root *big.Int, k int, err error) {
	root, k = n, 1
	for {
		next, prime, err := one(ctx, root)
		if err != nil || prime == 1 {
			return root, k, err
		}
		root, k = next, k*prime
	}
}

// one is Perfect for numbers with small factors: their exponents tell which roots there can be.
func one(ctx context.Context, n *big.Int) (*big.Int, int, error) {
	small, _ := trial.Divide(n)
	if len(small) == 0 {
		return Perfect(ctx, n)
	}
	common := 0
	for _, p := range small {
		for a := p.Exponent; a != 0; {
			common, a = a, common%a
		}
	}
	for k := 2; k <= common; k++ {
		if common%k != 0 || !word.IsPrime(uint64(k)) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if root := exactRoot(n, k); root != nil {
			return root, k, nil
		}
	}
	return n, 1, nil
}

// exactRoot returns the k-th root of n, for a prime k, or nil if that is not whole.
func exactRoot(n *big.Int, k int) *big.Int {
	if !mayBePower(n, uint64(k)) {
		return nil
	}
	root := rootOf(n, k)
	if new(big.Int).Exp(root, big.NewInt(int64(k)), nil).Cmp(n) != 0 {
		return nil
	}
	return root
}

// mayBePower reports false if n is not a k-th power modulo some prime p = 1 (mod k), where only one residue in k is
// one.
func mayBePower(n *big.Int, k uint64) bool {
	for p, tests := 2*k+1, 0; tests < 3; p += 2 * k {
		if p >= 1<<32 {
			return true
		}
		if !word.IsPrime(p) {
			continue
		}
		tests++
		r := new(big.Int).Mod(n, new(big.Int).SetUint64(p)).Uint64()
		if r == 0 {
			continue
		}
		x := uint64(1)
		for e := (p - 1) / k; e > 0; e >>= 1 {
			if e&1 != 0 {
				x = x * r % p
			}
			r = r * r % p
		}
		if x != 1 {
			return false
		}
	}
	return true
}

// rootOf is the integer part of the k-th root, by Newton's method from above.
func rootOf(n *big.Int, k int) *big.Int {
	x := new(big.Int).Lsh(big.NewInt(1), uint((n.BitLen()+k-1)/k))
	power, t := new(big.Int), new(big.Int)
	less, times := big.NewInt(int64(k-1)), big.NewInt(int64(k))
	for {
		power.Exp(x, less, nil)
		t.Quo(n, power)
		t.Add(t, power.Mul(x, less))
		t.Quo(t, times)
		if t.Cmp(x) >= 0 {
			return x
		}
		x, t = t, x
	}
}
