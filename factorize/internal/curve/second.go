package curve

import (
	"context"
	"math/big"
	"math/bits"
)

// block is how many giant steps share an inversion.
const block = 128

// second looks for one further prime: giant and baby steps with equal abscissas, X/Z, modulo a factor.
func (c *curve) second(ctx context.Context, q point, plan *plan) (*big.Int, error) {
	babies, err := c.babies(ctx, q, plan)
	if err != nil {
		return nil, err
	}
	if d, ok, err := c.normalise(ctx, babies); !ok {
		return d, err
	}
	abscissas := make([]residue, len(babies))
	for i := range babies {
		abscissas[i] = babies[i].x
	}
	step := c.multiple(q, uint64(plan.wheel))
	k := uint64(plan.first)
	last, giant := c.multiple(step, k-1), c.multiple(step, k)
	giants := c.points(min(block, plan.giants()))
	product := append(residue(nil), c.one...)
	for done := 0; done < plan.giants(); done += len(giants) {
		giants = giants[:min(len(giants), plan.giants()-done)]
		for _, g := range giants {
			copy(g.x, giant.x)
			copy(g.z, giant.z)
			if k == 1 {
				c.double(last, step) // the point at infinity is not a difference
			} else {
				c.add(last, giant, step, last)
			}
			last, giant = giant, last
			k++
		}
		if d, ok, err := c.normalise(ctx, giants); !ok {
			return d, err
		}
		for i, g := range giants {
			if err := c.collect(ctx, product, g.x, abscissas, plan.row(done+i)); err != nil {
				return nil, err
			}
		}
	}
	return c.divisor(product), nil
}

// collect multiplies the product by the differences of x and those of the list that the bits tell.
func (m *modulus) collect(
	ctx context.Context, product, x residue, list []residue, row []uint64,
) error {
	for i, word := range row {
		if err := ctx.Err(); err != nil {
			return err
		}
		for ; word != 0; word &= word - 1 {
			m.sub(m.difference, x, list[64*i+bits.TrailingZeros64(word)])
			m.mul(product, product, m.difference)
		}
	}
	return nil
}

// babies returns the baby steps: in two sequences with difference 6.
func (c *curve) babies(ctx context.Context, q point, plan *plan) ([]point, error) {
	all := c.points(len(plan.babies))
	two, three, six := c.point(), c.point(), c.point()
	c.double(two, q)
	c.add(three, two, q, q)
	c.double(six, three)
	five := c.point()
	c.add(five, three, two, q)
	// Before 1 and 5 come -5 and -1, whose abscissas are those of 5 and 1.
	one, beforeOne := c.copyOf(q), c.copyOf(five)
	beforeFive := c.copyOf(q)
	next := 0
	keep := func(k int, p point) {
		if next < len(all) && plan.babies[next] == k {
			copy(all[next].x, p.x)
			copy(all[next].z, p.z)
			next++
		}
	}
	for k := 1; next < len(all); k += 6 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		keep(k, one)
		keep(k+4, five)
		c.add(beforeOne, one, six, beforeOne)
		one, beforeOne = beforeOne, one
		c.add(beforeFive, five, six, beforeFive)
		five, beforeFive = beforeFive, five
	}
	return all, nil
}

// normalise divides every X by its Z, with one inversion. If that is not possible, ok is false, and there may be a
// proper factor of n.
func (c *curve) normalise(ctx context.Context, points []point) (factor *big.Int, ok bool, err error) {
	before := make([]residue, len(points))
	product := append(residue(nil), c.one...)
	for i, p := range points {
		if err := c.pause(ctx, i); err != nil {
			return nil, false, err
		}
		before[i] = append(residue(nil), product...)
		c.mul(product, product, p.z)
	}
	inverse := new(big.Int)
	if inverse.ModInverse(c.leave(product), c.number) == nil {
		if d := c.divisor(product); d != nil {
			return d, false, nil
		}
		for _, p := range points { // every factor was found, perhaps by different points
			if d := c.divisor(p.z); d != nil {
				return d, false, nil
			}
		}
		return nil, false, nil
	}
	r := c.enter(inverse)
	for i := len(points) - 1; i >= 0; i-- {
		if err := c.pause(ctx, i); err != nil {
			return nil, false, err
		}
		p := points[i]
		c.mul(before[i], before[i], r)
		c.mul(r, r, p.z)
		c.mul(p.x, p.x, before[i])
	}
	return nil, true, nil
}
