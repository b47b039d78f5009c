package word

import "math/bits"

// AppendDivisors appends all divisors of the product of the primes, ascending. The primes are ascending.
// It allocates if dst has no room for three times as many.
func AppendDivisors(dst, primes []uint64) []uint64 {
	type power struct {
		prime    uint64
		exponent int
	}
	var powers [16]power
	kinds, count := 0, 1
	for i := 0; i < len(primes); {
		j := i
		for j < len(primes) && primes[j] == primes[i] {
			j++
		}
		powers[kinds] = power{primes[i], j - i}
		kinds++
		count *= j - i + 1
		i = j
	}
	// The primes with the fewest repetitions come last, where the lists are long.
	order := powers[:kinds]
	for i := 1; i < len(order); i++ {
		for j := i; j > 0 && order[j-1].exponent < order[j].exponent; j-- {
			order[j-1], order[j] = order[j], order[j-1]
		}
	}
	start := len(dst)
	if cap(dst)-start < 3*count {
		grown := make([]uint64, start, start+3*count)
		copy(grown, dst)
		dst = grown
	}
	room := dst[start : start+3*count]
	// Every merge writes the other buffer; the last one has to write the first.
	list, other, kept := room[:count], room[count:2*count], room[2*count:]
	if len(primes)&1 != 0 {
		list, other = other, list
	}
	list[0] = 1
	n := 1
	for _, p := range order {
		base := list[:n]
		if p.exponent > 1 {
			copy(kept, base)
			base = kept[:n]
		}
		q := uint64(1)
		for range p.exponent {
			q *= p.prime
			merge(other[:n+len(base)], list[:n], base, p.prime, q)
			list, other = other, list
			n += len(base)
		}
	}
	return dst[:start+count]
}

// merge makes the divisors of mp^i from s, those of mp^(i-1), and l, those of m; q is p^i. It merges s with the
// multiples q*l only up to the middle: n/d is at the place of d counted from the other end.
func merge(out, s, l []uint64, p, q uint64) {
	last := len(out) - 1
	a, b := 0, 0
	for k := 0; k <= last/2; k++ {
		x, y := s[a], q*l[b]
		ofX, ofY := p*s[len(s)-1-a], l[len(l)-1-b]
		_, less := bits.Sub64(x, y, 0) // without a branch, which could not be predicted
		out[k] = y ^ (x^y)&-less
		out[last-k] = ofY ^ (ofX^ofY)&-less
		a += int(less)
		b = k + 1 - a
	}
}
