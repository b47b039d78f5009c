package curve

import (
	"context"
	"math/big"
)

// A point of a curve, in projective coordinates X:Z.
type point struct{ x, z residue }

// curve is an elliptic curve in Montgomery's form, B y² = x³ + A x² + x. It belongs to one goroutine.
type curve struct {
	*modulus
	a             residue // (A+2)/4
	s, t, u, v, w residue // scratch
}

func newCurve(n *big.Int) *curve {
	m := newModulus(n)
	return &curve{m, m.zero(), m.zero(), m.zero(), m.zero(), m.zero(), m.zero()}
}

func (c *curve) point() point { return point{c.zero(), c.zero()} }

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
	c.mul(c.s, c.s, c.s)
	c.mul(c.t, c.t, c.t)
	c.sub(c.u, c.s, c.t)
	c.mul(dst.x, c.s, c.t)
	c.mul(c.v, c.u, c.a)
	c.modulus.add(c.v, c.v, c.t)
	c.mul(dst.z, c.u, c.v)
}

// multiply replaces p by e*p, e > 0, on Montgomery's ladder.
func (c *curve) multiply(p point, e *big.Int) {
	if e.BitLen() < 2 {
		return
	}
	base, next := c.copyOf(p), c.point()
	c.double(next, p)
	for i := e.BitLen() - 2; i >= 0; i-- {
		if e.Bit(i) != 0 {
			c.add(p, next, p, base)
			c.double(next, next)
		} else {
			c.add(next, next, p, base)
			c.double(p, p)
		}
	}
}

func (c *curve) copyOf(p point) point {
	return point{append(residue(nil), p.x...), append(residue(nil), p.z...)}
}

// start chooses the curve by Suyama's parameter, which gives a group order
// divisible by 12. It may meet a factor; ok is false if there is no such curve.
func (c *curve) start(sigma uint64) (p point, factor *big.Int, ok bool) {
	n := c.number
	s := new(big.Int).SetUint64(sigma)
	u := new(big.Int).Mul(s, s)
	u.Sub(u, big.NewInt(5))
	v := new(big.Int).Mul(s, big.NewInt(4))
	cube := func(x *big.Int) *big.Int { return new(big.Int).Exp(x, big.NewInt(3), n) }
	u3, v3 := cube(u), cube(v)
	top := cube(new(big.Int).Sub(v, u))
	top.Mul(top, new(big.Int).Add(new(big.Int).Mul(u, big.NewInt(3)), v))
	bottom := new(big.Int).Mul(u3, v)
	bottom.Mul(bottom, big.NewInt(16)).Mod(bottom, n)
	inverse := new(big.Int)
	if g := new(big.Int).GCD(inverse, nil, bottom, n); g.BitLen() > 1 {
		if g.Cmp(n) == 0 {
			return p, nil, false
		}
		return p, g, false
	}
	c.a = c.enter(top.Mul(top, inverse.Mod(inverse, n)))
	return point{c.enter(u3), c.enter(v3)}, nil, true
}

// try runs one curve (Lenstra 1987): it finds p if all prime powers in the order of the curve modulo p are at most
// bound, but for one prime up to 50*bound.
func (c *curve) try(ctx context.Context, sigma uint64, bound int) (*big.Int, error) {
	q, factor, ok := c.start(sigma)
	if !ok {
		return factor, nil
	}
	for e := range multipliers(1, bound) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.multiply(q, e)
	}
	if d := c.divisor(q.z); d != nil {
		return d, nil
	}
	return c.second(ctx, q, bound)
}
