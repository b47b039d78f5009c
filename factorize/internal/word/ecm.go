package word

import (
	"math/bits"
	"sync"

	"github.com/pythonweb/goweb/factorize/internal/chain"
)

// A plan is the work per curve: the first stage multiplies by all prime powers
// up to b1, the second finds one further prime up to b2.
type plan struct {
	stage1 chain.Program
	giants int
	// pairs lists, giant step by giant step, how many and which of the baby
	// steps differ from it or add up with it to a prime.
	pairs []uint8
}

// The baby steps are the numbers below wheel/2 that are coprime to the wheel, and the
// giant steps are the wheel's multiples: every prime above 7 is the sum or the difference
// of one of each.
const wheel = 210

var babySteps = [24]uint64{
	1, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
}

const maxGiants = 64

// plans are ordered by the size of the numbers that they suit.
var plans = [...]struct {
	bits int
	plan func() *plan
}{
	{44, sync.OnceValue(func() *plan { return newPlan(47, 25*47) })},
	{52, sync.OnceValue(func() *plan { return newPlan(70, 25*70) })},
	{58, sync.OnceValue(func() *plan { return newPlan(85, 25*85) })},
	{62, sync.OnceValue(func() *plan { return newPlan(125, 25*125) })},
	{64, sync.OnceValue(func() *plan { return newPlan(190, 32*190) })},
}

func planFor(n uint64) *plan {
	for _, p := range plans {
		if bits.Len64(n) <= p.bits {
			return p.plan()
		}
	}
	panic("unreachable: 64 bits are the last")
}

func newPlan(b1, b2 uint64) *plan {
	var p plan
	twos := 0
	for q := uint64(2); q <= b1; q *= 2 {
		twos++
	}
	var primes []uint64
	for q := uint64(3); q <= b1; q += 2 {
		if isPrimeNaive(q) {
			for r := q; r <= b1; r *= q {
				primes = append(primes, q)
			}
		}
	}
	p.stage1 = chain.Multiply(twos, primes...)
	p.giants = int((b2+wheel/2)/wheel) + 1
	for g := uint64(0); g < uint64(p.giants); g++ {
		count := len(p.pairs)
		p.pairs = append(p.pairs, 0)
		for i, baby := range babySteps {
			sum, difference := g*wheel+baby, g*wheel-baby
			if sum > b1 && sum <= b2 && isPrimeNaive(sum) ||
				g > 0 && difference > b1 && difference <= b2 && isPrimeNaive(difference) {
				p.pairs = append(p.pairs, uint8(i))
				p.pairs[count]++
			}
		}
	}
	return &p
}

// attempts bounds the pairs of curves.
const attempts = 100

// splitByCurves looks for a factor of composite n by elliptic curves (Lenstra
// 1987), two at a time. It returns 0 if none of the curves finds one.
func splitByCurves(n uint64) uint64 {
	p := planFor(n)
	c := curves{modulus: newModulus(n)}
	first := plans[0].plan()
	for i := range attempts {
		point, d := c.start(sigmaFor(2*i), sigmaFor(2*i+1))
		if d == 1 {
			if i == 0 {
				d = c.try(point, first)
			} else {
				d = c.try(point, p)
			}
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
	var babies [len(babySteps)]pair
	var giants [maxGiants]pair
	c.steps(&point, &babies, giants[:p.giants])
	if d := c.normalise(babies[:], giants[1:p.giants]); d != 1 {
		return d
	}
	return c.combine(&babies, &giants, p)
}

// steps fills in the baby and giant multiples of the point. giants[0] stays the
// point at infinity: no pair refers to it but through the babies themselves.
func (c *curves) steps(q *pair, babies *[len(babySteps)]pair, giants []pair) {
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
	if len(giants) > 1 {
		c.double(&giants[1], &half)
	}
	if len(giants) > 2 {
		c.double(&giants[2], &giants[1])
	}
	for i := 3; i < len(giants); i++ {
		c.add(&giants[i], &giants[i-1], &giants[1], &giants[i-2])
	}
}

// normalise divides every X by its Z with one inversion (Montgomery's trick).
// A divisor other than 1 means that some Z is not invertible.
func (c *curves) normalise(lists ...[]pair) uint64 {
	n, inv := c.n, c.inv
	var before [len(babySteps) + maxGiants][2]uint64
	product0, product1 := c.one, c.one
	k := 0
	for _, list := range lists {
		for i := range list {
			before[k] = [2]uint64{product0, product1}
			product0 = mul(product0, list[i].z0, n, inv)
			product1 = mul(product1, list[i].z1, n, inv)
			k++
		}
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
	for l := len(lists) - 1; l >= 0; l-- {
		list := lists[l]
		for i := len(list) - 1; i >= 0; i-- {
			k--
			p := &list[i]
			p.x0 = mul(p.x0, mul(r0, before[k][0], n, inv), n, inv)
			p.x1 = mul(p.x1, mul(r1, before[k][1], n, inv), n, inv)
			r0 = mul(r0, p.z0, n, inv)
			r1 = mul(r1, p.z1, n, inv)
		}
	}
	return 1
}

// combine multiplies the differences of the abscissas of all pairs: a prime of the
// second stage makes one of them zero modulo a factor.
func (c *curves) combine(babies *[len(babySteps)]pair, giants *[maxGiants]pair, p *plan) uint64 {
	n, inv := c.n, c.inv
	e0, e1, f0, f1 := c.one, c.one, c.one, c.one
	pairs := p.pairs
	for g := 0; g < p.giants; g++ {
		x0, x1 := giants[g].x0, giants[g].x1
		row := pairs[1 : 1+pairs[0]]
		pairs = pairs[1+pairs[0]:]
		if g == 0 {
			continue
		}
		for len(row) > 1 {
			b, d := &babies[row[0]%24], &babies[row[1]%24]
			e0 = mul(e0, sub(x0, b.x0, n), n, inv)
			e1 = mul(e1, sub(x1, b.x1, n), n, inv)
			f0 = mul(f0, sub(x0, d.x0, n), n, inv)
			f1 = mul(f1, sub(x1, d.x1, n), n, inv)
			row = row[2:]
		}
		if len(row) > 0 {
			b := &babies[row[0]%24]
			e0 = mul(e0, sub(x0, b.x0, n), n, inv)
			e1 = mul(e1, sub(x1, b.x1, n), n, inv)
		}
	}
	e0, e1 = mul(e0, f0, n, inv), mul(e1, f1, n, inv)
	d := gcd(mul(e0, e1, n, inv), n)
	if d == n {
		if d = gcd(e0, n); d == n || d == 1 {
			d = gcd(e1, n)
		}
	}
	return d
}
