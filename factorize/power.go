package factorize

import (
	"context"
	"math/big"
	"math/bits"

	"github.com/pythonweb/goweb/factorize/internal/trial"
	"github.com/pythonweb/goweb/factorize/internal/word"
)

// perfectPower returns root and the prime k with root^k = n, or k = 1. No prime below trial.Bound divides n.
func perfectPower(ctx context.Context, n *big.Int) (root *big.Int, k int, err error) {
	root = new(big.Int).Sqrt(n)
	if new(big.Int).Mul(root, root).Cmp(n) == 0 {
		return root, 2, nil
	}
	for k := 3; k <= n.BitLen()/(bits.Len(trial.Bound)-1); k += 2 {
		if !word.IsPrime(uint64(k)) || !mayBePower(n, uint64(k)) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if root := rootOf(n, k); new(big.Int).Exp(root, big.NewInt(int64(k)), nil).Cmp(n) == 0 {
			return root, k, nil
		}
	}
	return n, 1, nil
}

// mayBePower tells false if n is no k-th power modulo some prime p = 1 (mod k), where
// only one residue in k is one.
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
