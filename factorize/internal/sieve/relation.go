package sieve

import "github.com/pythonweb/goweb/factorize/internal/vector"

// A relation says that root² = product of the factors and the large primes, modulo n.
type relation struct {
	root    wide      // not negative
	factors []uint32  // indices into the factor base, repeated as often as they divide
	large   [2]uint32 // ascending, 1 where there is none
}

// collect divides the candidates that the sieve marked in the block from start on.
func (s *siever) collect(p *polynomial, start int) {
	a := s.block
	for i := vector.Marked(a, 0); i < len(a); i = vector.Marked(a, i+vector.MarkedBlock) {
		for k := i; k < i+vector.MarkedBlock; k++ {
			if a[k] >= 128 {
				s.divide(p, start+k, a[k]-s.job.initial)
			}
		}
	}
}

// divide divides the value at one place of the interval by the primes of the factor base, of which the sieve has
// found the logarithm. What is left decides whether the value makes a relation.
func (s *siever) divide(p *polynomial, place int, found uint8) {
	j := s.job
	b := j.base
	root, value := p.at(int64(place) - int64(j.interval/2))
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
	// The sieve saw the other primes: what they leave must not exceed the large primes.
	if value.bitLen()-int(found) > j.restBits+2 {
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
		for value.divide(b.primes[i]) {
			s.arena = append(s.arena, i)
		}
	}
	var large [2]uint32
	ok := value.small()
	if ok {
		large, ok = j.largePrimes(value[0])
	}
	if !ok {
		s.arena = s.arena[:start]
		return
	}
	s.found = append(s.found, relation{root, s.arena[start:len(s.arena):len(s.arena)], large})
	if cap(s.arena)-len(s.arena) < 1024 {
		s.arena = make([]uint32, 0, 1<<14)
	}
}

// match returns which of the sieved primes divide the value at x.
func (s *siever) match(x uint32) []uint32 {
	from, to := s.job.sieved, s.job.large
	table := s.job.base.table.Part(from, to)
	s.matches = table.AppendHits(s.matches[:0], s.first[from:to], s.second[from:to], x)
	for i := range s.matches {
		s.matches[i] += uint32(from)
	}
	if len(s.job.runs) > 0 {
		s.matches = s.buckets.AppendHits(s.matches, int(x>>vector.BlockBits), x&(blockSize-1))
	}
	return s.matches
}
