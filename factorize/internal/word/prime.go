package word

import "math/bits"

// IsPrime reports whether n is prime. The answer is exact for every n:
//   - up to 32 bits by one strong probable-prime test whose base is hashed from n
//     (Forišek and Jančina, "Fast Primality Testing for Integers That Fit into a
//     Machine Word", 2015);
//   - above by the Baillie-PSW test, which has no counterexample below 2^64
//     (Feitsma's list of base-2 pseudoprimes, checked by Galway, Nicely and Jacobsen).
func IsPrime(n uint64) bool {
	if n&1 == 0 {
		return n == 2
	}
	if n < 9 {
		return n > 1
	}
	for i := range trialPrimes[:12] {
		t := &trialPrimes[i]
		if n*t.inverse <= t.limit {
			return n == uint64(t.prime)
		}
	}
	return primeWithoutSmallFactors(n)
}

// primeWithoutSmallFactors is IsPrime for odd n > 8 that no prime up to 41 divides, unless it is that prime.
func primeWithoutSmallFactors(n uint64) bool {
	if n < 41*41 {
		return true
	}
	if n>>32 == 0 {
		return strongProbablePrime32(n, uint64(hashedBases[hash32(uint32(n))]))
	}
	m := newModulus(n)
	return m.strongProbablePrime2() && m.lucasProbablePrime()
}

// strongProbablePrime32 is the Miller-Rabin test for odd n < 2^32. It passes multiples of n as a base.
func strongProbablePrime32(n, base uint64) bool {
	one, inv := -n%n, inverse64(n)
	base = base % n * one % n
	if base == 0 {
		return true
	}
	s := bits.TrailingZeros64(n - 1)
	d := (n - 1) >> uint(s)
	// Two bits of the exponent at once, and no branch that depends on them. The powers are multiplied by the inverse in
	// advance.
	square := reduce32(base*base*inv, n)
	cube := reduce32(square*base*inv, n)
	powers := [4]uint64{one * inv, base * inv, square * inv, cube * inv}
	i := (bits.Len64(d) - 1) &^ 1
	x := [4]uint64{one, base, square, cube}[d>>uint(i)&3]
	for i -= 2; i >= 0; i -= 2 {
		x = reduce32(x*x*inv, n)
		x = reduce32(x*x*inv, n)
		x = reduce32(x*powers[d>>uint(i)&3], n)
	}
	if x == one || x == n-one {
		return true
	}
	for ; s > 1; s-- {
		if x = reduce32(x*x*inv, n); x == n-one {
			return true
		}
	}
	return false
}

// reduce32 returns ab/2^64 mod n, from 1 to n, for the product of a, b and the inverse of n, if ab < 2^64: the high
// half of ab is 0, so that nothing has to be corrected.
func reduce32(product, n uint64) uint64 {
	q, _ := bits.Mul64(product, n)
	return n - q
}

// strongProbablePrime2 is the same for base 2: to multiply by the base is to double.
func (m *modulus) strongProbablePrime2() bool {
	n, inv := m.n, m.inv
	s := bits.TrailingZeros64(n - 1)
	d := (n - 1) >> uint(s)
	x := add(m.one, m.one, n)
	for i := bits.Len64(d) - 2; i >= 0; i-- {
		x = mul(x, x, n, inv)
		twice := add(x, x, n)
		x ^= (x ^ twice) & -(d >> uint(i) & 1)
	}
	return m.endsStrong(x, s)
}

// endsStrong reports whether x is 1, or becomes -1 when it is squared less than s times.
func (m *modulus) endsStrong(x uint64, s int) bool {
	n, inv := m.n, m.inv
	minus := n - m.one
	if x == m.one || x == minus {
		return true
	}
	for ; s > 1; s-- {
		x = mul(x, x, n, inv)
		if x == minus {
			return true
		}
		if x == m.one {
			return false
		}
	}
	return false
}

