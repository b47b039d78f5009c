package word

import (
	"math/bits"
	"sync"

	"github.com/pythonweb/goweb/factorize/internal/chain"
)

// A plan is the work per curve or sequence: the first stage multiplies by all prime powers
// up to b1, the second finds one further prime up to b2.
type plan struct {
	stage1 chain.Program
	points int // of the second stage: the baby steps, then the giant steps
	pairs  []couple
}

// A couple is a giant step and a baby step, by their places among the points, that differ by a prime or add up to one.
type couple struct{ giant, baby uint8 }

// A points is the baby steps, in the order of their list, and the giant steps after them.
type points [128]pair

// The baby steps are the numbers below wheel/2 that are coprime to the wheel, and the
// giant steps are the wheel's multiples: every prime above 7 is the sum or the difference
// of one of each.
const wheel = 210

var babySteps = [24]uint64{
	1, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
}

// plans are ordered by the size of the numbers that they suit.
var plans = [...]struct {
	bits int
	plan func() *plan
}{
	{44, sync.OnceValue(func() *plan { return newPlan(38, 40*38) })},
	{50, sync.OnceValue(func() *plan { return newPlan(54, 40*54) })},
	{54, sync.OnceValue(func() *plan { return newPlan(70, 40*70) })},
	{58, sync.OnceValue(func() *plan { return newPlan(85, 50*85) })},
	{61, sync.OnceValue(func() *plan { return newPlan(125, 40*125) })},
	{64, sync.OnceValue(func() *plan { return newPlan(170, 45*170) })},
}

func planFor(n uint64) *plan {
	for _, p := range plans {
		if bits.Len64(n) <= p.bits {
			return p.plan()
		}
	}
	panic("unreachable: 64 bits are the last")
}

// newPlan returns the plan for the bounds. The orders of the curves are divisible by 12, and more often than others by
// high powers of 2: two more of these and one more of 3 cost little.
func newPlan(b1, b2 uint64) *plan {
	var p plan
	twos := 2
	for q := uint64(2); q <= b1; q *= 2 {
		twos++
	}
	primes := []uint64{3}
	for q := uint64(3); q <= b1; q += 2 {
		if isPrimeNaive(q) {
			for r := q; r <= b1; r *= q {
				primes = append(primes, q)
			}
		}
	}
	p.stage1 = chain.Multiply(twos, primes...)
	p.points = len(babySteps)
	wanted := func(n uint64) bool { return n > b1 && n <= b2 && isPrimeNaive(n) }
	for g := uint64(wheel); g <= b2+wheel/2; g += wheel {
		for i, baby := range babySteps {
			if wanted(g+baby) || wanted(g-baby) {
				p.pairs = append(p.pairs, couple{uint8(p.points), uint8(i)})
			}
		}
		p.points++
	}
	for len(p.pairs)%3 != 0 { // as combine takes them
		p.pairs = append(p.pairs, p.pairs[0])
	}
	return &p
}

// attempts bounds the pairs of curves.
const attempts = 100

// splitByCurves looks for a factor of composite n by Lucas sequences and then by elliptic
// curves (Lenstra 1987), two at a time. It returns 0 if none of them finds one.
func splitByCurves(n uint64) uint64 {
	p := planFor(n)
	c := curves{modulus: newModulus(n)}
	if d := c.trySequences(sequencePlan()); d != 1 && d != n {
		return d
	}
	for i := range attempts {
		point, d := c.start(sigmaFor(2*i), sigmaFor(2*i+1))
		if d == 1 {
			d = c.try(point, p)
		}
		if d != 1 && d != n {
			return d
		}
	}
	return 0
}

// try runs both stages and returns a divisor of n: often 1, rarely n.
func (c *curves) try(point pair, p *plan) uint64 {
	c.multiply(&point, p.stage1)
	if d := gcd(mul(point.z0, point.z1, c.n, c.inv), c.n); d != 1 && d != c.n {
		return d
	}
	var all points
	c.steps(&point, all[:p.points])
	if d := c.normalise(all[:p.points]); d != 1 {
		return d
	}
	return c.combine(&all, p)
}

