package lru

import "github.com/hashicorp/golang-lru/v2/simplelru"

// node is a result inside the process.
type node[R any] struct {
	key     key
	value   R
	encoded []byte // the result as bytes, if sharing value would let one caller change what another sees
	err     error  // what is remembered instead of a value
	size    int64  // bytes of key and value, if they are bounded
	expires int64  // on the cache's clock
	stale   int64  // until when it may be served while it is renewed

	member  string // its name in Redis; empty without Redis
	used    uint64 // number of the last use
	flushed bool   // whether Redis knows of it

	next         *node[R] // in its table
	newer, older *node[R]
}

// recency keeps exactly the most recently used nodes.
type recency[R any] struct {
	capacity int   // Unlimited has no bound
	bytes    int64 // of all nodes, if they are bounded
	nodes    table[R]
	ends     node[R] // ends.older is the newest node, ends.newer the oldest
}

func newRecency[R any](capacity int) *recency[R] {
	r := &recency[R]{capacity: capacity}
	r.ends.newer, r.ends.older = &r.ends, &r.ends
	return r
}

func (r *recency[R]) get(k key) *node[R] {
	n := r.nodes.get(k)
	if n != nil && r.ends.older != n {
		r.unlink(n)
		r.link(n)
	}
	return n
}

func (r *recency[R]) add(n *node[R]) (evicted *node[R]) {
	if r.remove(n.key); r.capacity != Unlimited && r.nodes.size >= r.capacity {
		evicted = r.evict()
	}
	r.nodes.add(n)
	r.link(n)
	r.bytes += n.size
	return evicted
}

// evict removes the oldest node.
func (r *recency[R]) evict() *node[R] {
	oldest := r.ends.newer
	r.remove(oldest.key)
	return oldest
}

func (r *recency[R]) remove(k key) {
	if n := r.nodes.remove(k); n != nil {
		r.unlink(n)
		r.bytes -= n.size
	}
}

func (r *recency[R]) purge() {
	r.nodes, r.bytes = table[R]{}, 0
	r.ends.newer, r.ends.older = &r.ends, &r.ends
}

// link makes n the newest.
func (r *recency[R]) link(n *node[R]) {
	n.newer, n.older = &r.ends, r.ends.older
	n.older.newer, r.ends.older = n, n
}

func (r *recency[R]) unlink(n *node[R]) { n.newer.older, n.older.newer = n.older, n.newer }

// twoQueues keeps nodes by the 2Q algorithm (Johnson and Shasha, 1994): nodes used once and nodes used again have
// separate queues, so that reading many keys once does not push out those that are used all the time.
type twoQueues[R any] struct {
	size, once       int // of both queues, and of the queue of nodes used once
	recent, frequent *simplelru.LRU[key, *node[R]]
	ghosts           *simplelru.LRU[key, struct{}] // keys that have left recent not long ago
}

func newTwoQueues[R any](size int) *twoQueues[R] {
	q := &twoQueues[R]{size: size, once: max(1, size/4)}
	q.recent, _ = simplelru.NewLRU[key, *node[R]](size+1, nil) // its only error is a size of 0
	q.frequent, _ = simplelru.NewLRU[key, *node[R]](size+1, nil)
	q.ghosts, _ = simplelru.NewLRU[key, struct{}](max(1, size/2), nil)
	return q
}

func (q *twoQueues[R]) get(k key) *node[R] {
	if n, found := q.frequent.Get(k); found {
		return n
	}
	n, found := q.recent.Peek(k)
	if !found {
		return nil
	}
	q.recent.Remove(k)
	q.frequent.Add(n.key, n) // n's own key: the caller's may be gone after the call
	return n
}

func (q *twoQueues[R]) add(n *node[R]) (evicted *node[R]) {
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
		k, oldest, _ := q.recent.RemoveOldest()
		q.ghosts.Add(k, struct{}{})
		return oldest
	}
	_, oldest, _ := q.frequent.RemoveOldest()
	return oldest
}

func (q *twoQueues[R]) remove(k key) {
	q.recent.Remove(k)
	q.frequent.Remove(k)
}

func (q *twoQueues[R]) purge() {
	q.recent.Purge()
	q.frequent.Purge()
	q.ghosts.Purge()
}

func (q *twoQueues[R]) len() int { return q.recent.Len() + q.frequent.Len() }
