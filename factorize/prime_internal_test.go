package factorize

import (
	"math/big"
	"testing"
)

// TestStrongPseudoprime: 2^2207 - 1 is composite, and a strong pseudoprime to base 2 as every Mersenne number with a
// prime exponent is. Only the Lucas test finds it out.
func TestStrongPseudoprime(t *testing.T) {
	n := new(big.Int).Lsh(big.NewInt(1), 2207)
	n.Sub(n, big.NewInt(1))
	if strong, err := strongProbablePrime(t.Context(), n); err != nil || !strong {
		t.Errorf("strong probable prime: %v, %v", strong, err)
	}
	if prime, err := isPrime(t.Context(), n); err != nil || prime {
		t.Errorf("prime: %v, %v", prime, err)
	}
}
