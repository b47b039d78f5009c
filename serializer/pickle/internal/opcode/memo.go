package opcode

import "slices"

// Memo is the memo of a program, for indices that are mostly consecutive.
type Memo[T any] struct {
	dense  []T
	sparse map[uint64]T // entries beyond a gap
}

// Len returns the number of entries.
func (m *Memo[T]) Len() int { return len(m.dense) + len(m.sparse) }

// Get returns the entry at an index.
func (m *Memo[T]) Get(at uint64) (T, bool) {
	if at < uint64(len(m.dense)) {
		return m.dense[at], true
	}
	x, ok := m.sparse[at]
	return x, ok
}

// Put sets the entry at an index to x.
func (m *Memo[T]) Put(at uint64, x T) {
	switch n := uint64(len(m.dense)); {
	case at < n:
		m.dense[at] = x
	case at == n:
		if len(m.dense) == cap(m.dense) {
			m.dense = slices.Grow(m.dense, len(m.dense)+64) // doubled: copied less often than append would
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
