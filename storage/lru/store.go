package lru

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// confidence is how long a result inside the process is served without confirmation from Redis that nothing was
	// invalidated.
	confidence = 800 * time.Millisecond
	// flushEvery is how often hits inside the process are reported to Redis, which also asks for that confirmation.
	flushEvery = 150 * time.Millisecond
)

// store is what the process holds of one function: results, computations in progress, and what has not been reported to
// Redis yet.
type store[R any] struct {
	name  string
	clock *clock
	bytes int64 // bounds what exact holds; 0 means no bound

	mu      sync.Mutex
	exact   *recency[R]   // the results; nil where they are in queues
	queues  *twoQueues[R] // the results; with exact nil too, none are kept
	spare   *node[R]      // an evicted node, to be used again
	valid   int64         // until when nodes may be served
	flights flights[R]
	renewed flights[R] // that are computed in the background, while the old results are served
	hits    int64      // in all, or not yet reported to Redis
	misses  int64
	lost    int64 // not yet reported to Redis
	seen    counted

	shared  *shared        // nil without Redis
	keys    map[string]key // by their names in Redis
	uses    uint64         // counts uses, for their order
	touched []*node[R]     // used, without Redis knowing
	view    view
}

// view is what the process knows of the invalidations of other processes.
type view struct {
	era    uint64 // counts connections to the channel; odd while there is one
	based  bool   // whether gen is known in this era
	gen    int64  // number of the last invalidation that was reported
	behind int64  // a number that Redis has named and the channel has not yet
	losses uint64 // counts results that were forgotten for reasons other than eviction
}

// observation is a reply of Redis about the generation, with what was known when the question was sent.
type observation struct {
	view      view  // when the question was sent
	at        int64 // then, on the cache's clock
	gen       int64
	heartbeat bool
}

// lookup returns the node of k if it may be served, and counts the hit. Otherwise it returns nil and leaves s locked.
func (s *store[R]) lookup(k key) *node[R] {
	s.mu.Lock()
	n := s.kept(k)
	if n == nil {
		return nil
	}
	if now := s.clock.now(); now >= n.expires || now >= s.valid {
		return nil
	}
	s.hits++
	if s.shared != nil {
		s.touch(n)
	}
	return n
}

// kept returns the node of k, fresh or not, and makes it the most recently used.
func (s *store[R]) kept(k key) *node[R] {
	switch {
	case s.exact != nil:
		return s.exact.get(k)
	case s.queues != nil:
		return s.queues.get(k)
	}
	return nil
}

// keeps reports whether results are kept in the process at all.
func (s *store[R]) keeps() bool { return s.exact != nil || s.queues != nil }

// drop removes the node of k.
func (s *store[R]) drop(k key) {
	if s.exact != nil {
		s.exact.remove(k)
	} else if s.queues != nil {
		s.queues.remove(k)
	}
}

// touch records a use of n.
func (s *store[R]) touch(n *node[R]) {
	s.uses++
	n.used = s.uses
	if n.flushed {
		n.flushed = false
		s.touched = append(s.touched, n)
	}
}

// takeTouched returns the members that were used without Redis knowing, in the order of their use.
func (s *store[R]) takeTouched() []string {
	slices.SortFunc(s.touched, func(a, b *node[R]) int { return cmp.Compare(a.used, b.used) })
	members := make([]string, len(s.touched))
	for i, n := range s.touched {
		members[i], n.flushed = n.member, true
		s.touched[i] = nil
	}
	s.touched = s.touched[:0]
	return members
}

// keep keeps a result. The caller holds s.mu.
func (s *store[R]) keep(result node[R]) {
	if s.bytes > 0 && result.size > s.bytes {
		s.drop(result.key)
		return
	}
	n := s.spare
	if n == nil {
		n = &node[R]{}
	}
	s.spare = nil
	*n = result
	if s.shared != nil {
		n.flushed = true
		s.keys[n.member] = n.key
	}
	if s.exact == nil {
		s.evicted(s.queues.add(n))
		return
	}
	s.evicted(s.exact.add(n))
	for s.bytes > 0 && s.exact.bytes > s.bytes {
		s.evicted(s.exact.evict())
	}
}

// evicted cleans up after a node that was evicted, if there is one.
func (s *store[R]) evicted(n *node[R]) {
	if n == nil {
		return
	}
	s.seen.evicted++
	if s.shared != nil {
		delete(s.keys, n.member)
	} else {
		s.spare = n
	}
}

// forgetKey forgets one result, even one that is being computed. The caller holds s.mu.
func (s *store[R]) forgetKey(k key) {
	s.view.losses++
	for _, fs := range []*flights[R]{&s.flights, &s.renewed} {
		if f := fs.find(k); f != nil {
			f.refused = true
		}
	}
	s.drop(k)
}

