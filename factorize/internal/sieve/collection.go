package sieve

import "math"

// A cycle is some relations in whose product every large prime has an even exponent.
type cycle []*relation

// A collection combines relations by their large primes. These are the vertices of a forest, in which a relation is an
// edge from one of its large primes to the other, or to 1; an edge that would close a cycle gives one (Lenstra and
// Manasse, "Factoring with two large primes", 1994). Relations that were found twice, by two polynomials, are dropped.
type collection struct {
	cycles []cycle
	forest map[uint32]vertex
	seen   map[uint64]struct{}
	full   int // cycles of one relation
}

// A vertex is a large prime of a tree.
type vertex struct {
	parent uint32    // 0 for the root
	via    *relation // the edge to the parent
	size   uint32    // of the tree, for the root
}

func newCollection() *collection {
	// The tree of 1 counts as the largest, so that 1 stays its root.
	return &collection{forest: map[uint32]vertex{1: {size: 1 << 31}}, seen: map[uint64]struct{}{}}
}

func (c *collection) count() int { return len(c.cycles) }

func (c *collection) add(found []relation) {
	for _, r := range found {
		key := r.root[0] ^ r.root[1]*0x9e3779b97f4a7c15
		if _, twice := c.seen[key]; twice {
			continue
		}
		c.seen[key] = struct{}{}
		if r.large[0] == r.large[1] {
			c.cycles = append(c.cycles, cycle{&r})
			c.full++
			continue
		}
		c.connect(&r)
	}
}

// connect adds an edge.
func (c *collection) connect(r *relation) {
	low, high := c.root(r.large[0]), c.root(r.large[1])
	if low == high {
		c.cycles = append(c.cycles, c.cycle(r))
		return
	}
	child, parent := r.large[1], r.large[0]
	if c.forest[low].size < c.forest[high].size {
		low, high = high, low
		child, parent = parent, child
	}
	joined := c.forest[low]
	joined.size += c.forest[high].size
	c.forest[low] = joined
	// The smaller tree gets its end of the edge as its root.
	for via := r; child != 0; {
		v := c.forest[child]
		c.forest[child] = vertex{parent: parent, via: via}
		child, parent, via = v.parent, child, v.via
	}
}

// root is the root of the tree of a large prime, which is a tree of its own if it is new.
func (c *collection) root(p uint32) uint32 {
	v, ok := c.forest[p]
	if !ok {
		c.forest[p] = vertex{size: 1}
		return p
	}
	for v.parent != 0 {
		p = v.parent
		v = c.forest[p]
	}
	return p
}

// cycle is the one that an edge closes within a tree: the paths from its ends to the root, but for what they share.
func (c *collection) cycle(r *relation) cycle {
	path := func(p uint32) (edges cycle) {
		for v := c.forest[p]; v.parent != 0; v = c.forest[v.parent] {
			edges = append(edges, v.via)
		}
		return edges
	}
	a, b := path(r.large[0]), path(r.large[1])
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return append(append(cycle{r}, a...), b...)
}

// progress is the part of the work that is done when need cycles are wanted, from 0 to 1. Relations are found at an
// even pace; the cycles of one relation grow as their number, those of two as its square. The work is done when full*x
// + pairs*x² reaches need.
func (c *collection) progress(need int) float64 {
	full, pairs := float64(c.full), float64(len(c.cycles)-c.full)
	if len(c.cycles) >= need {
		return 1
	}
	if len(c.cycles) == 0 {
		return 0
	}
	x := float64(need) / max(full, 1)
	if pairs > 0 {
		x = (math.Sqrt(full*full+4*pairs*float64(need)) - full) / (2 * pairs)
	}
	return min(1/x, 1)
}
