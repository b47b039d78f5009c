// Package dword splits numbers of up to 124 bits by elliptic curves, in arithmetic of two words.
package dword

import (
	"math/big"
	"math/bits"
)

// MaxBits is the length of the longest number that Split takes. The four bits that are free keep all sums
// of two residues below the radius of multiplication, so that nothing has to be reduced but by it.
const MaxBits = 124

// residue is a number modulo n, below 2n, the least significant word first.
type residue [2]uint64

// modulus is an odd number with the constants of Montgomery multiplication with radix 2^128.
type modulus struct {
	n0, n1  uint64
	inverse uint64 // -1/n modulo 2^64
	twice   residue
	one, r2 residue
	number  *big.Int
}

func newModulus(n *big.Int) *modulus {
	m := &modulus{number: n}
	words := words(n)
	m.n0, m.n1 = words[0], words[1]
	x := 3*m.n0 ^ 2
	for range 4 {
		x *= 2 - m.n0*x
	}
	m.inverse = -x
	var carry uint64
	m.twice[0], carry = bits.Add64(m.n0, m.n0, 0)
	m.twice[1], _ = bits.Add64(m.n1, m.n1, carry)
	r := new(big.Int).Lsh(big.NewInt(1), 128)
	m.one = words2(r.Mod(r, n))
	r.Lsh(big.NewInt(1), 256)
	m.r2 = words2(r.Mod(r, n))
	return m
}

func words(n *big.Int) [2]uint64 {
	var bytes [16]byte
	n.FillBytes(bytes[:])
	var w [2]uint64
	for i, b := range bytes {
		w[1-i/8] = w[1-i/8]<<8 | uint64(b)
	}
	return w
}

func words2(n *big.Int) residue { return residue(words(n)) }

func (m *modulus) enter(a uint64) residue { return m.mul(residue{a}, m.r2) }

// leave returns the ordinary number of a residue, not reduced.
func (m *modulus) leave(a residue) *big.Int {
	a = m.mul(a, residue{1})
	n := new(big.Int).SetUint64(a[1])
	n.Lsh(n, 64)
	return n.Or(n, new(big.Int).SetUint64(a[0]))
}

// mul returns a*b/2^128 below 2n, for a and b below 4n.
func (m *modulus) mul(a, b residue) residue {
	r0, r1 := mul(a[0], a[1], b[0], b[1], m.n0, m.n1, m.inverse)
	return residue{r0, r1}
}

func mul(a0, a1, b0, b1, n0, n1, inverse uint64) (r0, r1 uint64) {
	var c, k uint64
	h, t0 := bits.Mul64(a0, b0)
	t2, l := bits.Mul64(a0, b1)
	t1, c := bits.Add64(h, l, 0)
	t2 += c

	q := t0 * inverse
	h, l = bits.Mul64(q, n0)
	g, f := bits.Mul64(q, n1)
	f, k = bits.Add64(f, h, 0)
	g += k
	_, c = bits.Add64(t0, l, 0)
	t0, c = bits.Add64(t1, f, c)
	t1, _ = bits.Add64(t2, g, c)

	h, l = bits.Mul64(a1, b0)
	g, f = bits.Mul64(a1, b1)
	f, k = bits.Add64(f, h, 0)
	g += k
	t0, c = bits.Add64(t0, l, 0)
	t1, c = bits.Add64(t1, f, c)
	t2 = g + c

	q = t0 * inverse
	h, l = bits.Mul64(q, n0)
	g, f = bits.Mul64(q, n1)
	f, k = bits.Add64(f, h, 0)
	g += k
	_, c = bits.Add64(t0, l, 0)
	r0, c = bits.Add64(t1, f, c)
	r1, _ = bits.Add64(t2, g, c)
	return r0, r1
}

// add returns a + b below 4n, for a and b below 2n.
func add(a, b residue) residue {
	r0, c := bits.Add64(a[0], b[0], 0)
	r1, _ := bits.Add64(a[1], b[1], c)
	return residue{r0, r1}
}

// sub returns a - b below 4n, for a and b below 2n.
func (m *modulus) sub(a, b residue) residue {
	r0, c := bits.Add64(a[0], m.twice[0], 0)
	r1, _ := bits.Add64(a[1], m.twice[1], c)
	r0, c = bits.Sub64(r0, b[0], 0)
	r1, _ = bits.Sub64(r1, b[1], c)
	return residue{r0, r1}
}

// invert returns the inverse of a residue, or a divisor of n other than 1.
func (m *modulus) invert(a residue) (inverse residue, divisor *big.Int) {
	n := m.leave(a)
	n.Mod(n, m.number)
	if n.Sign() == 0 {
		return residue{}, m.number
	}
	x := new(big.Int)
	if g := new(big.Int).GCD(x, nil, n, m.number); g.Cmp(big.NewInt(1)) != 0 {
		return residue{}, g
	}
	x.Mod(x, m.number)
	return m.mul(words2(x), m.r2), nil
}

// divisor returns gcd(a, n), or nil if it is 1.
func (m *modulus) divisor(a residue) *big.Int {
	n := m.leave(a)
	n.Mod(n, m.number)
	if n.Sign() == 0 {
		return m.number
	}
	if n.GCD(nil, nil, n, m.number); n.Cmp(big.NewInt(1)) != 0 {
		return n
	}
	return nil
}