// lucasProbablePrime is the almost extra strong Lucas test: Q = 1 and the least P >= 3 for which P²-4 is not a square
// modulo n (Baillie; Mo and Jones).
func (m *modulus) lucasProbablePrime() bool {
	n, inv := m.n, m.inv
	p := uint64(3)
	for ; ; p++ {
		j := jacobi(p*p-4, n)
		if j < 0 {
			break
		}
		if j == 0 && p+2 != n {
			return false
		}
		if p == 40 && isSquare(n) {
			return false
		}
	}
	two := add(m.one, m.one, n)
	base := m.enter(p)
	s := bits.TrailingZeros64(n + 1)
	if n == 1<<64-1 {
		return false // 3 divides it; n + 1 would overflow
	}
	d := (n + 1) >> uint(s)
	v, w := base, sub(mul(base, base, n, inv), two, n) // V(1), V(2)
	for i := bits.Len64(d) - 2; i >= 0; i-- {
		// If the bit is set, w is doubled, else v, without a branch that could not be predicted.
		set := -(d >> uint(i) & 1)
		middle := sub(mul(v, w, n, inv), base, n)
		doubled := v ^ (v^w)&set
		doubled = sub(mul(doubled, doubled, n, inv), two, n)
		swap := (doubled ^ middle) & set
		v, w = doubled^swap, middle^swap
	}
	if v == two || v == n-two {
		return true
	}
	for ; s > 1; s-- {
		if v == 0 {
			return true
		}
		v = sub(mul(v, v, n, inv), two, n)
		if v == two {
			return false
		}
	}
	return false
}

// jacobi is the Jacobi symbol (a/n) for odd n.
func jacobi(a, n uint64) int {
	a %= n
	j := 1
	for a != 0 {
		z := bits.TrailingZeros64(a)
		a >>= uint(z)
		if z&1 != 0 && (n&7 == 3 || n&7 == 5) {
			j = -j
		}
		if a&n&3 == 3 {
			j = -j
		}
		a, n = n%a, a
	}
	if n != 1 {
		return 0
	}
	return j
}

// hash32 spreads the numbers over the 256 bases.
func hash32(n uint32) uint8 {
	h := uint64(n)
	h = (h>>16 ^ h) * 0x45d9f3b
	h = (h>>16 ^ h) * 0x45d9f3b
	return uint8(h>>16 ^ h)
}

// hashedBases is the table of Forišek and Jančina (2015). A soak test checks all numbers below 2^32 against a sieve.
var hashedBases = [256]uint16{
	15591, 2018, 166, 7429, 8064, 16045, 10503, 4399, 1949, 1295, 2776, 3620, 560, 3128, 5212, 2657,
	2300, 2021, 4652, 1471, 9336, 4018, 2398, 20462, 10277, 8028, 2213, 6219, 620, 3763, 4852, 5012,
	3185, 1333, 6227, 5298, 1074, 2391, 5113, 7061, 803, 1269, 3875, 422, 751, 580, 4729, 10239,
	746, 2951, 556, 2206, 3778, 481, 1522, 3476, 481, 2487, 3266, 5633, 488, 3373, 6441, 3344,
	17, 15105, 1490, 4154, 2036, 1882, 1813, 467, 3307, 14042, 6371, 658, 1005, 903, 737, 1887,
	7447, 1888, 2848, 1784, 7559, 3400, 951, 13969, 4304, 177, 41, 19875, 3110, 13221, 8726, 571,
	7043, 6943, 1199, 352, 6435, 165, 1169, 3315, 978, 233, 3003, 2562, 2994, 10587, 10030, 2377,
	1902, 5354, 4447, 1555, 263, 27027, 2283, 305, 669, 1912, 601, 6186, 429, 1930, 14873, 1784,
	1661, 524, 3577, 236, 2360, 6146, 2850, 55637, 1753, 4178, 8466, 222, 2579, 2743, 2031, 2226,
	2276, 374, 2132, 813, 23788, 1610, 4422, 5159, 1725, 3597, 3366, 14336, 579, 165, 1375, 10018,
	12616, 9816, 1371, 536, 1867, 10864, 857, 2206, 5788, 434, 8085, 17618, 727, 3639, 1595, 4944,
	2129, 2029, 8195, 8344, 6232, 9183, 8126, 1870, 3296, 7455, 8947, 25017, 541, 19115, 368, 566,
	5674, 411, 522, 1027, 8215, 2050, 6544, 10049, 614, 774, 2333, 3007, 35201, 4706, 1152, 1785,
	1028, 1540, 3743, 493, 4474, 2521, 26845, 8354, 864, 18915, 5465, 2447, 42, 4511, 1660, 166,
	1249, 6259, 2553, 304, 272, 7286, 73, 6554, 899, 2816, 5197, 13330, 7054, 2818, 3199, 811,
	922, 350, 7514, 4452, 3449, 2663, 4708, 418, 1621, 1171, 3471, 88, 11345, 412, 1559, 194,
}
