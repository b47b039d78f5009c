package vector

import "math/bits"

// plainScale multiplies by a number from place i on.
func (t *Table) plainScale(dst, a []uint32, x uint32, i int) {
	for ; i < len(t.Primes); i++ {
		dst[i] = t.product(i, a[i], x)
	}
}

// plainMultiply multiplies two lists from place i on.
func (t *Table) plainMultiply(dst, a, b []uint32, i int) {
	for ; i < len(t.Primes); i++ {
		dst[i] = t.product(i, a[i], b[i])
	}
}

// plainInvert inverts from place i on, by Euclid's algorithm.
func (t *Table) plainInvert(dst, a []uint32, i int) {
	for ; i < len(t.Primes); i++ {
		p := uint64(t.Primes[i])
		square := 1 << 32 % p
		square = square * square % p
		dst[i] = uint32(uint64(Inverse(a[i], t.Primes[i])) * square % p)
	}
}

// product returns a*b/2^32 modulo a prime, of which a is a residue (P. L. Montgomery, 1985).
func (t *Table) product(i int, a, b uint32) uint32 {
	p := t.Primes[i]
	high, low := bits.Mul32(a, b)
	multiple, _ := bits.Mul32(low*t.Inverse[i], p) // with the same low half
	r := high - multiple
	return min(r, r+p)
}

// Inverse is the inverse of a, 0 <= a < p, modulo the prime p, and 0 for 0.
func Inverse(a, p uint32) uint32 {
	var u, v int64 = 1, 0
	r, s := int64(a), int64(p)
	for s != 0 {
		q := r / s
		r, s = s, r-q*s
		u, v = v, u-q*v
	}
	if r != 1 {
		return 0
	}
	if u < 0 {
		u += int64(p)
	}
	return uint32(u)
}
