package sieve

// A cycle is one or two relations whose product has no odd power of a large prime.
type cycle []*relation

// A collection combines relations with the same large prime. Relations that were
// found twice, by two polynomials, are dropped.
type collection struct {
	cycles  []cycle
	partial map[uint32]*relation
	seen    map[uint64]struct{}
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
			continue
		}
		if other, ok := c.partial[r.large]; ok {
			c.cycles = append(c.cycles, cycle{other, &r})
			continue
		}
		c.partial[r.large] = &r
	}
}
