package filename

import (
	"hash/maphash"
	"math/bits"
)

// Set is a set of names in destinations that keeps eight bytes for each: a 64-bit hash. Two of a million names share a
// hash once in thirty million runs; the later file then gets a number that it did not need, and nothing else happens.
// It consists of many parts, which grow one at a time and by little, so that memory never holds the set twice.
type Set struct {
	seed  maphash.Seed
	parts [256]part // by the first byte of the hash
}

// part is a table with open addressing.
type part struct {
	slots []uint64 // 0 is free
	count int
}

// NewSet returns an empty set.
func NewSet() *Set { return &Set{seed: maphash.MakeSeed()} }

// Key returns what stands for a name in the destination of this number.
func (s *Set) Key(target uint32, name []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.Write(name)
	h.WriteByte('/')
	h.WriteByte(byte(target))
	h.WriteByte(byte(target >> 8))
	h.WriteByte(byte(target >> 16))
	h.WriteByte(byte(target >> 24))
	return max(h.Sum64(), 1)
}

// Add adds name and reports whether it was new.
func (s *Set) Add(target uint32, name []byte) bool {
	key := s.Key(target, name)
	p := &s.parts[key>>56]
	if p.count >= len(p.slots)/4*3 {
		p.grow()
	}
	if !p.insert(key) {
		return false
	}
	p.count++
	return true
}

func (p *part) grow() {
	old := p.slots
	p.slots = make([]uint64, len(old)+len(old)/4+16)
	for _, key := range old {
		if key != 0 {
			p.insert(key)
		}
	}
}

func (p *part) insert(key uint64) bool {
	i, _ := bits.Mul64(key<<8, uint64(len(p.slots))) // the rest of the hash, as a fraction
	for {
		switch p.slots[i] {
		case key:
			return false
		case 0:
			p.slots[i] = key
			return true
		}
		if i++; i == uint64(len(p.slots)) {
			i = 0
		}
	}
}
