// Package posting implements sets of row numbers as an index keeps them: which rows contain a word. A [Set] is read and
// written in blocks, each of which is packed into a column, and counts its members without looking at them one by one.
package posting

import (
	"encoding/binary"
	"iter"
	"maps"
	"math/bits"
	"slices"
)

// PerBlock is how many numbers a block covers.
const (
	PerBlock  = 1 << blockBits
	blockBits = 13
)

// Place returns the number of the block that n is in, and its place there.
func Place(n int64) (block int64, at int) { return n >> blockBits, int(n & (PerBlock - 1)) }

// A Block is a set of the numbers of one block, by their places in it: from 0 to below [PerBlock].
type Block [PerBlock / 64]uint64

// Add adds a place to b.
func (b *Block) Add(at int) { b[at/64] |= 1 << (at % 64) }

// Remove removes a place from b.
func (b *Block) Remove(at int) { b[at/64] &^= 1 << (at % 64) }

func (b *Block) has(at int) bool { return b[at/64]&(1<<(at%64)) != 0 }

func (b *Block) count() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// all yields the places in their order.
func (b *Block) all(yield func(int) bool) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			if !yield(i*64 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}

// Pack returns b as a column keeps it: its bits or, where that is shorter, its places of two bytes each.
func (b *Block) Pack() []byte {
	if n := b.count(); 2*n < PerBlock/8 {
		packed := make([]byte, 0, 2*n)
		for at := range b.all {
			packed = binary.LittleEndian.AppendUint16(packed, uint16(at))
		}
		return packed
	}
	packed := make([]byte, 0, PerBlock/8)
	for _, word := range b {
		packed = binary.LittleEndian.AppendUint64(packed, word)
	}
	return packed
}

// Unpack adds to b what [Block.Pack] returned.
func (b *Block) Unpack(packed []byte) {
	if len(packed) == PerBlock/8 {
		for i := range b {
			b[i] |= binary.LittleEndian.Uint64(packed[8*i:])
		}
		return
	}
	for ; len(packed) >= 2; packed = packed[2:] {
		b.Add(int(binary.LittleEndian.Uint16(packed)) % PerBlock)
	}
}

// A Set is a set of numbers, by blocks. Create one with make.
type Set map[int64]*Block

// Unpack adds a block as a column keeps it.
func (s Set) Unpack(block int64, packed []byte) {
	if s[block] == nil {
		s[block] = new(Block)
	}
	s[block].Unpack(packed)
}

// Has reports whether n is in s.
func (s Set) Has(n int64) bool {
	block, at := Place(n)
	return s[block] != nil && s[block].has(at)
}

// Remove removes n from s.
func (s Set) Remove(n int64) {
	if block, at := Place(n); s[block] != nil {
		s[block].Remove(at)
	}
}

// Len returns how many numbers there are.
func (s Set) Len() int {
	n := 0
	for _, b := range s {
		n += b.count()
	}
	return n
}

// All yields the numbers in their order.
func (s Set) All() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, block := range slices.Sorted(maps.Keys(s)) {
			for at := range s[block].all {
				if !yield(block<<blockBits | int64(at)) {
					return
				}
			}
		}
	}
}
