package curve

import (
	"context"
	"math/big"
)

// reach is the bound of the second stage in bounds of the first.
const reach = 50

// wheelFor is the distance of the giant steps: a product of small primes.
func wheelFor(bound int) int {
	if bound > 5000 {
		return 2310
	}
	return 210
}

// second looks for one further prime. Every prime is a multiple of the wheel plus or minus a baby step, a
// number below
// half the wheel that is coprime to it.
func (c *curve) second(ctx context.Context, q point, bound int) (*big.Int, error) {
	wheel := wheelFor(bound)
	babies, index := c.babies(q, wheel)
	step := c.copyOf(q)
	c.multiply(step, big.NewInt(int64(wheel)))
	g := max(bound/wheel, 1)
	giant := c.multiple(step, g)
	last := c.multiple(step, g-1)
	product := append(residue(nil), c.one...)
	gx := c.zero()
	pairs := map[int]struct{}{}
	begin := func() { c.mul(gx, giant.x, giant.z) }
	begin()
	for p := range primesFrom(bound, reach*bound) {
		for p > g*wheel+wheel/2 {
			next := c.point()
			if g == 1 {
				c.double(next, step)
			} else {
				c.add(next, giant, step, last)
			}
			giant, last = next, giant
			g++
			begin()
			clear(pairs)
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		distance := max(p-g*wheel, g*wheel-p)
		if _, twice := pairs[distance]; twice || index[distance] < 0 {
			continue
		}
		pairs[distance] = struct{}{}
		// X(giant) Z(baby) - X(baby) Z(giant)
		b := &babies[index[distance]]
		c.sub(c.s, giant.x, b.x)
		c.modulus.add(c.t, giant.z, b.z)
		c.mul(c.s, c.s, c.t)
		c.sub(c.s, c.s, gx)
		c.modulus.add(c.s, c.s, b.product)
		c.mul(product, product, c.s)
	}
	return c.divisor(product), nil
}

// multiple returns k*p; for k = 0 the point at infinity.
func (c *curve) multiple(p point, k int) point {
	if k == 0 {
		infinity := c.point()
		copy(infinity.x, c.one)
		return infinity
	}
	r := c.copyOf(p)
	c.multiply(r, big.NewInt(int64(k)))
	return r
}

// A baby is a small multiple of the point, with the product of its coordinates.
type baby struct {
	point
	product residue
}

// babies returns the baby steps, and for each distance the index of its baby, or -1.
func (c *curve) babies(q point, wheel int) (all []baby, index []int) {
	index = make([]int, wheel/2+1)
	double := c.point()
	c.double(double, q)
	current, before := c.copyOf(q), c.copyOf(q) // 1 and, up to the sign, -1
	for k := 1; k <= wheel/2; k += 2 {
		index[k] = -1
		if coprime(k, wheel) {
			index[k] = len(all)
			product := c.zero()
			c.mul(product, current.x, current.z)
			all = append(all, baby{current, product})
		}
		next := c.point()
		c.add(next, current, double, before)
		before, current = current, next
	}
	for k := 0; k <= wheel/2; k += 2 {
		index[k] = -1
	}
	return all, index
}

func coprime(a, b int) bool {
	for b != 0 {
		a, b = b, a%b
	}
	return a == 1
}
