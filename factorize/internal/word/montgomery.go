package word

import "math/bits"

// modulus is an odd number with the constants of Montgomery multiplication
// (Montgomery 1985) with radix 2^64. Residues lie in [0, n).
type modulus struct {
	n   uint64
	inv uint64 // n * inv = 1 (mod 2^64)
	one uint64 // 2^64 mod n
	r2  uint64 // 2^128 mod n
}

func newModulus(n uint64) modulus {
	m := modulus{n: n, inv: inverse64(n)}
	m.one = -n % n
	_, m.r2 = bits.Div64(m.one, 0, n)
	return m
}

// inverse64 returns the inverse of odd n modulo 2^64. The seed 3n xor 2 is right in five bits; each Newton step doubles
// them.
func inverse64(n uint64) uint64 {
	x := 3*n ^ 2
	x *= 2 - n*x
	x *= 2 - n*x
	x *= 2 - n*x
	x *= 2 - n*x
	return x
}

// mul returns a*b/2^64 mod n. The inverse has the positive sign, so that the low halves cancel and no carry has to be
// kept.
func mul(a, b, n, inv uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	q, _ := bits.Mul64(lo*inv, n)
	r := hi - q
	if hi < q {
		r += n
	}
	return r
}

func add(a, b, n uint64) uint64 {
	c := n - b
	r := a - c
	if a < c {
		r += n
	}
	return r
}

func sub(a, b, n uint64) uint64 {
	r := a - b
	if a < b {
		r += n
	}
	return r
}

func (m *modulus) enter(a uint64) uint64 { return mul(a, m.r2, m.n, m.inv) }

// invert returns the inverse of the ordinary residue a modulo n, and the greatest common divisor. The inverse has a
// meaning only if that is 1.
func invert(a, n uint64) (inverse, gcd uint64) {
	var u, v uint64 = 1, 0 // a*u = r, a*v = s (mod n), up to the sign
	r, s := a, n
	negative := false
	for s != 0 {
		q := r / s
		r, s = s, r-q*s
		u, v = v, u+q*v // the magnitudes stay below n; the signs alternate
		negative = !negative
	}
	if negative {
		return n - u, r
	}
	return u, r
}

// gcd is the binary algorithm; a or b is odd, and b is not 0.
func gcd(a, b uint64) uint64 {
	if a == 0 {
		return b
	}
	a >>= uint(bits.TrailingZeros64(a))
	for d := a - b; d != 0; d = a - b {
		twos := bits.TrailingZeros64(d) & 63 // for the compiler: less than 64
		if a < b {
			b = a
			d = -d
		}
		a = d >> twos
	}
	return b
}
