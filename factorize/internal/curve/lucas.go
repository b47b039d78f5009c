package curve

import (
	"context"
	"math/big"
)

// Minus tries Pollard's p-1 method (1974): it finds p if all prime powers in p-1 are at most bound, but
// for one prime up to 50*bound. It returns a proper factor of n, or nil.
func Minus(ctx context.Context, n *big.Int, bound int) (*big.Int, error) {
	return lucas(ctx, n, big.NewRat(10, 3), bound) // 3 + 1/3, whose powers stay in the field of p
}

// Plus tries Williams's p+1 method (1982), which finds p if p+1 is so. Each of its two starts works for half
// of the primes, and for
// the other half looks at p-1 once more.
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
	for e := range multipliers(1, bound) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t.multiply(v, e)
	}
	difference := m.zero()
	m.sub(difference, v, t.two)
	if d := m.divisor(difference); d != nil {
		return d, nil
	}
	return t.second(ctx, v, bound)
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

// multiply replaces V(k) by V(e*k), e > 0.
func (t *trace) multiply(v residue, e *big.Int) {
	if e.BitLen() < 2 {
		return
	}
	base, next := append(residue(nil), v...), t.zero()
	t.double(next, v)
	for i := e.BitLen() - 2; i >= 0; i-- {
		if e.Bit(i) != 0 {
			t.add(v, v, next, base)
			t.double(next, next)
		} else {
			t.add(next, next, v, base)
			t.double(v, v)
		}
	}
}

// second looks for one further prime q with V(q) = 2. Every prime is a multiple of the wheel plus or minus a
// baby step, so that
// V(giant) = V(baby).
func (t *trace) second(ctx context.Context, v residue, bound int) (*big.Int, error) {
	wheel := wheelFor(bound)
	babies := make([]residue, wheel/2+1)
	square := t.zero()
	t.double(square, v)
	babies[1] = v
	before := v // V(-1) = V(1)
	for k := 3; k <= wheel/2; k += 2 {
		babies[k] = t.zero()
		t.add(babies[k], babies[k-2], square, before)
		before = babies[k-2]
	}
	step := append(residue(nil), v...)
	t.multiply(step, big.NewInt(int64(wheel)))
	g := max(bound/wheel, 1)
	giant, last := append(residue(nil), step...), append(residue(nil), step...)
	t.multiply(giant, big.NewInt(int64(g)))
	if g == 1 {
		copy(last, t.two)
	} else {
		t.multiply(last, big.NewInt(int64(g-1)))
	}
	product, difference := append(residue(nil), t.one...), t.zero()
	for p := range primesFrom(max(bound, wheel/2), reach*bound) {
		for p > g*wheel+wheel/2 {
			t.add(last, giant, step, last)
			giant, last = last, giant
			g++
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		if baby := babies[max(p-g*wheel, g*wheel-p)]; baby != nil {
			t.sub(difference, giant, baby)
			t.mul(product, product, difference)
		}
	}
	return t.divisor(product), nil
}
