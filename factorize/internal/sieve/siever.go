package sieve

import "encoding/binary"

// A siever looks for smooth values of the polynomials, one a at a time. It belongs to one
// goroutine at a time.
type siever struct {
	job        *job
	polynomial *polynomial // that is sieved next; nil if a new a is to be begun
	// first and second are the zeros of the polynomial modulo the primes, counted
	// from the interval's start.
	first, second []uint32
	// deltas[i] is what the change of sign of part i moves the zeros by.
	deltas   [][]uint32
	interval []uint8
	// positions of the zeros in the current block.
	next1, next2 []uint32
	matches      []uint32
	found        []relation
	arena        []uint32
}

func newSiever(j *job) *siever {
	size := len(j.base.primes)
	return &siever{
		job:      j,
		first:    make([]uint32, size),
		second:   make([]uint32, size),
		interval: make([]uint8, j.interval),
		next1:    make([]uint32, size),
		next2:    make([]uint32, size),
		matches:  make([]uint32, size),
	}
}

// unitSize is how many values are sieved, about a millisecond's work, before the relations are handed over.
const unitSize = 1 << 21

// run sieves some of the polynomials of one a and returns the relations, valid until the next call, sooner if
// stop tells it to give up. It returns false when there is no further a.
func (s *siever) run(stop func() bool) (found []relation, ok bool) {
	if s.polynomial == nil {
		factors := s.job.leader.next()
		if factors == nil {
			return nil, false
		}
		s.polynomial = newPolynomial(s.job.base, &s.job.kn, factors)
		s.begin(s.polynomial)
	}
	s.found = s.found[:0]
	for sieved := 0; sieved < unitSize && !stop(); sieved += s.job.interval {
		s.sieve()
		s.collect(s.polynomial)
		part, positive, ok := s.polynomial.next(&s.job.kn)
		if !ok {
			s.polynomial = nil
			break
		}
		s.step(part, positive)
	}
	return s.found, true
}

// begin computes the zeros of the first polynomial of an a.
func (s *siever) begin(p *polynomial) {
	b := s.job.base
	for len(s.deltas) < len(p.parts) {
		s.deltas = append(s.deltas, make([]uint32, len(b.primes)))
	}
	half := uint64(s.job.interval / 2)
	for i := firstOdd; i < len(b.primes); i++ {
		prime := b.primes[i]
		q := uint64(prime)
		a := p.a.mod(prime)
		if a == 0 {
			// One of the primes of a. Its zeros stay at a place of no meaning:
			// collect divides by these primes of itself.
			for j := range p.parts {
				s.deltas[j][i] = 0
			}
			s.first[i], s.second[i] = 0, 0
			continue
		}
		inverse := uint64(inverseMod(a, prime))
		for j := range p.parts {
			s.deltas[j][i] = uint32(2 * uint64(p.parts[j].mod(prime)) * inverse % q)
		}
		root, offset := uint64(b.roots[i]), q-uint64(p.b.mod(prime))
		s.first[i] = uint32(((root+offset)*inverse + half) % q)
		s.second[i] = uint32(((q-root+offset)*inverse + half) % q)
	}
}

// step moves the zeros to the next polynomial of the same a.
func (s *siever) step(part int, positive bool) {
	primes := s.job.base.primes[firstOdd:]
	delta := s.deltas[part][firstOdd:][:len(primes)]
	first, second := s.first[firstOdd:][:len(primes)], s.second[firstOdd:][:len(primes)]
	if positive {
		for i, p := range primes {
			first[i] = subMod(first[i], delta[i], p)
			second[i] = subMod(second[i], delta[i], p)
		}
		return
	}
	for i, p := range primes {
		first[i] = addMod(first[i], delta[i], p)
		second[i] = addMod(second[i], delta[i], p)
	}
}

func addMod(a, b, p uint32) uint32 {
	r := a + b
	if r >= p {
		r -= p
	}
	return r
}

func subMod(a, b, p uint32) uint32 {
	r := a - b
	if a < b {
		r += p
	}
	return r
}

// sieve adds up the logarithms of the primes that divide each value. A byte of 128 or
// more marks a candidate.
func (s *siever) sieve() {
	j := s.job
	pattern := uint64(j.initial) * 0x0101010101010101
	for i := 0; i+8 <= len(s.interval); i += 8 {
		binary.LittleEndian.PutUint64(s.interval[i:], pattern)
	}
	s.sieveLarge()
	copy(s.next1[j.sieved:j.large], s.first[j.sieved:j.large])
	copy(s.next2[j.sieved:j.large], s.second[j.sieved:j.large])
	for start := 0; start < len(s.interval); start += blockSize {
		if len(s.interval)-start >= blockSize {
			s.sieveBlock((*[blockSize]uint8)(s.interval[start:]))
		} else {
			s.sieveShort(s.interval[start:])
		}
	}
}

// sieveBlock adds the primes up to the size of a block.
func (s *siever) sieveBlock(block *[blockSize]uint8) {
	j := s.job
	primes := j.base.primes[j.sieved:j.large]
	logs := j.base.logs[j.sieved:j.large][:len(primes)]
	next1 := s.next1[j.sieved:j.large][:len(primes)]
	next2 := s.next2[j.sieved:j.large][:len(primes)]
	for i := range primes {
		p, log := uint(primes[i]), logs[i]
		a, b := uint(min(next1[i], next2[i])), uint(max(next1[i], next2[i])) // no branch
		for b+p < blockSize {
			block[a%blockSize] += log
			block[b%blockSize] += log
			block[(a+p)%blockSize] += log
			block[(b+p)%blockSize] += log
			a += 2 * p
			b += 2 * p
		}
		for b < blockSize {
			block[a%blockSize] += log
			block[b%blockSize] += log
			a += p
			b += p
		}
		if a < blockSize {
			block[a] += log
			a += p
		}
		next1[i], next2[i] = uint32(a-blockSize), uint32(b-blockSize)
	}
}

// sieveShort is sieveBlock for an interval shorter than a block.
func (s *siever) sieveShort(block []uint8) {
	j := s.job
	for i := j.sieved; i < j.large; i++ {
		p, log := uint(j.base.primes[i]), j.base.logs[i]
		a, b := uint(min(s.next1[i], s.next2[i])), uint(max(s.next1[i], s.next2[i]))
		for b < uint(len(block)) {
			block[a] += log
			block[b] += log
			a += p
			b += p
		}
		if a < uint(len(block)) {
			block[a] += log
		}
	}
}

// sieveLarge adds the primes above the size of a block, each of which hits few
// blocks, over the whole interval.
func (s *siever) sieveLarge() {
	j := s.job
	interval := s.interval
	primes := j.base.primes[j.large:]
	logs := j.base.logs[j.large:][:len(primes)]
	first, second := s.first[j.large:][:len(primes)], s.second[j.large:][:len(primes)]
	for i := range primes {
		p, log := uint(primes[i]), logs[i]
		for a := uint(first[i]); a < uint(len(interval)); a += p {
			interval[a] += log
		}
		for b := uint(second[i]); b < uint(len(interval)); b += p {
			interval[b] += log
		}
	}
}
