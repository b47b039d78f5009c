// Package curve looks for factors of long numbers by Pollard's p-1 method and by elliptic curves. How long it takes
// depends on the factor, and hardly on the number.
package curve

import (
	"context"
	"math/big"
	"math/bits"
)

// residue is a number modulo n, below n, of as many words as n, the least significant first.
type residue []uint64

// modulus is an odd number with the constants of Montgomery multiplication. It belongs to one goroutine.
type modulus struct {
	number  *big.Int
	n       []uint64
	inverse uint64 // -1/n modulo 2^64
	one, r2 residue
	scratch []uint64

	difference residue // of collect
}

func newModulus(number *big.Int) *modulus {
	m := &modulus{number: number, n: words(number, (number.BitLen()+63)/64)}
	x := 3*m.n[0] ^ 2
	for range 4 {
		x *= 2 - m.n[0]*x
	}
	m.inverse = -x
	m.scratch = make([]uint64, len(m.n)+1)
	m.difference = m.zero()
	r := new(big.Int).Lsh(big.NewInt(1), uint(64*len(m.n)))
	r.Mod(r, number)
	m.one = words(r, len(m.n))
	r.Mod(r.Mul(r, r), number)
	m.r2 = words(r, len(m.n))
	return m
}

// pause returns the error of ctx, if it has one and the step is one after which to look: the longer the number,
// the more often.
func (m *modulus) pause(ctx context.Context, step int) error {
	if len(m.n) < 64 && step%256 != 0 {
		return nil
	}
	return ctx.Err()
}

func words(n *big.Int, count int) []uint64 {
	bytes := n.FillBytes(make([]byte, 8*count))
	w := make([]uint64, count)
	for i, b := range bytes {
		k := count - 1 - i/8
		w[k] = w[k]<<8 | uint64(b)
	}
	return w
}

func (m *modulus) zero() residue { return make(residue, len(m.n)) }

func (m *modulus) enter(n *big.Int) residue {
	z := residue(words(new(big.Int).Mod(n, m.number), len(m.n)))
	m.mul(z, z, m.r2)
	return z
}

func (m *modulus) enterWord(n uint64) residue { return m.enter(new(big.Int).SetUint64(n)) }

func (m *modulus) leave(a residue) *big.Int {
	z, one := m.zero(), m.zero()
	one[0] = 1
	m.mul(z, a, one)
	n := new(big.Int)
	for i := len(z) - 1; i >= 0; i-- {
		n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(z[i]))
	}
	return n
}

// mul stores x*y/2^(64 words). z may be x or y.
func (m *modulus) mul(z, x, y residue) {
	n := m.n
	t := m.scratch[:len(n)+1]
	clear(t)
	y, z = y[:len(n)], z[:len(n)]
	for _, a := range x[:len(n)] {
		// t = (t + a*y + q*n) / 2^64 in one pass, with a carry for each product.
		hi, lo := bits.Mul64(a, y[0])
		s, k := bits.Add64(lo, t[0], 0)
		c := hi + k
		q := s * m.inverse
		hi, lo = bits.Mul64(q, n[0])
		_, k = bits.Add64(lo, s, 0)
		d := hi + k
		for j := 1; j < len(n); j++ {
			hi, lo := bits.Mul64(a, y[j])
			lo, k := bits.Add64(lo, c, 0)
			hi, _ = bits.Add64(hi, 0, k) // which compiles into an addition with carry
			lo, k = bits.Add64(lo, t[j], 0)
			c, _ = bits.Add64(hi, 0, k)
			hi, s := bits.Mul64(q, n[j])
			s, k = bits.Add64(s, d, 0)
			hi, _ = bits.Add64(hi, 0, k)
			t[j-1], k = bits.Add64(s, lo, 0)
			d, _ = bits.Add64(hi, 0, k)
		}
		var top uint64
		s, k = bits.Add64(c, d, 0)
		s, top = bits.Add64(s, t[len(n)], 0)
		t[len(n)-1], t[len(n)] = s, k+top
	}
	var borrow uint64
	for i := range z {
		z[i], borrow = bits.Sub64(t[i], n[i], borrow)
	}
	if t[len(n)] < borrow {
		copy(z, t)
	}
}

// mulWord stores x*w/2^64. z may be x.
func (m *modulus) mulWord(z, x residue, w uint64) {
	n := m.n
	t := m.scratch[:len(n)]
	hi, lo := bits.Mul64(w, x[0])
	q := lo * m.inverse
	c := hi
	hi, s := bits.Mul64(q, n[0])
	_, k := bits.Add64(s, lo, 0)
	d := hi + k
	for j := 1; j < len(n); j++ {
		hi, lo := bits.Mul64(w, x[j])
		lo, k := bits.Add64(lo, c, 0)
		c = hi + k
		hi, s := bits.Mul64(q, n[j])
		s, k = bits.Add64(s, d, 0)
		hi, _ = bits.Add64(hi, 0, k)
		t[j-1], k = bits.Add64(s, lo, 0)
		d, _ = bits.Add64(hi, 0, k)
	}
	var carry, borrow uint64
	t[len(n)-1], carry = bits.Add64(c, d, 0)
	for i := range z {
		z[i], borrow = bits.Sub64(t[i], n[i], borrow)
	}
	if carry < borrow {
		copy(z, t)
	}
}

func (m *modulus) add(z, x, y residue) {
	var carry, borrow uint64
	for i := range z {
		z[i], carry = bits.Add64(x[i], y[i], carry)
	}
	t := m.scratch[:len(z)]
	for i := range z {
		t[i], borrow = bits.Sub64(z[i], m.n[i], borrow)
	}
	if carry >= borrow {
		copy(z, t)
	}
}

func (m *modulus) sub(z, x, y residue) {
	var borrow uint64
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	if borrow != 0 {
		var carry uint64
		for i := range z {
			z[i], carry = bits.Add64(z[i], m.n[i], carry)
		}
	}
}

// divisor returns gcd(a, n) if that is a proper factor, else nil.
func (m *modulus) divisor(a residue) *big.Int {
	d := m.leave(a)
	if d.Sign() == 0 {
		return nil
	}
	if d.GCD(nil, nil, d, m.number); d.BitLen() > 1 && d.Cmp(m.number) != 0 {
		return d
	}
	return nil
}
