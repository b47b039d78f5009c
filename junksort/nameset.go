package junksort

import "hash/maphash"

// nameSet is a set of names in destinations that keeps eight bytes for each: a 64-bit hash. Two of a million names
// share a hash once in thirty million runs; the later file then gets a number that it did not need, and nothing else
// happens.
type nameSet struct {
	seed  maphash.Seed
	slots []uint64 // open addressing; 0 is free
	count int
}

func newNameSet() *nameSet { return &nameSet{seed: maphash.MakeSeed(), slots: make([]uint64, 1024)} }

func (s *nameSet) key(target uint32, name []byte) uint64 {
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

// add adds name and reports whether it was new.
func (s *nameSet) add(target uint32, name []byte) bool {
	if s.count >= len(s.slots)/4*3 {
		s.grow()
	}
	if !insert(s.slots, s.key(target, name)) {
		return false
	}
	s.count++
	return true
}

func (s *nameSet) grow() {
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
