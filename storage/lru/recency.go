package lru

import "github.com/hashicorp/golang-lru/v2/simplelru"

// node is a result inside the process.
type node[K comparable, R any] struct {
	key     K
	value   R
	encoded []byte // the result as bytes, when sharing value would let one caller change what another sees
	expires int64  // on the cache's clock
	stale   int64  // until when it may be served while it is renewed

	member  string // the name in Redis; empty without Redis
	used    uint64 // number of the last use
	flushed bool   // whether Redis knows of it

	newer, older *node[K, R]
}

// recency keeps the most recently used nodes, exactly.
type recency[K comparable, R any] struct {
	capacity int // Unlimited has no bound
	nodes    map[K]*node[K, R]
	ends     node[K, R] // ends.older is the newest node, ends.newer the oldest
}

func newRecency[K comparable, R any](capacity int) *recency[K, R] {
	r := &recency[K, R]{capacity: capacity, nodes: map[K]*node[K, R]{}}
	r.ends.newer, r.ends.older = &r.ends, &r.ends
	return r
}

func (r *recency[K, R]) get(key K) *node[K, R] {
	n := r.nodes[key]
	if n != nil && r.ends.older != n {
		r.unlink(n)
		r.link(n)
	}
	return n
}

func (r *recency[K, R]) add(n *node[K, R]) (evicted *node[K, R]) {
	if old := r.nodes[n.key]; old != nil {
		r.unlink(old)
	} else if r.capacity != Unlimited && len(r.nodes) >= r.capacity {
		evicted = r.ends.newer
		r.unlink(evicted)
		delete(r.nodes, evicted.key)
	}
	r.nodes[n.key] = n
	r.link(n)
	return evicted
}

func (r *recency[K, R]) remove(key K) {
	if n := r.nodes[key]; n != nil {
		r.unlink(n)
		delete(r.nodes, key)
	}
}

func (r *recency[K, R]) purge() {
	clear(r.nodes)
	r.ends.newer, r.ends.older = &r.ends, &r.ends
}

// link makes n the newest.
func (r *recency[K, R]) link(n *node[K, R]) {
	n.newer, n.older = &r.ends, r.ends.older
	n.older.newer, r.ends.older = n, n
}

func (r *recency[K, R]) unlink(n *node[K, R]) { n.newer.older, n.older.newer = n.older, n.newer }

// twoQueues keeps nodes by the 2Q algorithm (Johnson and Shasha, 1994): what was used once and what was used again have
// queues of their own, so that reading many keys once does not push out those that are used all the time.
type twoQueues[K comparable, R any] struct {
	size, once       int // of both queues, and the share of those used once
	recent, frequent *simplelru.LRU[K, *node[K, R]]
	ghosts           *simplelru.LRU[K, struct{}] // keys that have left recent not long ago
}

func newTwoQueues[K comparable, R any](size int) *twoQueues[K, R] {
	q := &twoQueues[K, R]{size: size, once: max(1, size/4)}
	q.recent, _ = simplelru.NewLRU[K, *node[K, R]](size+1, nil) // its only error is a size of 0
	q.frequent, _ = simplelru.NewLRU[K, *node[K, R]](size+1, nil)
	q.ghosts, _ = simplelru.NewLRU[K, struct{}](max(1, size/2), nil)
	return q
}

func (q *twoQueues[K, R]) get(key K) *node[K, R] {
	if n, found := q.frequent.Get(key); found {
		return n
	}
	n, found := q.recent.Peek(key)
	if !found {
		return nil
	}
	q.recent.Remove(key)
	q.frequent.Add(n.key, n) // n's own key: the caller's may be gone after the call
	return n
}

func (q *twoQueues[K, R]) add(n *node[K, R]) (evicted *node[K, R]) {
	switch {
	case q.frequent.Contains(n.key):
		q.frequent.Add(n.key, n)
		return nil
	case q.recent.Contains(n.key):
		q.recent.Add(n.key, n)
		return nil
	case q.ghosts.Remove(n.key):
		q.frequent.Add(n.key, n)
	default:
		q.recent.Add(n.key, n)
	}
	if q.len() <= q.size {
		return nil
	}
	if q.recent.Len() > q.once || q.frequent.Len() == 0 {
		key, oldest, _ := q.recent.RemoveOldest()
		q.ghosts.Add(key, struct{}{})
		return oldest
	}
	_, oldest, _ := q.frequent.RemoveOldest()
	return oldest
}

func (q *twoQueues[K, R]) remove(key K) {
	q.recent.Remove(key)
	q.frequent.Remove(key)
}

func (q *twoQueues[K, R]) purge() {
	q.recent.Purge()
	q.frequent.Purge()
	q.ghosts.Purge()
}

func (q *twoQueues[K, R]) len() int { return q.recent.Len() + q.frequent.Len() }
