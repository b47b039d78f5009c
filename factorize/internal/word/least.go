package word

import "sync/atomic"

// leastBits is the size of the numbers whose least prime factor stands in a table.
const leastBits = 20

// A leastBlock gives for a run of odd numbers the place of their least prime factor among the trial primes, counted
// from 1, or 0 for a prime.
type leastBlock [1 << leastBlockBits]uint8

const (
	leastBlockBits = 13
	leastBlocks    = 1 << (leastBits - 1 - leastBlockBits)
)

// leastFactors are the blocks that were needed so far: who factors one number does not wait for all.
//
//policy:mutable a table, whose parts are computed when they are needed
var leastFactors [leastBlocks]atomic.Pointer[leastBlock]

// makeLeastBlock computes the block with the odd numbers from i<<(leastBlockBits+1) on.
func makeLeastBlock(i uint64) *leastBlock {
	block := new(leastBlock)
	from := i << leastBlockBits // in halves of odd numbers
	for k := range trialPrimes[:leastPrimes] {
		p := trialPrimes[k].prime
		q := p * p / 2
		if q < from {
			q += (from - q + p - 1) / p * p
		}
		for ; q < from+uint64(len(block)); q += p {
			if block[q-from] == 0 {
				block[q-from] = uint8(k + 1)
			}
		}
	}
	leastFactors[i].Store(block)
	return block
}

// leastPrimes is how many odd primes there are below the root of 2^20.
const leastPrimes = 171

// appendLeast appends the prime factors of the odd number n < 2^20, ascending.
func appendLeast(dst []uint64, n uint64) []uint64 {
	for n > 1 {
		k := n / 2 >> leastBlockBits % leastBlocks
		block := leastFactors[k].Load()
		if block == nil {
			block = makeLeastBlock(k)
		}
		i := block[n/2%uint64(len(block))]
		if i == 0 {
			return append(dst, n)
		}
		t := &trialPrimes[i-1]
		dst = append(dst, t.prime)
		n *= t.inverse // exact
	}
	return dst
}
