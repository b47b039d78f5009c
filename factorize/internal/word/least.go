package word

import (
	"sync"
	"sync/atomic"
)

// leastBits is the size of the numbers whose least prime factor is in a table.
const leastBits = 20

// The table is computed in blocks when they are needed: whoever factors one number does not wait for all.
const (
	leastBlockBits = 13
	leastBlock     = 1 << leastBlockBits
	leastBlocks    = 1 << (leastBits - 1 - leastBlockBits)
)

// leastFactors gives for every odd number the place of its least prime factor among the trial primes, counted from 1,
// or 0 for a prime.
//
//policy:mutable a table, whose blocks are computed when they are needed
var leastFactors struct {
	of      [1 << (leastBits - 1)]uint8
	ready   [leastBlocks]atomic.Bool // whoever sees it may read the block
	writing sync.Mutex
}

// makeLeastBlock computes the block with the odd numbers from i<<(leastBlockBits+1) on.
func makeLeastBlock(i uint64) {
	l := &leastFactors
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.ready[i].Load() {
		return
	}
	from := i << leastBlockBits // in halves of odd numbers
	for k := range trialPrimes[:leastPrimes] {
		p := trialPrimes[k].prime
		q := p * p / 2
		if q < from {
			q += (from - q + p - 1) / p * p
		}
		for ; q < from+leastBlock; q += p {
			if l.of[q] == 0 {
				l.of[q] = uint8(k + 1)
			}
		}
	}
	l.ready[i].Store(true)
}

// leastPrimes is how many odd primes there are below the root of 2^20.
const leastPrimes = 171

// appendLeast appends the prime factors of the odd number n < 2^20, ascending.
func appendLeast(dst []uint64, n uint64) []uint64 {
	l := &leastFactors
	for n > 1 {
		half := n / 2 % (1 << (leastBits - 1))
		if !l.ready[half/leastBlock].Load() {
			makeLeastBlock(half / leastBlock)
		}
		i := l.of[half]
		if i == 0 {
			return append(dst, n)
		}
		t := &trialPrimes[i-1]
		dst = append(dst, t.prime)
		n *= t.inverse // exact
	}
	return dst
}
