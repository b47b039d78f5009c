package opcode

import "slices"

// Memo is what a program remembers, by numbers that mostly follow each other.
type Memo[T any] struct {
	dense  []T
	sparse map[uint64]T // those beyond a gap
}

// Len counts what is remembered.
func (m *Memo[T]) Len() int { return len(m.dense) + len(m.sparse) }

// Get returns what was put at a place.
func (m *Memo[T]) Get(at uint64) (T, bool) {
	if at < uint64(len(m.dense)) {
		return m.dense[at], true
	}
	x, ok := m.sparse[at]
	return x, ok
}

// Put remembers x, instead of what was at its place.
func (m *Memo[T]) Put(at uint64, x T) {
	switch n := uint64(len(m.dense)); {
	case at < n:
		m.dense[at] = x
	case at == n:
		if len(m.dense) == cap(m.dense) {
			m.dense = slices.Grow(m.dense, len(m.dense)+64) // twice as many: copied less often than append does
		}
		m.dense = append(m.dense, x)
		for len(m.sparse) > 0 { // the gap may be closed
			n = uint64(len(m.dense))
			next, ok := m.sparse[n]
			if !ok {
				return
			}
			m.dense = append(m.dense, next)
			delete(m.sparse, n)
		}
	default:
		if m.sparse == nil {
			m.sparse = map[uint64]T{}
		}
		m.sparse[at] = x
	}
}
