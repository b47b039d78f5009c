package sieve

import "github.com/pythonweb/goweb/factorize/internal/vector"

// A relation says that root² = product of the factors and the large prime, modulo n.
type relation struct {
	root    wide     // not negative
	factors []uint32 // indices into the factor base, repeated as often as they divide
	large   uint32   // 1 if there is none
}

// collect divides the candidates that the sieve marked.
func (s *siever) collect(p *polynomial) {
	a := s.interval
	for i := vector.Marked(a, 0); i < len(a); i = vector.Marked(a, i+vector.MarkedBlock) {
		for k := i; k < i+vector.MarkedBlock; k++ {
			if a[k] >= 128 {
				s.divide(p, k)
			}
		}
	}
}

// divide divides the value at one place of the interval by the primes of the factor base. What is left decides
// whether the value makes a relation.
func (s *siever) divide(p *polynomial, place int) {
	j := s.job
	b := j.base
	root, value := p.at(int64(place) - int64(len(s.interval)/2))
	start := len(s.arena)
	if value.negative() {
		value = value.negated()
		s.arena = append(s.arena, signColumn)
	}
	if root.negative() {
		root = root.negated()
	}
	twos := value.trailingZeros()
	value = value.shifted(twos)
	for range twos {
		s.arena = append(s.arena, twoColumn)
	}
	x := uint32(place)
	for i := firstOdd; i < j.sieved; i++ {
		q := b.primes[i]
		if r := x % q; r == s.first[i] || r == s.second[i] {
			for value.divide(q) {
				s.arena = append(s.arena, uint32(i))
			}
		}
	}
	// The sieve saw the other primes: what they leave must not exceed a large prime.
	if value.bitLen()-int(s.interval[place]-j.initial) > j.largeBits+2 {
		s.arena = s.arena[:start]
		return
	}
	for _, i := range p.factors {
		s.arena = append(s.arena, uint32(i)) // a itself
		for value.divide(b.primes[i]) {
			s.arena = append(s.arena, uint32(i))
		}
	}
	for _, i := range s.match(x) {
		i += uint32(j.sieved)
		for value.divide(b.primes[i]) {
			s.arena = append(s.arena, i)
		}
	}
	if !value.small() || value[0] > j.largest {
		s.arena = s.arena[:start]
		return
	}
	s.found = append(s.found, relation{root, s.arena[start:len(s.arena):len(s.arena)], uint32(value[0])})
	if cap(s.arena)-len(s.arena) < 1024 {
		s.arena = make([]uint32, 0, 1<<14)
	}
}

// match returns which of the sieved primes divide the value at x, counted from the first sieved one.
func (s *siever) match(x uint32) []uint32 {
	from := s.job.sieved
	table := s.job.base.table.From(from)
	s.matches = table.AppendHits(s.matches[:0], s.first[from:], s.second[from:], x)
	return s.matches
}
