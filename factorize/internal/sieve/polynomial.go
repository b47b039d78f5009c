package sieve

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/pythonweb/goweb/factorize/internal/vector"
)

// A leader makes the leading coefficients a of the polynomials
//
//	Q(x) = ((ax + b)² - kn) / a.
//
// Each is a product of primes of the factor base near sqrt(2kn)/m for the interval
// -m <= x < m, so that it has 2^(factors-1) usable b (Contini 1997).
type leader struct {
	base    *base
	target  float64 // natural logarithm of the best a
	factors int
	low     int // the primes are taken from base[low:high]
	high    int

	mutex  sync.Mutex
	random *rand.Rand
	used   map[string]struct{}
}

func newLeader(b *base, kn *big.Int, interval int) *leader {
	l := &leader{base: b, random: rand.New(rand.NewPCG(1997, 2)), used: map[string]struct{}{}}
	l.target = (logOf(kn)+math.Ln2)/2 - math.Log(float64(interval)/2)
	largest := float64(b.primes[len(b.primes)-1])
	// Primes of about 11 bits are frequent enough to choose from, and large enough not to be missed in the values; a small
	// base has only smaller ones.
	ideal := min(2500, largest/3)
	l.factors = max(int(math.Round(l.target/math.Log(ideal))), 2)
	middle := math.Exp(l.target / float64(l.factors))
	l.low = firstOdd
	for l.low < len(b.primes)-1 && float64(b.primes[l.low]) < middle*0.45 {
		l.low++
	}
	l.high = l.low
	for l.high < len(b.primes) && float64(b.primes[l.high]) < middle*2 {
		l.high++
	}
	for l.high-l.low < 3*l.factors+6 && (l.low > firstOdd+2 || l.high < len(b.primes)) {
		l.low = max(l.low-1, firstOdd+2)
		l.high = min(l.high+1, len(b.primes))
	}
	return l
}

// vary makes next return others than a leader that was not varied so.
func (l *leader) vary(seed uint64) { l.random = rand.New(rand.NewPCG(1997, 2+seed)) }

func logOf(n *big.Int) float64 {
	m := new(big.Float).SetInt(n)
	exponent := m.MantExp(m)
	f, _ := m.Float64()
	return math.Log(f) + float64(exponent)*math.Ln2
}

// next returns the indices of the primes of an a that was not returned before.
// Out of many random products it takes one close to the target. It returns nil if it finds no other.
func (l *leader) next() []int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for tolerance := 0.05; tolerance < 2; tolerance *= 1.1 {
		for range 20 {
			chosen, distance := l.draw()
			if chosen == nil || distance > tolerance {
				continue
			}
			key := string(runes(chosen))
			if _, old := l.used[key]; !old {
				l.used[key] = struct{}{}
				return chosen
			}
		}
	}
	return nil
}

func runes(indices []int) []rune {
	r := make([]rune, len(indices))
	for i, index := range indices {
		r[i] = rune(index)
	}
	return r
}

// draw takes all primes but one at random, and the last to come close to the target.
func (l *leader) draw() (chosen []int, distance float64) {
	rest := l.target
	for len(chosen) < l.factors-1 {
		i := l.low + l.random.IntN(l.high-l.low)
		if slices.Contains(chosen, i) || l.base.roots[i] == 0 {
			continue
		}
		chosen = append(chosen, i)
		rest -= math.Log(float64(l.base.primes[i]))
	}
	if rest > 30 || rest < 1 {
		return nil, 0
	}
	last, _ := slices.BinarySearch(l.base.primes[firstOdd:], uint32(math.Exp(rest)))
	last += firstOdd
	for last < len(l.base.primes) && (slices.Contains(chosen, last) || l.base.roots[last] == 0) {
		last++
	}
	if last >= len(l.base.primes) || last < firstOdd+2 {
		return nil, 0
	}
	chosen = append(chosen, last)
	slices.Sort(chosen)
	return chosen, math.Abs(rest - math.Log(float64(l.base.primes[last])))
}

// A polynomial is one Q, with what steps to the next b of the same a.
type polynomial struct {
	a       wide
	inverse wide // of a modulo 2^256
	b       wide
	c       wide
	factors []int    // indices of the primes q of a
	gammas  []uint32 // part i is gamma*a/q for the prime i of a
	parts   []wide   // b is a sum of all parts with either sign
	number  int      // of b, from 0
}

func newPolynomial(b *base, kn *wide, factors []int) *polynomial {
	p := &polynomial{a: wide{1}, factors: factors}
	for _, i := range factors {
		p.a = p.a.scaled(uint64(b.primes[i]))
	}
	p.inverse = p.a.inverse()
	for _, i := range factors {
		q := b.primes[i]
		rest := p.a
		rest.divide(q)
		gamma := uint64(b.roots[i]) * uint64(vector.Inverse(rest.mod(q), q)) % uint64(q)
		if gamma > uint64(q)/2 {
			gamma = uint64(q) - gamma
		}
		part := rest.scaled(gamma)
		p.parts = append(p.parts, part)
		p.gammas = append(p.gammas, uint32(gamma))
		p.b = p.b.plus(&part)
	}
	p.complete(kn)
	return p
}

func (p *polynomial) complete(kn *wide) {
	square := p.b.product(&p.b)
	square = square.minus(kn)
	p.c = square.product(&p.inverse)
}

// next steps to the next b in the order of a Gray code. It returns which part changed its sign, and whether it is now
// positive; ok is false after the last b.
func (p *polynomial) next(kn *wide) (part int, positive, ok bool) {
	p.number++
	if p.number == 1<<(len(p.parts)-1) {
		return 0, false, false
	}
	for p.number>>part&1 == 0 {
		part++
	}
	positive = p.number>>(part+1)&1 != 0
	twice := p.parts[part].scaled(2)
	if positive {
		p.b = p.b.plus(&twice)
	} else {
		p.b = p.b.minus(&twice)
	}
	p.complete(kn)
	return part, positive, true
}

// at returns ax + b and Q(x).
func (p *polynomial) at(x int64) (root, value wide) {
	ax := p.a.times(x)
	root = ax.plus(&p.b)
	slope := root.plus(&p.b)
	value = slope.times(x)
	return root, value.plus(&p.c)
}
