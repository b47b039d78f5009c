package dword

import (
	"context"
	"math/big"
	"sync"

	"github.com/pythonweb/goweb/factorize/internal/chain"
)

// A point of a curve, in projective coordinates X:Z.
type point struct{ x, z residue }

// curve is an elliptic curve in Montgomery's form, B y² = x³ + A x² + x.
type curve struct {
	*modulus
	a residue // (A+2)/4
}

// add stores p + q, where d = p - q.
func (c *curve) add(dst, p, q, d *point) {
	u := c.mul(c.sub(p.x, p.z), add(q.x, q.z))
	v := c.mul(add(p.x, p.z), c.sub(q.x, q.z))
	s, t := add(u, v), c.sub(u, v)
	s, t = c.mul(s, s), c.mul(t, t)
	dst.x, dst.z = c.mul(s, d.z), c.mul(t, d.x)
}

// double stores 2p.
func (c *curve) double(dst, p *point) {
	s, t := add(p.x, p.z), c.sub(p.x, p.z)
	s, t = c.mul(s, s), c.mul(t, t)
	d := c.sub(s, t)
	dst.x = c.mul(s, t)
	dst.z = c.mul(d, add(t, c.mul(d, c.a)))
}

func (c *curve) multiply(p *point, program chain.Program) {
	var r [chain.Registers]point
	r[0] = *p
	for i := range program.Steps {
		s := &program.Steps[i]
		if dst, p := &r[s.Dst%chain.Registers], &r[s.P%chain.Registers]; s.Double {
			c.double(dst, p)
		} else {
			c.add(dst, p, &r[s.Q%chain.Registers], &r[s.Diff%chain.Registers])
		}
	}
	*p = r[program.Result]
}

// start chooses the curve by Suyama's parameter, which gives a group order divisible by 12. A divisor means that there
// is no such curve.
func (c *curve) start(sigma uint64) (p point, divisor *big.Int) {
	s := c.enter(sigma)
	u := c.reduced(c.sub(c.mul(s, s), c.enter(5)))
	v := c.enter(4 * sigma)
	p.x = c.mul(c.mul(u, u), u)
	p.z = c.mul(c.mul(v, v), v)
	w := c.sub(v, u)
	top := c.mul(c.mul(c.mul(w, w), w), add(c.mul(u, c.enter(3)), v))
	bottom := c.mul(c.mul(p.x, v), c.enter(16))
	inverse, divisor := c.invert(bottom)
	c.a = c.mul(top, inverse)
	return p, divisor
}

// reduced brings a residue below 4n below 2n.
func (m *modulus) reduced(a residue) residue { return m.mul(a, m.one) }

// maxGiants bounds the giant steps of a plan.
const maxGiants = 300

// plans are ordered by the size of the numbers that they suit.
var plans = [...]struct {
	bits int
	plan func() *chain.Plan
}{
	{72, sync.OnceValue(func() *chain.Plan { return chain.NewPlan(200, 6000) })},
	{80, sync.OnceValue(func() *chain.Plan { return chain.NewPlan(300, 10000) })},
	{90, sync.OnceValue(func() *chain.Plan { return chain.NewPlan(400, 16000) })},
	{100, sync.OnceValue(func() *chain.Plan { return chain.NewPlan(600, 25000) })},
	{MaxBits, sync.OnceValue(func() *chain.Plan { return chain.NewPlan(1000, 45000) })},
}

func planFor(bits int) *chain.Plan {
	for _, p := range plans {
		if bits <= p.bits {
			return p.plan()
		}
	}
	panic("dword: the number is too long")
}

// Split tries a number of curves (Lenstra 1987) and returns a factor of n other than 1 and n, or nil if
// none of them finds one. n is odd and composite, and has at most MaxBits bits.
func Split(ctx context.Context, n *big.Int, curves int) (*big.Int, error) {
	p := planFor(n.BitLen())
	c := curve{modulus: newModulus(n)}
	for sigma := uint64(6); sigma < uint64(6+curves); sigma++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q, d := c.start(sigma)
		if d == nil {
			d = c.try(q, p)
		}
		if d != nil && d.Cmp(n) != 0 {
			return d, nil
		}
	}
	return nil, nil
}

