package factorize

import (
	"context"
	"math/big"
)

// modestBits bounds the numbers whose primality test takes so little time that it need not be interrupted.
const modestBits = 2048

// isPrime is the Baillie-PSW test of odd n > 2^64, which no small prime divides.
func isPrime(ctx context.Context, n *big.Int) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if n.BitLen() <= modestBits {
		return n.ProbablyPrime(0), nil
	}
	strong, err := strongProbablePrime(ctx, n)
	if err != nil || !strong {
		return false, err
	}
	return lucasProbablePrime(ctx, n)
}

// strongProbablePrime is the Miller-Rabin test with base 2.
func strongProbablePrime(ctx context.Context, n *big.Int) (bool, error) {
	minus := new(big.Int).Sub(n, big.NewInt(1))
	s := minus.TrailingZeroBits()
	d := new(big.Int).Rsh(minus, s)
	x := big.NewInt(1)
	quotient := new(big.Int)
	for i := d.BitLen() - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		x.Mul(x, x)
		if d.Bit(i) != 0 {
			x.Lsh(x, 1)
		}
		quotient.QuoRem(x, n, x)
	}
	if x.Cmp(big.NewInt(1)) == 0 || x.Cmp(minus) == 0 {
		return true, nil
	}
	for ; s > 1; s-- {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		x.Mul(x, x)
		quotient.QuoRem(x, n, x)
		if x.Cmp(minus) == 0 {
			return true, nil
		}
	}
	return false, nil
}

// lucasProbablePrime is the almost extra strong Lucas test, which math/big uses too: Q = 1 and the least P >= 3 for
// which P²-4 is not a square modulo n.
func lucasProbablePrime(ctx context.Context, n *big.Int) (bool, error) {
	p := int64(3)
	for ; ; p++ {
		j := big.Jacobi(big.NewInt(p*p-4), n)
		if j == 0 {
			return false, nil
		}
		if j < 0 {
			break
		}
		if p == 40 {
			if root := new(big.Int).Sqrt(n); root.Mul(root, root).Cmp(n) == 0 {
				return false, nil
			}
		}
	}
	two, base := big.NewInt(2), big.NewInt(p)
	minusTwo := new(big.Int).Sub(n, two)
	plus := new(big.Int).Add(n, big.NewInt(1))
	s := plus.TrailingZeroBits()
	d := plus.Rsh(plus, s)
	quotient := new(big.Int)
	reduce := func(x, less *big.Int) { quotient.DivMod(x.Sub(x, less), n, x) }
	v, w := new(big.Int).Set(two), new(big.Int).Set(base) // V(0), V(1)
	for i := d.BitLen() - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if d.Bit(i) != 0 {
			v, w = w, v
		}
		w.Mul(w, v)
		reduce(w, base)
		v.Mul(v, v)
		reduce(v, two)
		if d.Bit(i) != 0 {
			// v holds V(2k+2), w holds V(2k+1).
			v, w = w, v
		}
	}
	if v.Cmp(two) == 0 || v.Cmp(minusTwo) == 0 {
		return true, nil
	}
	for ; s > 1; s-- {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if v.Sign() == 0 {
			return true, nil
		}
		v.Mul(v, v)
		reduce(v, two)
	}
	return false, nil
}
