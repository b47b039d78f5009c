package factorize

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/pythonweb/goweb/factorize/certificate"
)

// ErrUnproved is returned for a probable prime p for which too few factors of p-1 were found.
var ErrUnproved = errors.New("not proved to be prime")

// Prove returns certificates that show that n > 2^64, which passes the Baillie-PSW test, is prime: that of n first, and
// those of the primes that it needs. They are built from the factors of n-1 that f finds within a moderate time; if
// these do not suffice, or ctx ends, the error is ErrUnproved.
func (f *Factorizer) Prove(ctx context.Context, n *big.Int) ([]certificate.Certificate, error) {
	if n.IsUint64() {
		return nil, fmt.Errorf("%v: of at most 64 bits, where primality is exact", n)
	}
	if err := f.crew.Enter(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", shortened(n), ErrUnproved, err)
	}
	defer f.crew.Leave()
	return f.prove(ctx, n)
}

func (f *Factorizer) prove(ctx context.Context, n *big.Int) ([]certificate.Certificate, error) {
	factors, err := f.factorsForProof(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", shortened(n), ErrUnproved, err)
	}
	c := certificate.Certificate{Prime: n}
	var others []certificate.Certificate
	for _, p := range factors {
		witness := witnessFor(n, p.Prime)
		if witness == nil {
			return nil, fmt.Errorf("%s: %w", shortened(n), ErrUnproved)
		}
		c.Factors = append(c.Factors, certificate.Factor{Prime: p.Prime, Witness: witness})
		if !p.Prime.IsUint64() {
			more, err := f.prove(ctx, p.Prime)
			if err != nil {
				return nil, err
			}
			others = append(others, more...)
		}
	}
	if err := c.Verify(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnproved, err)
	}
	return append([]certificate.Certificate{c}, others...), nil
}

// factorsForProof returns prime factors of n-1 whose product exceeds the cube root of n, or all that there are.
func (f *Factorizer) factorsForProof(ctx context.Context, n *big.Int) ([]PrimePower, error) {
	cube := func(powers []PrimePower) *big.Int {
		product := big.NewInt(1)
		for _, p := range powers {
			product.Mul(product, new(big.Int).Exp(p.Prime, big.NewInt(int64(3*p.Exponent)), nil))
		}
		return product
	}
	s := splitter{factorizer: f, number: new(big.Int).Sub(n, big.NewInt(1)), moderate: true}
	s.enough = func() bool { return cube(s.found).Cmp(n) >= 0 }
	powers, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	// The smallest primes first: they need no certificates.
	for i := range powers {
		if cube(powers[:i+1]).Cmp(n) >= 0 {
			return powers[:i+1], nil
		}
	}
	return powers, nil
}

// witnessFor returns a small a for which a^(n-1) = 1 modulo n, and a^((n-1)/q) - 1 is coprime to n.
func witnessFor(n, q *big.Int) *big.Int {
	minus := new(big.Int).Sub(n, big.NewInt(1))
	e := new(big.Int).Quo(minus, q)
	for a := int64(2); a < 1000; a++ {
		power := new(big.Int).Exp(big.NewInt(a), e, n)
		rest := new(big.Int).Sub(power, big.NewInt(1))
		if rest.GCD(nil, nil, rest, n).Cmp(big.NewInt(1)) == 0 && power.Exp(power, q, n).Cmp(big.NewInt(1)) == 0 {
			return big.NewInt(a)
		}
	}
	return nil
}
