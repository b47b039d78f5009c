// Package vector has the inner loops of the sieve that treat many primes alike. Where the processor has AVX2, eight
// primes are treated at once, and with AVX-512 partly sixteen; elsewhere, and with GODEBUG=cpu.avx2=off, the same is
// computed in plain Go.
package vector

import (
	"encoding/binary"
	"math/bits"
)

//go:generate sh -c "cd generate && GOWORK=off go run . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg vector"

// lanes is how many primes are treated at once.
const lanes = 8

// A Table is a list of numbers below 2^31, with what tests exact division by the odd ones: their inverses modulo
// 2^32, and the greatest multiple in 32 bits, divided by the number.
type Table struct {
	Primes, Inverse, Limit []uint32
}

// NewTable makes an empty table with room for some primes.
func NewTable(size int) Table {
	return Table{make([]uint32, 0, size), make([]uint32, 0, size), make([]uint32, 0, size)}
}

// Append adds a prime.
func (t *Table) Append(prime uint32) {
	inverse := 3*prime ^ 2 // 5 right bits, then 10, 20, 40
	for range 3 {
		inverse *= 2 - prime*inverse
	}
	t.Primes = append(t.Primes, prime)
	t.Inverse = append(t.Inverse, inverse)
	t.Limit = append(t.Limit, (1<<32-1)/prime)
}

// From returns the part of the table from the prime at place i on.
func (t *Table) From(i int) Table { return t.Part(i, len(t.Primes)) }

// Part returns the part of the table from the prime at one place on to that at another.
func (t *Table) Part(from, to int) Table {
	return Table{t.Primes[from:to], t.Inverse[from:to], t.Limit[from:to]}
}

// AppendHits appends to dst the places of the primes p for which x, below 2^31, is first or second modulo p. Both
// are lists of residues, as long as the table.
func (t *Table) AppendHits(dst, first, second []uint32, x uint32) []uint32 {
	first, second = first[:len(t.Primes)], second[:len(t.Primes)]
	const chunk = 64 * lanes
	var masks [chunk / lanes]uint8
	for start := 0; start < len(t.Primes); start += chunk {
		end := min(start+chunk, len(t.Primes))
		clear(masks[:])
		part := Table{t.Primes[start:end], t.Inverse[start:end], t.Limit[start:end]}
		part.hits(&masks, first[start:end], second[start:end], x)
		for i := 0; i < len(masks); i += 8 {
			for w := binary.LittleEndian.Uint64(masks[i:]); w != 0; w &= w - 1 {
				dst = append(dst, uint32(start+i*lanes+bits.TrailingZeros64(w)))
			}
		}
	}
	return dst
}

// plainHits sets the bits of the primes from place i on.
func (t *Table) plainHits(masks *[64]uint8, first, second []uint32, x uint32, i int) {
	for ; i < len(t.Primes); i++ {
		above := x + t.Primes[i] // positive also after a zero is taken away
		if (above-first[i])*t.Inverse[i] <= t.Limit[i] || (above-second[i])*t.Inverse[i] <= t.Limit[i] {
			masks[i/lanes] |= 1 << (i % lanes)
		}
	}
}

// plainAdd adds the deltas from place i on.
func plainAdd(first, second, delta, primes []uint32, i int) {
	for ; i < len(primes); i++ {
		a, b := first[i]+delta[i], second[i]+delta[i]
		first[i], second[i] = min(a, a-primes[i]), min(b, b-primes[i])
	}
}

// plainSub subtracts the deltas from place i on.
func plainSub(first, second, delta, primes []uint32, i int) {
	for ; i < len(primes); i++ {
		a, b := first[i]-delta[i], second[i]-delta[i]
		first[i], second[i] = min(a, a+primes[i]), min(b, b+primes[i])
	}
}

// MarkedBlock is how many bytes Marked looks at together.
const MarkedBlock = 64

// plainMarked looks for the first block with a byte of 128 or more.
func plainMarked(bytes []uint8, i int) int {
	const marks = 0x8080808080808080
	for ; i+MarkedBlock <= len(bytes); i += MarkedBlock {
		var all uint64
		for k := i; k < i+MarkedBlock; k += 8 {
			all |= binary.LittleEndian.Uint64(bytes[k:])
		}
		if all&marks != 0 {
			break
		}
	}
	return i
}

// plainAddLogs is AddLogs.
func plainAddLogs(block []uint8, primes []uint32, logs []uint8, first, second []uint32) {
	length := uint(len(block))
	for i, p := range primes {
		p, log := uint(p), logs[i]
		a, b := uint(min(first[i], second[i])), uint(max(first[i], second[i]))
		for b < length {
			block[a] += log
			block[b] += log
			a += p
			b += p
		}
		if a < length {
			block[a] += log
			a += p
		}
		first[i], second[i] = uint32(a-length), uint32(b-length)
	}
}
