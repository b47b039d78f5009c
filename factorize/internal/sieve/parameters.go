package sieve

// blockSize is the part of an interval that is sieved at once, so that it stays in
// the first-level cache.
const blockSize = 1 << 15

// parameters depend on the size of the number. They were measured on this
// implementation; the published tables of FLINT and YAFU were the starting point.
type parameters struct {
	bits     int // of n
	base     int // primes in the factor base
	interval int // length of the sieve interval of one polynomial
	skipped  int // primes below are not sieved
	slack    int // bits that the skipped primes may contribute
	large    int // the large prime is below this multiple of the largest prime
}

var table = []parameters{
	{64, 60, 1 << 13, 10, 6, 20},
	{80, 90, 1 << 14, 12, 6, 30},
	{96, 130, 1 << 15, 16, 7, 40},
	{112, 240, 1 << 16, 20, 8, 40},
	{128, 420, 1 << 16, 30, 9, 40},
	{144, 800, 1 << 16, 50, 10, 50},
	{160, 1300, 1 << 16, 80, 11, 60},
	{176, 2200, 1 << 17, 120, 12, 70},
	{192, 3600, 1 << 17, 200, 13, 80},
	{208, 5600, 1 << 18, 256, 14, 100},
	{224, 9000, 1 << 18, 256, 15, 100},
	{240, 15000, 3 << 17, 256, 16, 120},
	{256, 26000, 1 << 19, 256, 16, 120},
	{272, 40000, 1 << 19, 256, 16, 150},
	{300, 65000, 3 << 18, 256, 16, 150},
	{332, 120000, 1 << 20, 256, 16, 200},
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
			p := parameters{bits, between(low.base, high.base), high.interval, between(low.skipped, high.skipped), between(low.slack, high.slack), between(low.large, high.large)}
			return p
		}
	}
	return table[len(table)-1]
}
