package lru

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// shared is the part of a function that all processes share: its keys in Redis.
type shared struct {
	cache    *Cache
	function protocol.Function

	mu      sync.Mutex
	waiting map[string]map[chan struct{}]bool // callers that wait for another process, by member
	long    map[string]bool                   // members with entries known to be long
}

func newShared(c *Cache, name string, fingerprint uint64) *shared {
	return &shared{
		cache: c,
		function: protocol.Function{
			Redis: c.redis, Keys: script.KeysOf(c.options.Namespace, name, c.options.Version),
			Fingerprint: fingerprint, Negative: fingerprint ^ negatives, Codec: &c.codec,
		},
		waiting: map[string]map[chan struct{}]bool{}, long: map[string]bool{},
	}
}

// negatives tells the fingerprint of a function's errors from that of its results.
const negatives = 0x6e65676174697665 // "negative"

// memberOf returns the name of a key in Redis. Two keys of one name would be distinguished by their entries.
func memberOf(full []byte) string {
	sum := sha256.Sum256(full)
	return string(sum[:16])
}

// query is a question for a result.
type query struct {
	member  string
	full    []byte // the whole key
	renewal bool   // expired entries do not count, and another process that computes is not waited for
	ask     func() (o observation, quick bool)
	observe func(observation)
	accept  func(entry.Entry) bool // takes the result, if it is one
}

// found is the answer: a result, or the lease to compute it, or neither if Redis is unavailable.
type found struct {
	hit, expired   bool
	busy           bool   // another process is renewing it
	payload        []byte // nil for an error
	expires, stale int64  // on the cache's clock
	lease          *protocol.Lease
	answered       bool  // Redis answered
	lost           error // why it was unavailable
	err            error
}

// find asks Redis for a result. While another process computes it, find waits.
func (sh *shared) find(ctx context.Context, q query) found {
	o := sh.cache.options
	question := protocol.Question{
		Member: q.member, Full: q.full, Lease: o.Lease, Stale: o.Stale, Accept: q.accept, Busy: q.renewal,
	}
	if q.renewal {
		question.Stale = 0
	}
	if data, err := sh.quick(ctx, q); err != nil {
		return found{err: ctx.Err(), lost: err}
	} else if data != nil {
		a, digest := sh.function.Judge(question, data, sh.cache.redis.now(sh.cache.clock.now()))
		if a.Hit {
			return sh.found(a)
		}
		question.Digest = digest
	}
	question.Ask = func() func(now, gen int64) {
		o, _ := q.ask()
		return func(now, gen int64) {
			o.gen = gen
			sh.cache.redis.serverTime(o.at, now)
			q.observe(o)
		}
	}
	var wake chan struct{}
	question.Wake = func() <-chan struct{} {
		wake = sh.startWaiting(q.member)
		return wake
	}
	defer func() { sh.stopWaiting(q.member, wake) }()
	question.Token = rand.Text()
	a, err := sh.function.Find(ctx, question)
	if err != nil {
		return found{err: ctx.Err(), lost: err}
	}
	return sh.found(a)
}

// quick asks for an entry in the quickest way: without reporting its use, if that is done in a batch, or without all
// that is needed only if there is none.
func (sh *shared) quick(ctx context.Context, q query) ([]byte, error) {
	r := sh.cache.redis
	if _, quick := q.ask(); quick {
		if sh.isLong(q.member) {
			return sh.readLong(ctx, q.member)
		}
		data, err := r.value(ctx, sh.function.Keys.Values, q.member)
		if err != nil && ctx.Err() == nil { // perhaps another process has stored a long one
			sh.noteLong(q.member)
		}
		return data, err
	}
	if sh.cache.options.Local != LocalOff || r.offset.Load() == 0 { // whose clock is not known yet
		return nil, nil
	}
	data, long, err := sh.function.Use(ctx, q.member)
	if long && err == nil {
		return sh.readLong(ctx, q.member)
	}
	return data, err
}

// maxLong bounds how many members a function remembers to be long.
const maxLong = 4096

// readLong reads an entry by a request of its own, and remembers that it is long.
func (sh *shared) readLong(ctx context.Context, member string) ([]byte, error) {
	sh.noteLong(member)
	return sh.cache.redis.Value(ctx, sh.function.Keys.Values, member)
}

func (sh *shared) noteLong(member string) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if len(sh.long) >= maxLong {
		clear(sh.long)
	}
	sh.long[member] = true
}

func (sh *shared) isLong(member string) bool {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.long[member]
}

// found converts an answer to the cache's clock.
func (sh *shared) found(a protocol.Answer) found {
	if !a.Hit {
		f := found{lease: a.Lease, busy: a.Busy, answered: true}
		if a.Full {
			f.lost = errNoMemory
		}
		return f
	}
	f := found{hit: true, expired: a.Expired, expires: never, stale: never, answered: true}
	if a.Entry.Fingerprint == sh.function.Fingerprint {
		f.payload = a.Entry.Payload
	}
	if e := a.Entry; e.Expires != 0 {
		local := sh.cache.clock.now()
		f.expires = local + (e.Expires-sh.cache.redis.now(local))*int64(time.Millisecond)
		f.stale = f.expires + int64(sh.cache.options.Stale)
	}
	return f
}

// errNoMemory says that Redis has no memory left for the lease to compute a result.
var errNoMemory = errors.New("lru: Redis is out of memory")

func (sh *shared) startWaiting(member string) chan struct{} {
	wake := make(chan struct{}, 1)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.waiting[member] == nil {
		sh.waiting[member] = map[chan struct{}]bool{}
	}
	sh.waiting[member][wake] = true
	return wake
}

func (sh *shared) stopWaiting(member string, wake chan struct{}) {
	if wake == nil {
		return
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if delete(sh.waiting[member], wake); len(sh.waiting[member]) == 0 {
		delete(sh.waiting, member)
	}
}

// wake wakes those who wait for a member.
func (sh *shared) wake(member string) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for wake := range sh.waiting[member] {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

func (sh *shared) wakeAll() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, waiting := range sh.waiting {
		for wake := range waiting {
			select {
			case wake <- struct{}{}:
			default:
			}
		}
	}
}
