package word

import "sync"

// leastBits is the size of the numbers whose least prime factor stands in a table.
const leastBits = 20

// leastFactors gives for the odd number 2i + 1 the place of its least prime factor among the trial
// primes, counted from 1, or 0 if it is a prime.
var leastFactors = sync.OnceValue(func() *[1 << (leastBits - 1)]uint8 {
	var table [1 << (leastBits - 1)]uint8
	for i := range trialPrimes {
		p := trialPrimes[i].prime
		for q := p * p / 2; q < uint64(len(table)); q += p {
			if table[q] == 0 {
				table[q] = uint8(i + 1)
			}
		}
	}
	return &table
})

// appendLeast appends the prime factors of the odd number n < 2^20, ascending.
func appendLeast(dst []uint64, n uint64) []uint64 {
	if n == 1 {
		return dst
	}
	least := leastFactors()
	for {
		i := least[n/2%(1<<(leastBits-1))]
		if i == 0 {
			return append(dst, n)
		}
		t := &trialPrimes[i-1]
		dst = append(dst, t.prime)
		n *= t.inverse // exact
	}
}
