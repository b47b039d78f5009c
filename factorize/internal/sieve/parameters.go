package sieve

import "github.com/pythonweb/goweb/factorize/internal/vector"

// blockSize is the part of an interval that is sieved at once, so that it stays in the first-level cache.
const blockSize = vector.BlockSize

// parameters depend on the size of the number. They were measured on this implementation; the published tables of FLINT
// and YAFU were the starting point.
type parameters struct {
	bits     int // of n
	base     int // primes in the factor base
	interval int // length of the sieve interval of one polynomial
	skipped  int // primes below are not sieved
	slack    int // bits that the skipped primes may contribute
	large    int // a large prime is below this multiple of the largest prime
	double   int // bits of the largest product of two large primes; 0 if one has to do
}

var table = []parameters{
	{64, 60, 1 << 13, 16, 7, 20, 0},
	{80, 80, 1 << 13, 20, 8, 20, 0},
	{96, 120, 1 << 13, 30, 8, 20, 0},
	{112, 240, 1 << 14, 40, 10, 40, 0},
	{128, 480, 1 << 14, 50, 11, 60, 0},
	{146, 900, 1 << 15, 60, 12, 70, 0},
	{166, 1900, 1 << 15, 90, 14, 80, 0},
	{182, 3200, 1 << 15, 170, 16, 150, 0},
	{199, 5500, 1 << 15, 256, 19, 300, 0},
	{216, 8500, 1 << 15, 256, 19, 350, 0},
	{232, 15000, 1 << 15, 256, 20, 400, 0},
	{247, 23000, 1 << 16, 256, 20, 400, 0},
	{256, 22000, 1 << 16, 256, 20, 160, 47},
	{300, 50000, 1 << 17, 256, 20, 160, 52},
	{332, 95000, 1 << 18, 256, 20, 160, 56},
}

// parametersFor interpolates between two rows of the table.
func parametersFor(bits int) parameters {
	if bits <= table[0].bits {
		return table[0]
	}
	for i := 1; i < len(table); i++ {
		if bits <= table[i].bits {
			low, high := table[i-1], table[i]
			between := func(a, b int) int { return a + (b-a)*(bits-low.bits)/(high.bits-low.bits) }
			double := high.double
			if low.double > 0 {
				double = between(low.double, high.double)
			}
			return parameters{
				bits, between(low.base, high.base), high.interval,
				between(low.skipped, high.skipped), between(low.slack, high.slack), between(low.large, high.large), double,
			}
		}
	}
	return table[len(table)-1]
}
