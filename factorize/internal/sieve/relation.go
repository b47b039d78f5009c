package sieve

import "encoding/binary"

// A relation says that root² = product of the factors and the large prime, modulo n.
type relation struct {
	root    wide     // not negative
	factors []uint32 // indices into the factor base, repeated as often as they divide
	large   uint32   // 1 if there is none
}

// collect divides the candidates that the sieve marked.
func (s *siever) collect(p *polynomial) {
	const marks = 0x8080808080808080
	a := s.interval
	for i := 0; i+32 <= len(a); i += 32 {
		w0, w1 := binary.LittleEndian.Uint64(a[i:]), binary.LittleEndian.Uint64(a[i+8:])
		w2, w3 := binary.LittleEndian.Uint64(a[i+16:]), binary.LittleEndian.Uint64(a[i+24:])
		if (w0|w1|w2|w3)&marks == 0 {
			continue
		}
		for k := i; k < i+32; k++ {
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

// match returns the indices of the sieved primes that divide the value at x.
func (s *siever) match(x uint32) []uint32 {
	j := s.job
	b := j.base
	primes := b.primes[j.sieved:]
	inverse, limit := b.inverse[j.sieved:][:len(primes)], b.limit[j.sieved:][:len(primes)]
	first, second := s.first[j.sieved:][:len(primes)], s.second[j.sieved:][:len(primes)]
	found := s.matches[:0]
	for i, p := range primes {
		// x + p - zero is positive and below 2^32.
		x := x + p
		if (x-first[i])*inverse[i] <= limit[i] || (x-second[i])*inverse[i] <= limit[i] {
			found = append(found, uint32(i+j.sieved))
		}
	}
	return found
}
