package vector

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A block is a part of the interval with a bucket of its own.
const (
	BlockBits = 15
	BlockSize = 1 << BlockBits
)

// Buckets hold, block by block, the zeros of primes that are larger than a block. An entry is the place in the block
// and, above it, the index of the prime, below 2^17.
type Buckets struct {
	entries []uint32
	room    int      // of a bucket
	ends    []uint32 // of the buckets, in entries
	classes []class
}

// A class is a run of primes with the same logarithm, and where their entries end in each bucket.
type class struct {
	log  uint8
	ends []uint32
}

// NewBuckets makes empty buckets for the blocks of an interval.
func NewBuckets(blocks int) *Buckets {
	b := &Buckets{ends: make([]uint32, blocks)}
	b.Clear()
	return b
}

// Clear empties the buckets.
func (b *Buckets) Clear() {
	for k := range b.ends {
		b.ends[k] = uint32(k * b.room)
	}
	b.classes = b.classes[:0]
}

// together is how many primes are filled in at once.
const together = 512

// Fill adds the deltas to the zeros of primes, or subtracts them, and adds those to the buckets that are then within
// the interval. All the primes have the same logarithm, and their indices count from index on.
func (b *Buckets) Fill(first, second, delta, primes []uint32, positive bool, index int, log uint8) {
	for start := 0; start < len(primes); start += together {
		end := min(start+together, len(primes))
		b.reserve(2*together + 2*lanes) // in each block, a zero occurs once at most; and what a kernel writes more
		b.fill(first[start:end], second[start:end], delta[start:end], primes[start:end], positive, index+start)
	}
	b.close(log)
}

// close ends a class.
func (b *Buckets) close(log uint8) {
	last := len(b.classes)
	b.classes = slices.Grow(b.classes, 1)[:last+1]
	b.classes[last].log = log
	b.classes[last].ends = append(b.classes[last].ends[:0], b.ends...)
}

// reserve makes room for more entries in each bucket.
func (b *Buckets) reserve(more int) {
	for k, end := range b.ends {
		if int(end)+more > (k+1)*b.room {
			b.grow(2*b.room + more)
			return
		}
	}
}

func (b *Buckets) grow(room int) {
	entries := make([]uint32, len(b.ends)*room)
	for k, end := range b.ends {
		copy(entries[k*room:], b.entries[k*b.room:end])
	}
	move := func(ends []uint32) {
		for k := range ends {
			ends[k] += uint32(k * (room - b.room))
		}
	}
	move(b.ends)
	for _, c := range b.classes {
		move(c.ends)
	}
	b.entries, b.room = entries, room
}

// plainMove moves the zeros from place i on.
func (*Buckets) plainMove(first, second, delta, primes []uint32, positive bool, i int) {
	if positive {
		plainAdd(first, second, delta, primes, i)
	} else {
		plainSub(first, second, delta, primes, i)
	}
}

// plainFill adds the zeros of the primes from place i on to the buckets.
func (b *Buckets) plainFill(first, second, primes []uint32, i, index int) {
	entries, ends := b.entries, b.ends
	length := uint32(len(ends) << BlockBits)
	put := func(z, p, tag uint32) {
		for ; z < length; z += p {
			end := &ends[z>>BlockBits]
			entries[*end] = tag | z&(BlockSize-1)
			*end++
		}
	}
	for ; i < len(primes); i++ {
		p, tag := primes[i], uint32(index+i)<<BlockBits
		put(first[i], p, tag)
		put(second[i], p, tag)
	}
}

// AddLogs adds the logarithms of the primes to their places in block k.
func (b *Buckets) AddLogs(block *[BlockSize]uint8, k int) {
	start := uint32(k * b.room)
	for _, c := range b.classes {
		for _, e := range b.entries[start:c.ends[k]] {
			block[e&(BlockSize-1)] += c.log
		}
		start = c.ends[k]
	}
}

// AppendHits appends to dst the indices of the primes with a zero at a place of block k.
func (b *Buckets) AppendHits(dst []uint32, k int, place uint32) []uint32 {
	entries := b.entries[k*b.room : b.ends[k]]
	const chunk = 64 * lanes
	for len(entries) > 0 {
		part := entries[:min(chunk, len(entries))]
		entries = entries[len(part):]
		var masks [chunk / lanes]uint8
		places(&masks, part, place)
		for i := 0; i < len(masks); i += 8 {
			for w := binary.LittleEndian.Uint64(masks[i:]); w != 0; w &= w - 1 {
				dst = append(dst, part[i*lanes+bits.TrailingZeros64(w)]>>BlockBits)
			}
		}
	}
	return dst
}

// plainPlaces sets the bits of the entries from i on.
func plainPlaces(masks *[64]uint8, entries []uint32, place uint32, i int) {
	for ; i < len(entries); i++ {
		if entries[i]&(BlockSize-1) == place {
			masks[i/lanes] |= 1 << (i % lanes)
		}
	}
}
