package lru

// Stats are what this process has seen of one function since it was memoized. All but Size and Bytes only grow.
type Stats struct {
	Function   string
	Hits       int64 // calls that were answered from memory, or by another caller's computation
	Misses     int64 // calls that were not
	Stale      int64 // hits whose result had expired
	Lost       int64 // misses because Redis was unavailable
	LostReason string
	Evicted    int64 // results that made room for others in this process
	Size       int64 // results that are kept in this process now
	Bytes      int64 // of these, if Options.Bytes bounds them
}

// Stats returns what this process has seen of every function, in the order in which they were memoized. It does not ask
// Redis: it is made for a collector of metrics, which calls it every few seconds. [Func.Info] tells what all processes
// have seen.
func (c *Cache) Stats() []Stats {
	var all []Stats
	for _, s := range c.known() {
		all = append(all, s.stats())
	}
	return all
}

// counted is what a store has seen and has reported to Redis, or never had to.
type counted struct {
	hits, misses         int64
	stale, lost, evicted int64
	reason               string // of the last lost call
}

func (s *store[R]) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Stats{
		Function: s.name, Hits: s.seen.hits + s.hits, Misses: s.seen.misses + s.misses,
		Stale: s.seen.stale, Lost: s.seen.lost, LostReason: s.seen.reason, Evicted: s.seen.evicted,
	}
	switch {
	case s.exact != nil:
		st.Size, st.Bytes = int64(s.exact.nodes.size), s.exact.bytes
	case s.queues != nil:
		st.Size = int64(s.queues.len())
	}
	return st
}

// lose counts a call for which Redis was unavailable.
func (s *store[R]) lose(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost++
	s.seen.lost++
	s.seen.reason = reason.Error()
}