// try runs both stages and returns a divisor of n, or nil.
func (c *curve) try(q point, p *chain.Plan) *big.Int {
	c.multiply(&q, p.Stage1)
	var points [chain.BabySteps + maxGiants]point
	babies, giants := points[:chain.BabySteps], points[chain.BabySteps:chain.BabySteps+p.Giants]
	c.steps(&q, babies, giants)
	giants[0] = q // the point at infinity, to which no pair refers
	if d := c.normalise(points[:chain.BabySteps+p.Giants]); d != nil {
		return d
	}
	return c.divisor(c.combine(babies, giants, p.Pairs))
}

// steps computes the baby steps and the giant steps from the first.
func (c *curve) steps(q *point, babies, giants []point) {
	var q2, q4, q6 point
	c.double(&q2, q)
	c.double(&q4, &q2)
	c.add(&q6, &q4, &q2, &q2)
	// 1, 7, 13, ... and 5, 11, 17, ...: each adds 6 to the one before.
	var ones, fives [(chain.Wheel/2)/6 + 2]point
	var q3 point
	c.add(&q3, &q2, q, q)
	ones[0] = *q
	c.add(&fives[0], &q3, &q2, q)
	c.add(&ones[1], &q6, q, &fives[0])
	c.add(&fives[1], &q6, &fives[0], q)
	for i := 2; i < len(ones); i++ {
		c.add(&ones[i], &ones[i-1], &q6, &ones[i-2])
		c.add(&fives[i], &fives[i-1], &q6, &fives[i-2])
	}
	for i, baby := range chain.Babies() {
		if baby%6 == 1 {
			babies[i] = ones[baby/6]
		} else {
			babies[i] = fives[baby/6]
		}
	}
	// 105 = 103 + 2, and 101 = 103 - 2.
	var half point
	c.add(&half, &babies[23], &q2, &babies[22])
	c.double(&giants[1], &half)
	c.double(&giants[2], &giants[1])
	for i := 3; i < len(giants); i++ {
		c.add(&giants[i], &giants[i-1], &giants[1], &giants[i-2])
	}
}

// normalise divides every X by its Z with one inversion. A divisor means that some Z is not
// invertible.
func (c *curve) normalise(points []point) *big.Int {
	var before [chain.BabySteps + maxGiants]residue
	product := c.one
	for i := range points {
		before[i] = product
		product = c.mul(product, points[i].z)
	}
	r, d := c.invert(product)
	if d != nil && d.Cmp(c.number) == 0 {
		// Every factor was found, perhaps by different points.
		for i := range points {
			if d := c.divisor(points[i].z); d != nil {
				return d
			}
		}
	}
	if d != nil {
		return d
	}
	for i := len(points) - 1; i >= 0; i-- {
		p := &points[i]
		p.x = c.mul(p.x, c.mul(r, before[i]))
		r = c.mul(r, p.z)
	}
	return nil
}

// combine multiplies the differences of the abscissas of all pairs: a prime of the second stage makes one of them zero
// modulo a factor.
func (c *curve) combine(babies, giants []point, pairs []uint8) residue {
	e, f := c.one, c.one
	for g := range giants {
		x := giants[g].x
		row := pairs[1 : 1+pairs[0]]
		pairs = pairs[1+pairs[0]:]
		if len(row)&1 != 0 {
			e = c.mul(e, c.sub(x, babies[row[0]].x))
			row = row[1:]
		}
		for ; len(row) > 1; row = row[2:] {
			e = c.mul(e, c.sub(x, babies[row[0]].x))
			f = c.mul(f, c.sub(x, babies[row[1]].x))
		}
	}
	return c.mul(e, f)
}
