package word

import (
	"sync"

	"github.com/pythonweb/goweb/factorize/internal/chain"
)

// A term is V(k) of two Lucas sequences with Q = 1 modulo the same number.
type term struct{ v0, v1 uint64 }

// sequencePlan is the work on the sequences.
var sequencePlan = sync.OnceValue(func() *plan { return newPlan(85, 30*85) })

// trySequences looks for a prime factor p with p-1 or p+1 a product of small primes (Williams 1982, "A p + 1 method of
// factoring"), and returns a divisor of n: often 1, rarely n. A term takes one multiplication, where a point of a curve
// takes six. The sequences begin with 2/7 and 6/5, whose orders are divisible by 6 and by 4 (Montgomery 1987,
// section 5). n is coprime to 35.
func (m *modulus) trySequences(p *plan) uint64 {
	n, inv := m.n, m.inv
	i, _ := invert(35, n)
	of35 := m.enter(i)
	v := m.multiply(term{mul(of35, m.enter(10), n, inv), mul(of35, m.enter(42), n, inv)}, p.stage1)

	two := add(m.one, m.one, n)
	zero := term{two, two} // V(0)
	if d := gcd(mul(sub(v.v0, two, n), sub(v.v1, two, n), n, inv), n); d != 1 && d != n {
		return d
	}
	v2 := m.advance(v, v, zero)
	v3 := m.advance(v2, v, v)
	v4 := m.advance(v2, v2, zero)
	v5 := m.advance(v3, v2, v)
	v6 := m.advance(v3, v3, zero)
	var all points
	babies, giants := all[:len(babySteps)], all[len(babySteps):p.points]
	// Two sequences with difference 6: 1, 7, 13, ... and 5, 11, 17, ...
	up, down := [2]term{v5, v}, [2]term{v, v5} // the last two of each; V(-k) = V(k)
	next := 0
	for k := uint64(1); k < wheel/2; k += 6 {
		if babySteps[next] == k {
			babies[next].x0, babies[next].x1 = up[1].v0, up[1].v1
			next++
		}
		if next < len(babySteps) && babySteps[next] == k+4 {
			babies[next].x0, babies[next].x1 = down[1].v0, down[1].v1
			next++
		}
		up = [2]term{up[1], m.advance(up[1], v6, up[0])}
		down = [2]term{down[1], m.advance(down[1], v6, down[0])}
	}
	giant := m.advance(up[0], down[0], v4) // 210 = 103 + 107
	last, before := giant, zero
	for g := range giants {
		giants[g].x0, giants[g].x1 = last.v0, last.v1
		last, before = m.advance(last, giant, before), last
	}
	return m.combine(&all, p)
}

// advance returns V(i+j) from V(i), V(j) and V(i-j).
func (m *modulus) advance(i, j, difference term) term {
	n, inv := m.n, m.inv
	return term{
		sub(mul(i.v0, j.v0, n, inv), difference.v0, n),
		sub(mul(i.v1, j.v1, n, inv), difference.v1, n),
	}
}

// multiply returns V(ki) for v = V(i) and the program for k.
func (m *modulus) multiply(v term, program chain.Program) term {
	two := add(m.one, m.one, m.n)
	var r [chain.Registers]term
	r[0] = v
	for i := range program.Steps {
		s := &program.Steps[i]
		p, q, difference := r[s.P%chain.Registers], r[s.Q%chain.Registers], r[s.Diff%chain.Registers]
		if s.Double {
			q, difference = p, term{two, two}
		}
		r[s.Dst%chain.Registers] = m.advance(p, q, difference)
	}
	return r[program.Result]
}
