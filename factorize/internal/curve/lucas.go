package curve

import (
	"context"
	"math/big"
)

// Minus tries Pollard's p-1 method (1974): it finds p if all prime powers in p-1 are at most bound, but for one prime
// up to reach*bound. It returns a proper factor of n, or nil.
func Minus(ctx context.Context, n *big.Int, bound int) (*big.Int, error) {
	return lucas(ctx, n, big.NewRat(10, 3), bound) // 3 + 1/3, whose powers stay in the field of p
}

// Plus tries Williams's p+1 method (1982), which finds p if p+1 is so. Each of its two starts works for half of the
// primes, and for the other half looks at p-1 once more.
func Plus(ctx context.Context, n *big.Int, bound int) (*big.Int, error) {
	for _, start := range []*big.Rat{big.NewRat(2, 7), big.NewRat(6, 5)} {
		if d, err := lucas(ctx, n, start, bound); d != nil || err != nil {
			return d, err
		}
	}
	return nil, nil
}

// A trace computes V(k) = a^k + a^-k for one a, modulo n: Lucas's sequences.
type trace struct {
	*modulus
	two, scratch residue
}

// lucas computes V(e) for the product e of all prime powers up to the bound. V(e) is 2 modulo p if the order
// of a divides e.
func lucas(ctx context.Context, n *big.Int, start *big.Rat, bound int) (*big.Int, error) {
	m := newModulus(n)
	inverse := new(big.Int).ModInverse(start.Denom(), n)
	if inverse == nil {
		return nil, nil // a factor so small is not looked for here
	}
	t := trace{m, m.enterWord(2), m.zero()}
	v := m.enter(inverse.Mul(inverse, start.Num()))
	plan, err := planFor(bound, ctx.Err)
	if err != nil {
		return nil, err
	}
	if err := t.power(ctx, v, plan.exponent); err != nil {
		return nil, err
	}
	difference := m.zero()
	m.sub(difference, v, t.two)
	if d := m.divisor(difference); d != nil {
		return d, nil
	}
	return t.second(ctx, v, plan)
}

// double stores V(2k) for V(k). dst may be v.
func (t *trace) double(dst, v residue) {
	t.mul(dst, v, v)
	t.sub(dst, dst, t.two)
}

// add stores V(j+k) for V(j), V(k) and V(j-k). dst may be any of them.
func (t *trace) add(dst, v, w, difference residue) {
	t.mul(t.scratch, v, w)
	t.sub(dst, t.scratch, difference)
}

// power replaces V(k) by V(e*k), e > 0.
func (t *trace) power(ctx context.Context, v residue, e *big.Int) error {
	base, next := append(residue(nil), v...), t.zero()
	t.double(next, v)
	for i := e.BitLen() - 2; i >= 0; i-- {
		if err := t.pause(ctx, i); err != nil {
			return err
		}
		if e.Bit(i) != 0 {
			t.add(v, v, next, base)
			t.double(next, next)
		} else {
			t.add(next, next, v, base)
			t.double(v, v)
		}
	}
	return nil
}

// second looks for one further prime q with V(q) = 2: then V(giant) = V(baby).
func (t *trace) second(ctx context.Context, v residue, plan *plan) (*big.Int, error) {
	babies, err := t.babies(ctx, v, plan)
	if err != nil {
		return nil, err
	}
	step := append(residue(nil), v...)
	if err := t.power(ctx, step, big.NewInt(int64(plan.wheel))); err != nil {
		return nil, err
	}
	giant, last := append(residue(nil), step...), append(residue(nil), t.two...) // V(0) = 2
	for range plan.first - 1 {
		t.add(last, giant, step, last)
		giant, last = last, giant
	}
	product := append(residue(nil), t.one...)
	for i := range plan.giants() {
		if err := t.collect(ctx, product, giant, babies, plan.row(i)); err != nil {
			return nil, err
		}
		t.add(last, giant, step, last)
		giant, last = last, giant
	}
	return t.divisor(product), nil
}

// babies returns V of the baby steps: in two sequences with difference 6.
func (t *trace) babies(ctx context.Context, v residue, plan *plan) ([]residue, error) {
	two, three, five, six := t.zero(), t.zero(), t.zero(), t.zero()
	t.double(two, v)
	t.add(three, two, v, v)
	t.add(five, three, two, v)
	t.double(six, three)
	one := append(residue(nil), v...)
	beforeOne, beforeFive := append(residue(nil), five...), append(residue(nil), one...) // V(-5) and V(-1)
	all := make([]residue, 0, len(plan.babies))
	keep := func(k int, w residue) {
		if len(all) < len(plan.babies) && plan.babies[len(all)] == k {
			all = append(all, append(residue(nil), w...))
		}
	}
	for k := 1; len(all) < len(plan.babies); k += 6 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		keep(k, one)
		keep(k+4, five)
		t.add(beforeOne, one, six, beforeOne)
		one, beforeOne = beforeOne, one
		t.add(beforeFive, five, six, beforeFive)
		five, beforeFive = beforeFive, five
	}
	return all, nil
}
