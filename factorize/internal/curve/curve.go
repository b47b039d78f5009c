package curve

import (
	"context"
	"math/big"
	"math/bits"
)

// A point of a curve, in projective coordinates X:Z.
type point struct{ x, z residue }

// curve is an elliptic curve in Montgomery's form, B y² = x³ + A x² + x. It belongs to one goroutine.
//
// (A+2)/4 is a square of a small number, but for the factor 2^64 of a multiplication by a word, and the first point is
// 2:1 (as in GMP-ECM, whose parametrization 1 this is): three of the eleven multiplications for each bit are cheap.
type curve struct {
	*modulus
	a             uint64 // 2^64 (A+2)/4
	s, t, u, v, w residue
}

func newCurve(n *big.Int) *curve {
	m := newModulus(n)
	return &curve{m, 0, m.zero(), m.zero(), m.zero(), m.zero(), m.zero()}
}

func (c *curve) point() point { return point{c.zero(), c.zero()} }

func (c *curve) copyOf(p point) point {
	return point{append(residue(nil), p.x...), append(residue(nil), p.z...)}
}

// points returns room for several points.
func (c *curve) points(count int) []point {
	all := make([]point, count)
	for i := range all {
		all[i] = c.point()
	}
	return all
}

// add stores p + q, where d = p - q. dst may be any of them.
func (c *curve) add(dst, p, q, d point) {
	c.sub(c.s, p.x, p.z)
	c.modulus.add(c.t, q.x, q.z)
	c.mul(c.u, c.s, c.t)
	c.modulus.add(c.s, p.x, p.z)
	c.sub(c.t, q.x, q.z)
	c.mul(c.v, c.s, c.t)
	c.modulus.add(c.s, c.u, c.v)
	c.sub(c.t, c.u, c.v)
	c.mul(c.s, c.s, c.s)
	c.mul(c.t, c.t, c.t)
	c.mul(c.s, c.s, d.z)
	c.mul(dst.z, c.t, d.x)
	copy(dst.x, c.s)
}

// double stores 2p. dst may be p.
func (c *curve) double(dst, p point) {
	c.modulus.add(c.s, p.x, p.z)
	c.sub(c.t, p.x, p.z)
	c.finishDouble(dst)
}

// finishDouble stores the double of the point whose X+Z and X-Z are in s and t.
func (c *curve) finishDouble(dst point) {
	c.mul(c.s, c.s, c.s)
	c.mul(c.t, c.t, c.t)
	c.sub(c.w, c.s, c.t)
	c.mul(dst.x, c.s, c.t)
	c.mulWord(c.s, c.w, c.a)
	c.modulus.add(c.s, c.s, c.t)
	c.mul(dst.z, c.w, c.s)
}

// step replaces q by p + q and p by 2p, where q - p is the first point, 2:1 up to the sign.
func (c *curve) step(p, q point) {
	c.modulus.add(c.s, p.x, p.z)
	c.sub(c.t, p.x, p.z)
	c.sub(c.u, q.x, q.z)
	c.modulus.add(c.v, q.x, q.z)
	c.mul(c.u, c.u, c.s)
	c.mul(c.v, c.v, c.t)
	c.modulus.add(c.w, c.u, c.v)
	c.sub(c.u, c.u, c.v)
	c.mul(q.x, c.w, c.w)
	c.mul(c.u, c.u, c.u)
	c.modulus.add(q.z, c.u, c.u)
	c.finishDouble(p)
}

// multiple returns k*p; for k = 0 the point at infinity.
func (c *curve) multiple(p point, k uint64) point {
	low, high := c.copyOf(p), c.point() // whose difference is always p
	if k == 0 {
		copy(high.x, c.one)
		return high
	}
	c.double(high, p)
	for i := bits.Len64(k) - 2; i >= 0; i-- {
		if k>>i&1 != 0 {
			c.add(low, high, low, p)
			c.double(high, high)
		} else {
			c.add(high, high, low, p)
			c.double(low, low)
		}
	}
	return low
}

// try runs one curve (Lenstra 1987): it finds p if all prime powers in the order of the curve modulo p are at most
// the bound of the plan, but for one prime up to reach times that.
func (c *curve) try(ctx context.Context, sigma uint64, plan *plan) (*big.Int, error) {
	q, err := c.start(ctx, sigma, plan.exponent)
	if err != nil {
		return nil, err
	}
	if d := c.divisor(q.z); d != nil {
		return d, nil
	}
	return c.second(ctx, q, plan)
}

// start multiplies the first point of the curve for sigma < 2^32 by e, on Montgomery's ladder.
func (c *curve) start(ctx context.Context, sigma uint64, e *big.Int) (point, error) {
	c.a = sigma * sigma
	p, next := c.point(), c.point()
	copy(p.x, c.enterWord(2))
	copy(p.z, c.one)
	c.double(next, p)
	for i := e.BitLen() - 2; i >= 0; i-- {
		if err := c.pause(ctx, i); err != nil {
			return p, err
		}
		if e.Bit(i) != 0 {
			c.step(next, p)
		} else {
			c.step(p, next)
		}
	}
	return p, nil
}
