package factorize

import (
	"math/big"
	"testing"
)

// TestAlgebraicParts: of 3^301 - 1 the part of 18 digits is found before the part of 121 digits is begun.
func TestAlgebraicParts(t *testing.T) {
	n := new(big.Int).Exp(big.NewInt(3), big.NewInt(301), nil)
	n.Sub(n, big.NewInt(1))
	s := splitter{factorizer: NewFactorizer(1), number: n}
	s.enough = func() bool { return s.parts[len(s.parts)-1].n.BitLen() > 300 }
	found, err := s.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if last := found[len(found)-1].Prime.String(); last != "380808546861411923" {
		t.Errorf("the largest of the first primes is %s", last)
	}
}