// forgetAll forgets all results. The caller holds s.mu.
func (s *store[R]) forgetAll() {
	s.view.losses++
	s.refuse()
	s.forgetKept()
}

// refuse marks what is being computed so that nothing of it is kept. The caller holds s.mu.
func (s *store[R]) refuse() {
	s.flights.refuse()
	s.renewed.refuse()
}

// enter returns the flight of k, which the caller must lead if leads is true, and otherwise wait for. The caller
// holds s.mu.
func (s *store[R]) enter(k key) (f *flight[R], leads bool) {
	if s.shared == nil && s.renewed.find(k) != nil { // the old result can no longer be served
		return s.renewed.enter(k)
	}
	return s.flights.enter(k)
}

// leave removes a flight. The caller holds s.mu, and closes done.
func (s *store[R]) leave(f *flight[R]) {
	if f.renewal {
		s.renewed.leave(f)
	} else {
		s.flights.leave(f)
	}
}

// forgetKept forgets the results that are kept, but not those being computed, which are new. The caller holds s.mu.
func (s *store[R]) forgetKept() {
	s.view.losses++
	if s.exact != nil {
		s.exact.purge()
	} else if s.queues != nil {
		s.queues.purge()
	}
	clear(s.keys)
}

// snapshot returns what is known now, before Redis is asked.
func (s *store[R]) snapshot() observation { return observation{view: s.view, at: s.clock.now()} }

// observe learns from a reply whether the channel has reported everything, and for how long that may be relied upon.
func (s *store[R]) observe(o observation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &s.view
	if v.era != o.view.era || v.era%2 == 0 {
		return
	}
	switch {
	case !v.based:
		v.based, v.gen, v.behind = true, max(v.gen, o.gen), 0
	case o.gen == v.gen:
		v.behind = 0
	case o.gen < o.view.gen: // Redis has lost its counter, and so results, without a message
		s.forgetKept()
		v.gen, v.behind = o.gen, 0
	case o.gen < v.gen: // the channel was faster
	case !o.heartbeat:
		return
	case v.behind > v.gen: // the last heartbeat knew of an invalidation that the channel has not reported yet
		s.forgetKept()
		v.gen, v.behind = o.gen, 0
	default:
		v.behind = o.gen
		return
	}
	s.valid = max(s.valid, o.at+int64(confidence))
}

// connected begins an era in which the channel reports every invalidation.
func (s *store[R]) connected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view.era |= 1
	s.view.based, s.view.gen, s.view.behind = false, 0, 0
}

// forget ends the era: from now on invalidations may be missed.
func (s *store[R]) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view.era%2 == 1 {
		s.view.era++
	}
	s.valid, s.view.based = 0, false
	s.forgetKept()
}

// told processes a message of the channel.
func (s *store[R]) told(message string) {
	if message == "" {
		return
	}
	kind, rest := message[0], message[1:]
	if kind == 'd' {
		s.shared.wake(rest)
		return
	}
	number, member, _ := strings.Cut(rest, " ")
	gen, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return
	}
	s.mu.Lock()
	if k, found := s.keys[member]; kind == 'i' && found {
		delete(s.keys, member)
		s.drop(k)
	}
	s.view.losses++
	if inOrder := gen == s.view.gen+1; s.view.based && !inOrder || kind == 'c' {
		s.forgetKept()
		if !inOrder { // messages were lost; the next reply tells where the counter is
			s.valid, s.view.based = 0, false
		}
	}
	s.view.gen = gen
	s.mu.Unlock()
	if kind == 'i' {
		s.shared.wake(member)
	} else {
		s.shared.wakeAll()
	}
}

// flush is what has not been reported to Redis of one function yet.
type flush struct {
	hits, misses int64
	lost         int64
	reason       string
	members      []string
	o            observation
}

// pending takes what must be reported to Redis. Without news there is nothing to do: the confirmation runs out, and the
// next call asks Redis.
func (s *store[R]) pending() *flush {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hits == 0 && s.misses == 0 && s.lost == 0 && len(s.touched) == 0 {
		return nil
	}
	f := &flush{
		hits: s.hits, misses: s.misses, lost: s.lost, reason: s.seen.reason, members: s.takeTouched(), o: s.snapshot(),
	}
	f.o.heartbeat = true
	s.seen.hits += s.hits
	s.seen.misses += s.misses
	s.hits, s.misses, s.lost = 0, 0, 0
	return f
}

// restore takes back counts that could not be reported.
func (s *store[R]) restore(f *flush) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits += f.hits
	s.misses += f.misses
	s.lost += f.lost
	s.seen.hits -= f.hits
	s.seen.misses -= f.misses
}

func (s *store[R]) sharedPart() *shared { return s.shared }