// steps fills in the baby and giant multiples of the point.
func (c *curves) steps(q *pair, all []pair) {
	babies, giants := all[:len(babySteps)], all[len(babySteps):]
	var q2, q3, q5, q6 pair
	c.double(&q2, q)
	c.add(&q3, &q2, q, q)
	c.double(&q6, &q3)
	c.add(&q5, &q3, &q2, q)
	// Two sequences with difference 6: 1, 7, 13, ... and 5, 11, 17, ...
	babies[0] = *q
	var up, down [2]pair // the last two of each sequence
	var seven pair
	c.add(&seven, &q6, q, &q5)
	up[0], up[1] = *q, seven
	var eleven pair
	c.add(&eleven, &q6, &q5, q)
	down[0], down[1] = q5, eleven
	next := 1
	m := uint64(7)
	for next < len(babySteps) {
		if babySteps[next] == m+4 {
			babies[next] = down[1]
			next++
		}
		if next < len(babySteps) && babySteps[next] == m+6 {
			c.add(&seven, &up[1], &q6, &up[0])
			up[0], up[1] = up[1], seven
			babies[next] = up[1]
			next++
		} else {
			c.add(&seven, &up[1], &q6, &up[0])
			up[0], up[1] = up[1], seven
		}
		c.add(&eleven, &down[1], &q6, &down[0])
		down[0], down[1] = down[1], eleven
		m += 6
	}
	// 210 = 2*105 = 2*(103 + 2) where 101 = 103 - 2.
	var half pair
	c.add(&half, &babies[23], &q2, &babies[22])
	c.double(&giants[0], &half)
	if len(giants) > 1 {
		c.double(&giants[1], &giants[0])
	}
	for i := 2; i < len(giants); i++ {
		c.add(&giants[i], &giants[i-1], &giants[0], &giants[i-2])
	}
}

// normalise divides every X by its Z with one inversion (Montgomery's trick).
// A divisor other than 1 means that some Z is not invertible.
func (c *curves) normalise(list []pair) uint64 {
	n, inv := c.n, c.inv
	var before [len(points{})][2]uint64
	product0, product1 := c.one, c.one
	for i := range list {
		before[i] = [2]uint64{product0, product1}
		product0 = mul(product0, list[i].z0, n, inv)
		product1 = mul(product1, list[i].z1, n, inv)
	}
	both, d := c.invertResidue(mul(product0, product1, n, inv))
	if d == n { // at least one curve found both factors: the other may find one
		if d = gcd(product0, n); d == n || d == 1 {
			d = gcd(product1, n)
		}
	}
	if d != 1 {
		return d
	}
	r0, r1 := mul(both, product1, n, inv), mul(both, product0, n, inv)
	for i := len(list) - 1; i >= 0; i-- {
		p := &list[i]
		p.x0 = mul(p.x0, mul(r0, before[i][0], n, inv), n, inv)
		p.x1 = mul(p.x1, mul(r1, before[i][1], n, inv), n, inv)
		r0 = mul(r0, p.z0, n, inv)
		r1 = mul(r1, p.z1, n, inv)
	}
	return 1
}

// combine multiplies the differences of the abscissas of all pairs: a prime of the second stage makes one of them zero
// modulo a factor.
func (m *modulus) combine(all *points, p *plan) uint64 {
	n, inv := m.n, m.inv
	// Three products for each curve, which do not wait for each other.
	e0, f0, g0 := m.one, m.one, m.one
	e1, f1, g1 := m.one, m.one, m.one
	for pairs := p.pairs; len(pairs) >= 3; pairs = pairs[3:] {
		a, b := &all[pairs[0].giant%128], &all[pairs[0].baby%128]
		e0 = mul(e0, sub(a.x0, b.x0, n), n, inv)
		e1 = mul(e1, sub(a.x1, b.x1, n), n, inv)
		a, b = &all[pairs[1].giant%128], &all[pairs[1].baby%128]
		f0 = mul(f0, sub(a.x0, b.x0, n), n, inv)
		f1 = mul(f1, sub(a.x1, b.x1, n), n, inv)
		a, b = &all[pairs[2].giant%128], &all[pairs[2].baby%128]
		g0 = mul(g0, sub(a.x0, b.x0, n), n, inv)
		g1 = mul(g1, sub(a.x1, b.x1, n), n, inv)
	}
	e0 = mul(mul(e0, f0, n, inv), g0, n, inv)
	e1 = mul(mul(e1, f1, n, inv), g1, n, inv)
	d := gcd(mul(e0, e1, n, inv), n)
	if d == n {
		if d = gcd(e0, n); d == n || d == 1 {
			d = gcd(e1, n)
		}
	}
	return d
}
