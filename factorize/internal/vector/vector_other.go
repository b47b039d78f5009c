//go:build !amd64

package vector

// hits sets the bits of the primes of which x is a zero, up to 64 groups of them.
func (t *Table) hits(masks *[64]uint8, first, second []uint32, x uint32) {
	t.plainHits(masks, first, second, x, 0)
}

// Add adds delta to both lists of residues, modulo the primes.
func Add(first, second, delta, primes []uint32) { plainAdd(first, second, delta, primes, 0) }

// Sub subtracts delta from both lists of residues, modulo the primes.
func Sub(first, second, delta, primes []uint32) { plainSub(first, second, delta, primes, 0) }

// Marked returns the place of the first 64 bytes, from a multiple of 64 on, one of which is 128 or more, or the
// length without such. The length is a multiple of 64.
func Marked(bytes []uint8, from int) int { return plainMarked(bytes, from) }

// AddLogs adds the logarithm of each prime to the bytes of the block at its two zeros and all multiples of the prime
// from there, and moves the zeros on to the next block. The zeros are below their prime, and the primes, in
// ascending order, at most as large as the block.
func AddLogs(block []uint8, primes []uint32, logs []uint8, first, second []uint32) {
	plainAddLogs(block, primes, logs, first, second)
}

// Scale replaces dst by a*x/2^32 modulo the primes. a is a list of residues, and x any number.
func (t *Table) Scale(dst, a []uint32, x uint32) { t.plainScale(dst, a, x, 0) }

// Multiply replaces dst by a*b/2^32 modulo the primes, of two lists of residues.
func (t *Table) Multiply(dst, a, b []uint32) { t.plainMultiply(dst, a, b, 0) }

// Invert replaces dst by 2^64/a modulo the primes, and 0 by 0. a is a list of residues, and the primes are primes.
func (t *Table) Invert(dst, a []uint32) { t.plainInvert(dst, a, 0) }

// fill is Fill of at most together primes.
func (b *Buckets) fill(first, second, delta, primes []uint32, positive bool, index int) {
	b.plainMove(first, second, delta, primes, positive, 0)
	b.plainFill(first, second, primes, 0, index)
}

// places sets the bits of the entries, up to 64 groups of them, that are at the place.
func places(masks *[64]uint8, entries []uint32, place uint32) { plainPlaces(masks, entries, place, 0) }

// AddTo adds to each stripe the sum of those of the 64 that its mask names, a bit each. There is a mask for each stripe
// but for some of the last.
func (s *Sums) AddTo(stripes []Stripe, masks []uint64) { s.plainAddTo(stripes, masks) }
