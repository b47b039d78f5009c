package sieve

import (
	"bytes"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/vector"
)

// A siever looks for smooth values of the polynomials, one a at a time. It belongs to one
// goroutine at a time.
type siever struct {
	job        *job
	polynomial *polynomial // that is sieved next; nil if a new a is to be begun
	// first and second are the zeros of the polynomial modulo the primes, counted from the interval's start.
	first, second []uint32
	// deltas[i] is what the change of sign of part i moves the zeros by.
	deltas  [][]uint32
	block   []uint8
	pattern []uint8 // of a part of an empty block
	// positions of the zeros from the current block's start on.
	next1, next2 []uint32
	buckets      *vector.Buckets
	matches      []uint32
	found        []relation
	arena        []uint32
	scratch      [2][]uint32
}

func newSiever(j *job) *siever {
	size := len(j.base.primes)
	return &siever{
		job:     j,
		first:   make([]uint32, size),
		second:  make([]uint32, size),
		block:   make([]uint8, min(blockSize, j.interval)),
		pattern: bytes.Repeat([]byte{j.initial}, 1024),
		next1:   make([]uint32, j.large),
		next2:   make([]uint32, j.large),
		buckets: vector.NewBuckets(j.interval / blockSize),
		scratch: [2][]uint32{make([]uint32, size), make([]uint32, size)},
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
		s.sieve(s.polynomial)
		part, positive, ok := s.polynomial.next(&s.job.kn)
		if !ok {
			s.polynomial = nil
			break
		}
		s.step(part, positive)
	}
	return s.found, true
}

// begin computes the zeros of the first polynomial of an a, (±root - b)/a. As b is the sum of gamma*a/q for the primes
// q of a, b/a is that of gamma/q modulo any prime that is not one of them; those get meaningless zeros, and collect
// divides by them of itself. Each product takes 2^32 away: the exponents are balanced in the end.
func (s *siever) begin(p *polynomial) {
	b := s.job.base
	primes := b.table.From(firstOdd)
	size := len(primes.Primes)
	for len(s.deltas) < len(p.parts) {
		s.deltas = append(s.deltas, make([]uint32, len(b.primes)))
	}
	delta := func(i int) []uint32 {
		if i < 0 {
			return b.squares
		}
		return s.deltas[i][firstOdd:]
	}
	for i, f := range p.factors {
		primes.Scale(delta(i), delta(i-1), b.primes[f]) // the product of the first q
	}
	inverse, t := s.scratch[0][:size], s.scratch[1][:size]
	last := len(p.factors) - 1
	primes.Invert(inverse, delta(last))
	primes.Multiply(t, inverse, s.job.roots) // roots/a
	first, second := s.first[firstOdd:], s.second[firstOdd:]
	half := uint32(s.job.interval / 2)
	for i, prime := range primes.Primes {
		middle := half
		if prime <= half {
			middle %= prime
		}
		x, y := middle+t[i], middle-t[i]
		first[i], second[i] = min(x, x-prime), min(y, y+prime)
	}
	primes.Scale(inverse, inverse, 1)
	for i := last; i >= 0; i-- {
		q, gamma := b.primes[p.factors[i]], p.gammas[i]
		primes.Multiply(delta(i), inverse, delta(i-1))
		primes.Scale(inverse, inverse, q)
		primes.Scale(t, delta(i), gamma)
		vector.Sub(first, second, t, primes.Primes)
		primes.Scale(delta(i), delta(i), 2*gamma)
	}
	clear(t)
	s.fill(s.scratch[1], true)
}

// step moves the zeros to the next polynomial of the same a.
func (s *siever) step(part int, positive bool) {
	large := s.job.large
	primes := s.job.base.primes[firstOdd:large]
	delta, first, second := s.deltas[part][firstOdd:large], s.first[firstOdd:large], s.second[firstOdd:large]
	if positive {
		vector.Sub(first, second, delta, primes)
	} else {
		vector.Add(first, second, delta, primes)
	}
	s.fill(s.deltas[part], !positive)
}

// fill moves the zeros of the large primes and puts them into the buckets.
func (s *siever) fill(delta []uint32, positive bool) {
	b := s.job.base
	s.buckets.Clear()
	for _, r := range s.job.runs {
		s.buckets.Fill(s.first[r.from:r.to], s.second[r.from:r.to], delta[r.from:r.to], b.primes[r.from:r.to],
			positive, r.from, b.logs[r.from])
	}
}

// sieve adds up the logarithms of the primes that divide each value. A byte of 128 or more marks a candidate.
func (s *siever) sieve(p *polynomial) {
	j := s.job
	b := j.base
	from, to := j.sieved, j.large
	next1, next2 := s.next1[from:to], s.next2[from:to]
	copy(next1, s.first[from:to])
	copy(next2, s.second[from:to])
	for start := 0; start < j.interval; start += len(s.block) {
		for part := range slices.Chunk(s.block, len(s.pattern)) {
			copy(part, s.pattern)
		}
		vector.AddLogs(s.block, b.primes[from:to], b.logs[from:to], next1, next2)
		if len(j.runs) > 0 {
			s.buckets.AddLogs((*[blockSize]uint8)(s.block), start/blockSize)
		}
		s.collect(p, start)
	}
}
