package sieve

import (
	"encoding/binary"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/vector"
)

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
	// positions of the zeros from the current block's start on.
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
	delta, first, second := s.deltas[part][firstOdd:], s.first[firstOdd:], s.second[firstOdd:]
	if positive {
		vector.Sub(first, second, delta, primes)
	} else {
		vector.Add(first, second, delta, primes)
	}
}

// sieve adds up the logarithms of the primes that divide each value. A byte of 128 or
// more marks a candidate.
func (s *siever) sieve() {
	j := s.job
	pattern := uint64(j.initial) * 0x0101010101010101
	for i := 0; i+8 <= len(s.interval); i += 8 {
		binary.LittleEndian.PutUint64(s.interval[i:], pattern)
	}
	copy(s.next1[j.sieved:j.beyond], s.first[j.sieved:j.beyond])
	copy(s.next2[j.sieved:j.beyond], s.second[j.sieved:j.beyond])
	for block := range slices.Chunk(s.interval, blockSize) {
		s.addLogs(block, j.sieved, j.large)
	}
	// The primes above the size of a block hit few blocks: they are taken over the whole interval.
	s.addLogs(s.interval, j.large, j.beyond)
	s.addBeyond()
}

// addLogs adds the primes from one index to another over a part of the interval.
func (s *siever) addLogs(part []uint8, from, to int) {
	b := s.job.base
	vector.AddLogs(part, b.primes[from:to], b.logs[from:to], s.next1[from:to], s.next2[from:to])
}

// addBeyond adds the primes that are larger than the interval, of which each zero is in it once or not at all.
func (s *siever) addBeyond() {
	j := s.job
	logs := j.base.logs[j.beyond:]
	first, second := s.first[j.beyond:][:len(logs)], s.second[j.beyond:][:len(logs)]
	for i, log := range logs {
		if a := int(first[i]); a < len(s.interval) {
			s.interval[a] += log
		}
		if b := int(second[i]); b < len(s.interval) {
			s.interval[b] += log
		}
	}
}
