package expression

import (
	"errors"
	"math/big"
)

// maxFactorial is above the largest n for which n! or n# has at most MaxBits bits.
const (
	maxFactorial = 250_000
	maxPrimorial = 2_500_000
)

// factorial returns n!.
func factorial(n *big.Int) (*big.Int, error) {
	switch {
	case n.Sign() < 0:
		return nil, errors.New("has the factorial of a negative number")
	case n.Cmp(big.NewInt(maxFactorial)) > 0:
		return nil, errTooLarge
	case n.Sign() == 0:
		return big.NewInt(1), nil
	}
	return new(big.Int).MulRange(1, n.Int64()), nil
}

// primorial returns n#, the product of the primes up to n.
func primorial(n *big.Int) (*big.Int, error) {
	switch {
	case n.Sign() < 0:
		return nil, errors.New("has the primorial of a negative number")
	case n.Cmp(big.NewInt(maxPrimorial)) > 0:
		return nil, errTooLarge
	}
	bound := int(n.Int64())
	composite := make([]bool, bound+1)
	var primes []*big.Int
	for p := 2; p <= bound; p++ {
		if composite[p] {
			continue
		}
		primes = append(primes, big.NewInt(int64(p)))
		for q := p * p; q <= bound; q += p {
			composite[q] = true
		}
	}
	return product(primes), nil
}

// product multiplies numbers of similar size with each other, which is faster than one after the other.
func product(numbers []*big.Int) *big.Int {
	switch len(numbers) {
	case 0:
		return big.NewInt(1)
	case 1:
		return numbers[0]
	}
	half := len(numbers) / 2
	return new(big.Int).Mul(product(numbers[:half]), product(numbers[half:]))
}
