package sieve

import "math"

// A cycle is one or two relations whose product has no odd power of a large prime.
type cycle []*relation

// A collection combines relations with the same large prime. Relations that were
// found twice, by two polynomials, are dropped.
type collection struct {
	cycles  []cycle
	partial map[uint32]*relation
	seen    map[uint64]struct{}
	full    int // cycles of one relation
}

func newCollection() *collection {
	return &collection{partial: map[uint32]*relation{}, seen: map[uint64]struct{}{}}
}

func (c *collection) count() int { return len(c.cycles) }

func (c *collection) add(found []relation) {
	for _, r := range found {
		key := r.root[0] ^ r.root[1]*0x9e3779b97f4a7c15
		if _, twice := c.seen[key]; twice {
			continue
		}
		c.seen[key] = struct{}{}
		if r.large == 1 {
			c.cycles = append(c.cycles, cycle{&r})
			c.full++
			continue
		}
		if other, ok := c.partial[r.large]; ok {
			c.cycles = append(c.cycles, cycle{other, &r})
			continue
		}
		c.partial[r.large] = &r
	}
}

// progress is the part of the work that is done when need cycles are wanted, from 0 to 1. Relations are found
// at an even pace; the cycles of one
// relation grow as their number, those of two as its square. The work is done when full*x + pairs*x² reaches need.
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
