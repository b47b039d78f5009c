package filename

import "hash/maphash"

// Set is a set of names in destinations that keeps eight bytes for each: a 64-bit hash. Two of a million names
// share a hash once in thirty million runs; the later file then gets a number that it did not need, and nothing else
// happens.
type Set struct {
	seed  maphash.Seed
	slots []uint64 // open addressing; 0 is free
	count int
}

// NewSet returns an empty set.
func NewSet() *Set { return &Set{seed: maphash.MakeSeed(), slots: make([]uint64, 1024)} }

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
	if s.count >= len(s.slots)/4*3 {
		s.grow()
	}
	if !insert(s.slots, s.Key(target, name)) {
		return false
	}
	s.count++
	return true
}

func (s *Set) grow() {
	larger := make([]uint64, 2*len(s.slots))
	for _, key := range s.slots {
		if key != 0 {
			insert(larger, key)
		}
	}
	s.slots = larger
}

func insert(slots []uint64, key uint64) bool {
	mask := uint64(len(slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch slots[i] {
		case key:
			return false
		case 0:
			slots[i] = key
			return true
		}
	}
}
