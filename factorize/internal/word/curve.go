package word

import "github.com/pythonweb/goweb/factorize/internal/chain"

// A pair is one point on each of two curves modulo the same number, in projective coordinates X:Z. Working on two
// curves at once hides the latency of the multiplications.
type pair struct{ x0, z0, x1, z1 uint64 }

// curves are two elliptic curves in Montgomery's form, B y² = x³ + A x² + x.
type curves struct {
	modulus
	a0, a1 uint64 // (A+2)/4 of each
}

// add stores p + q, where d = p - q (Montgomery 1987, section 10.3.1).
func (c *curves) add(dst, p, q, d *pair) {
	n, inv := c.n, c.inv
	u0 := mul(sub(p.x0, p.z0, n), add(q.x0, q.z0, n), n, inv)
	u1 := mul(sub(p.x1, p.z1, n), add(q.x1, q.z1, n), n, inv)
	v0 := mul(add(p.x0, p.z0, n), sub(q.x0, q.z0, n), n, inv)
	v1 := mul(add(p.x1, p.z1, n), sub(q.x1, q.z1, n), n, inv)
	s0, t0 := add(u0, v0, n), sub(u0, v0, n)
	s1, t1 := add(u1, v1, n), sub(u1, v1, n)
	s0 = mul(s0, s0, n, inv)
	s1 = mul(s1, s1, n, inv)
	t0 = mul(t0, t0, n, inv)
	t1 = mul(t1, t1, n, inv)
	dst.x0 = mul(s0, d.z0, n, inv)
	dst.x1 = mul(s1, d.z1, n, inv)
	dst.z0 = mul(t0, d.x0, n, inv)
	dst.z1 = mul(t1, d.x1, n, inv)
}

// double stores 2p.
func (c *curves) double(dst, p *pair) {
	n, inv := c.n, c.inv
	s0, t0 := add(p.x0, p.z0, n), sub(p.x0, p.z0, n)
	s1, t1 := add(p.x1, p.z1, n), sub(p.x1, p.z1, n)
	s0 = mul(s0, s0, n, inv)
	s1 = mul(s1, s1, n, inv)
	t0 = mul(t0, t0, n, inv)
	t1 = mul(t1, t1, n, inv)
	d0 := sub(s0, t0, n)
	d1 := sub(s1, t1, n)
	dst.x0 = mul(s0, t0, n, inv)
	dst.x1 = mul(s1, t1, n, inv)
	dst.z0 = mul(d0, add(t0, mul(d0, c.a0, n, inv), n), n, inv)
	dst.z1 = mul(d1, add(t1, mul(d1, c.a1, n, inv), n), n, inv)
}

func (c *curves) multiply(p *pair, program chain.Program) {
	var r [chain.Registers]pair
	r[0] = *p
	for i := range program.Steps {
		s := &program.Steps[i]
		dst, p := &r[s.Dst%chain.Registers], &r[s.P%chain.Registers]
		if s.Double {
			c.double(dst, p)
		} else {
			c.add(dst, p, &r[s.Q%chain.Registers], &r[s.Diff%chain.Registers])
		}
	}
	*p = r[program.Result]
}

// A sigma is Suyama's parameter, a fraction.
type sigma struct{ over, under uint64 }

// sigmas are the curves with which the search begins: parameters 120/(x-24) + 5 for points of the curve
// y² = x³ - x² - 120x + 432. The orders of these have the prime factor 2 a third time more often on average
// (Barbulescu, Bos, Bouvier, Kleinjung and Montgomery 2012, "Finding ECM-friendly curves through a study of Galois
// properties").
var sigmas = [...]sigma{
	{11, 1},
	{11, 13},
	{47, 3},
	{239, 241},
	{3595, 2171},
	{46079, 40321},
	{149763, 17279},
	{6733681, 9843601},
	{18118805, 105169691},
	{151807449665, 29354031349},
}

// sigmaFor is the parameter of the i-th curve.
func sigmaFor(i int) sigma {
	if i < len(sigmas) {
		return sigmas[i]
	}
	return sigma{uint64(i) + 2, 1} // from 12 on
}

// start chooses the curves by Suyama's parameter, which gives a group order divisible by 12, and returns a point on
// each. A divisor of n other than 1 means that there is no such curve, but possibly a factor.
func (c *curves) start(sigma0, sigma1 sigma) (p pair, divisor uint64) {
	n, inv := c.n, c.inv
	var top, bottom, x, z [2]uint64
	for i, sigma := range [2]sigma{sigma0, sigma1} {
		s, t := c.enter(sigma.over), c.enter(sigma.under)
		square := mul(t, t, n, inv)
		u := mul(s, s, n, inv)
		for range 5 {
			u = sub(u, square, n)
		}
		v := mul(s, t, n, inv)
		v = add(v, v, n)
		v = add(v, v, n)
		u3 := mul(mul(u, u, n, inv), u, n, inv)
		w := sub(v, u, n)
		w3 := mul(mul(w, w, n, inv), w, n, inv)
		top[i] = mul(w3, add(add(add(u, u, n), u, n), v, n), n, inv)
		b := mul(u3, v, n, inv)
		for range 4 {
			b = add(b, b, n)
		}
		bottom[i] = b
		x[i], z[i] = u3, mul(mul(v, v, n, inv), v, n, inv)
	}
	both := mul(bottom[0], bottom[1], n, inv)
	inverse, divisor := c.invertResidue(both)
	if divisor != 1 {
		return p, divisor
	}
	c.a0 = mul(top[0], mul(inverse, bottom[1], n, inv), n, inv)
	c.a1 = mul(top[1], mul(inverse, bottom[0], n, inv), n, inv)
	return pair{x[0], z[0], x[1], z[1]}, 1
}

// invertResidue inverts a Montgomery residue.
func (m *modulus) invertResidue(a uint64) (inverse, divisor uint64) {
	i, g := invert(a, m.n)
	if g != 1 {
		return 0, g
	}
	// i = 1/(aR): two multiplications by R² give R/a.
	return m.enter(m.enter(i)), 1
}
