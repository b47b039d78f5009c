package curve

import (
	"context"
	"math/big"
)

// Minus tries Pollard's p-1 method (1974): it finds p if all prime powers in p-1 are at most bound, but
// for one prime up to 30*bound. It returns a proper factor of n, or nil.
func Minus(ctx context.Context, n *big.Int, bound int) (*big.Int, error) {
	m := newModulus(n)
	x := m.enterWord(3)
	for e := range multipliers(1, bound) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.power(x, e)
	}
	t := m.zero()
	m.sub(t, x, m.one)
	if d := m.divisor(t); d != nil {
		return d, nil
	}
	return m.minusSecond(ctx, x, bound)
}

// minusSecond steps from prime to prime by their small differences.
func (m *modulus) minusSecond(ctx context.Context, x residue, bound int) (*big.Int, error) {
	const gaps = 160 // no two primes below 10^7 are twice as far apart
	var powers [gaps]residue
	square := m.zero()
	m.mul(square, x, x)
	powers[0] = m.one
	for i := 1; i < gaps; i++ {
		powers[i] = m.zero()
		m.mul(powers[i], powers[i-1], square)
	}
	y, product, t := m.zero(), append(residue(nil), m.one...), m.zero()
	last, count := 0, 0
	for p := range primesFrom(bound, 30*bound) {
		if gap := (p - last) / 2; last > 0 && gap < gaps {
			m.mul(y, y, powers[gap])
		} else {
			copy(y, x)
			m.power(y, big.NewInt(int64(p)))
		}
		last = p
		m.sub(t, y, m.one)
		m.mul(product, product, t)
		if count++; count%256 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	return m.divisor(product), nil
}

// power replaces x by x^e, for e > 0.
func (m *modulus) power(x residue, e *big.Int) {
	base := append(residue(nil), x...)
	for i := e.BitLen() - 2; i >= 0; i-- {
		m.mul(x, x, x)
		if e.Bit(i) != 0 {
			m.mul(x, x, base)
		}
	}
}
