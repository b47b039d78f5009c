// Package fermat finds two factors whose quotient is close to one of two small numbers, at once and however long they
// are: Fermat's method (1643) with Lehman's multipliers (1974). If n = pq and up is close to vq, then 4uvn is a little
// less than the square of up + vq.
package fermat

import (
	"context"
	"math/big"
)

// ratio is the largest u and v that are tried, but for 1 and 1 with few steps each.
const ratio = 8

// Split returns a proper factor of the odd composite n, which no prime up to 8 divides, or nil. It takes that many
// steps for two factors that are close to each other, and a hundredth of them for other ratios.
func Split(ctx context.Context, n *big.Int, steps int) (*big.Int, error) {
	table := newSquares()
	for sum := int64(2); sum <= 2*ratio; sum++ {
		for u := max(sum-ratio, 1); 2*u <= sum; u++ {
			v := sum - u
			if !coprime(u, v) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			count := steps
			if v > 1 {
				count = max(steps/100, 1)
			}
			if d := table.search(n, u*v, count); d != nil {
				return d, nil
			}
		}
	}
	return nil, nil
}

func coprime(a, b int64) bool {
	for b != 0 {
		a, b = b, a%b
	}
	return a == 1
}

// moduli are coprime, and few residues of each are squares; their product is below 2^31.
var moduli = [...]uint64{64, 63, 65, 11, 17, 19}

const product = 64 * 63 * 65 * 11 * 17 * 19

// squares tells which residues are squares, for each modulus.
type squares [len(moduli)][65]bool

func newSquares() *squares {
	s := new(squares)
	for i, m := range moduli {
		for x := range m {
			s[i][x*x%m] = true
		}
	}
	return s
}

// has reports false if no number with the residue r modulo the product is a square.
func (s *squares) has(r uint64) bool {
	for i, m := range moduli {
		if !s[i][r%m] {
			return false
		}
	}
	return true
}

// search looks for a square among a² - 4kn for the numbers a from the root of 4kn on.
func (s *squares) search(n *big.Int, k int64, steps int) *big.Int {
	kn := new(big.Int).Mul(n, big.NewInt(4*k))
	a := new(big.Int).Sqrt(kn)
	a.Add(a, big.NewInt(1))
	difference := new(big.Int).Mul(a, a)
	difference.Sub(difference, kn)
	m := new(big.Int).SetUint64(product)
	residue := new(big.Int).Mod(difference, m).Uint64()
	slope := new(big.Int).Mod(a, m).Uint64()*2 + 1
	for i := range steps {
		if s.has(residue) {
			if d := factor(n, kn, new(big.Int).Add(a, big.NewInt(int64(i)))); d != nil {
				return d
			}
		}
		residue = (residue + slope) % product
		slope += 2
	}
	return nil
}

// factor returns gcd(a + b, n) if a² - kn is the square of b and that splits n.
func factor(n, kn, a *big.Int) *big.Int {
	square := new(big.Int).Mul(a, a)
	square.Sub(square, kn)
	b := new(big.Int).Sqrt(square)
	if new(big.Int).Mul(b, b).Cmp(square) != 0 {
		return nil
	}
	d := new(big.Int).GCD(nil, nil, b.Add(b, a), n)
	if d.BitLen() < 2 || d.Cmp(n) == 0 {
		return nil
	}
	return d
}
