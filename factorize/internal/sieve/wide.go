package sieve

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

// limbs is enough for the values of the polynomials of numbers up to 130 digits.
const limbs = 4

// wide is an integer modulo 2^256 in two's complement, the least significant limb first.
type wide [limbs]uint64

func (w *wide) bigInt() *big.Int { return w.set(new(big.Int)) }

// set sets n to the value, which is not negative, and returns it.
func (w *wide) set(n *big.Int) *big.Int {
	var text [8 * limbs]byte
	for i, limb := range w {
		binary.BigEndian.PutUint64(text[8*(limbs-1-i):], limb)
	}
	return n.SetBytes(text[:])
}

func (w wide) negative() bool { return w[limbs-1]>>63 != 0 }

func (w wide) negated() wide {
	var carry uint64 = 1
	for i := range w {
		w[i], carry = bits.Add64(^w[i], 0, carry)
	}
	return w
}

func (w wide) plus(v *wide) wide {
	var carry uint64
	for i := range w {
		w[i], carry = bits.Add64(w[i], v[i], carry)
	}
	return w
}

func (w wide) minus(v *wide) wide {
	var borrow uint64
	for i := range w {
		w[i], borrow = bits.Sub64(w[i], v[i], borrow)
	}
	return w
}

// times returns w*x. w is taken modulo 2^256, so its sign does not matter.
func (w wide) times(x int64) wide {
	m := uint64(x)
	if x < 0 {
		m = -m
	}
	w = w.scaled(m)
	if x < 0 {
		return w.negated()
	}
	return w
}

// mod returns the remainder of a value that is not negative.
func (w *wide) mod(p uint32) uint32 {
	var r uint64
	for i := limbs - 1; i >= 0; i-- {
		if r|w[i] != 0 {
			_, r = bits.Div64(r, w[i], uint64(p))
		}
	}
	return uint32(r)
}

// divide replaces w by w/p and reports true if p divides w, which is not negative.
func (w *wide) divide(p uint32) bool {
	if w.small() {
		q := w[0] / uint64(p)
		if q*uint64(p) != w[0] {
			return false
		}
		w[0] = q
		return true
	}
	q := *w
	var r uint64
	for i := limbs - 1; i >= 0; i-- {
		if r|q[i] != 0 {
			q[i], r = bits.Div64(r, q[i], uint64(p))
		}
	}
	if r != 0 {
		return false
	}
	*w = q
	return true
}

func (w *wide) bitLen() int {
	for i := limbs - 1; i >= 0; i-- {
		if w[i] != 0 {
			return 64*i + bits.Len64(w[i])
		}
	}
	return 0
}

func (w *wide) trailingZeros() int {
	for i, limb := range w {
		if limb != 0 {
			return 64*i + bits.TrailingZeros64(limb)
		}
	}
	return 64 * limbs
}

func (w wide) shifted(right int) wide {
	for ; right >= 64; right -= 64 {
		copy(w[:], w[1:])
		w[limbs-1] = 0
	}
	if right > 0 {
		for i := range limbs - 1 {
			w[i] = w[i]>>right | w[i+1]<<(64-right)
		}
		w[limbs-1] >>= right
	}
	return w
}

// small reports whether the value, not negative, fits into one limb.
func (w *wide) small() bool { return w[1]|w[2]|w[3] == 0 }

// product returns w*v modulo 2^256.
func (w *wide) product(v *wide) wide {
	var r wide
	for i, x := range w {
		var carry uint64
		for j := range limbs - i {
			hi, lo := bits.Mul64(x, v[j])
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			r[i+j], c = bits.Add64(r[i+j], lo, 0)
			carry = hi + c
		}
	}
	return r
}

// inverse returns 1/w modulo 2^256 for odd w: an exact division is then a product.
func (w *wide) inverse() wide {
	x := wide{3*w[0] ^ 2}
	two := wide{2}
	for range 6 { // 5, 10, 20, ... 320 right bits
		e := w.product(&x)
		e = two.minus(&e)
		x = x.product(&e)
	}
	return x
}

// scaled returns w*m modulo 2^256.
func (w *wide) scaled(m uint64) wide {
	v := *w
	var carry uint64
	for i := range v {
		hi, lo := bits.Mul64(v[i], m)
		var c uint64
		v[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
	return v
}
