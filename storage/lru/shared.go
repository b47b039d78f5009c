package lru

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// pollEvery is how often who waits for another process looks again, in case the message that it is done was lost.
const pollEvery = 100 * time.Millisecond

// shared is the part of a function that all processes share: its keys in Redis.
type shared struct {
	cache       *Cache
	keys        script.Keys
	fingerprint uint64 // of the result's type

	mu      sync.Mutex
	waiting map[string]map[chan struct{}]bool // who waits for another process, by member
	long    map[string]bool                   // members whose entries are known to be long
}

func newShared(c *Cache, name string, fingerprint uint64) *shared {
	keys := script.KeysOf(c.options.Namespace, name, c.options.Version)
	return &shared{cache: c, keys: keys, fingerprint: fingerprint, waiting: map[string]map[chan struct{}]bool{}, long: map[string]bool{}}
}

// memberOf returns the name of a key in Redis. Two keys of one name would be told apart by their entries.
func memberOf(full []byte) string {
	sum := sha256.Sum256(full)
	return string(sum[:16])
}

// query is a question for a result.
type query struct {
	member  string
	full    []byte // the whole key
	ask     func() (o observation, quick bool)
	observe func(observation)
	accept  func(payload []byte) bool // takes the result, if it is one
}

// found is the answer: a result, or the lease to compute it, or neither when Redis is of no help.
type found struct {
	hit            bool
	payload        []byte
	expires, stale int64 // on the cache's clock
	lease          *lease
	answered       bool // Redis has answered
	err            error
}

// find asks Redis for a result. While another process computes it, find waits.
func (sh *shared) find(ctx context.Context, q query) found {
	r := sh.cache.redis
	digest := "" // of an entry that does not count
	var expired *entry.Entry
	if data, err := sh.quick(ctx, q); err != nil {
		return found{err: ctx.Err()}
	} else if data != nil {
		var f found
		if f, expired, digest = sh.judge(q, data); f.hit {
			return f
		}
	}
	token := rand.Text()
	var wake chan struct{}
	var held, dead string // the lease that another process holds, and one that is given up
	var since time.Time   // when it was seen first
	defer func() { sh.stopWaiting(q.member, wake) }()
	for {
		o, _ := q.ask()
		reply, err := r.run(ctx, r.scripts.Load, sh.keysFor(q.member), q.member, token, sh.cache.options.Lease.Milliseconds(), digest, dead, script.Inline)
		if err != nil || len(reply) < 4 {
			return found{err: ctx.Err()}
		}
		o.gen, _ = reply[3].(int64)
		r.serverTime(o.at, reply[2])
		q.observe(o)
		text, _ := reply[1].(string)
		if reply[0] == "long" {
			data, err := sh.readLong(ctx, q.member)
			if err != nil {
				return found{err: ctx.Err()}
			}
			if data == nil {
				continue // it has gone meanwhile
			}
			reply[0], text = "hit", string(data)
		}
		switch reply[0] {
		case "hit":
			var f found
			if f, expired, digest = sh.judge(q, []byte(text)); f.hit {
				return f
			}
			continue
		case "lease":
			epoch, _ := reply[4].(int64)
			return found{lease: sh.newLease(q.member, text, epoch), answered: true}
		case "full":
			return found{answered: true}
		}
		if expired != nil && q.accept(expired.Payload) {
			return sh.found(*expired)
		}
		if wake == nil { // only now listen, and look again for what happened before
			wake = sh.startWaiting(q.member)
			continue
		}
		if text != held {
			held, since = text, time.Now()
		} else if time.Since(since) >= sh.cache.options.Lease {
			dead = held // it has not shown for a whole lease that it lives
			continue
		}
		timer := time.NewTimer(pollEvery)
		select {
		case <-wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return found{err: err}
		}
	}
}

// quick asks for an entry in the quickest way: without its use, when that is told in a batch, or without all that is
// needed only when there is none.
func (sh *shared) quick(ctx context.Context, q query) ([]byte, error) {
	r := sh.cache.redis
	if _, quick := q.ask(); quick {
		if sh.isLong(q.member) {
			return sh.readLong(ctx, q.member)
		}
		data, err := r.value(ctx, sh.keys.Values, q.member)
		if err != nil && ctx.Err() == nil { // perhaps another process has stored a long one
			sh.noteLong(q.member)
		}
		return data, err
	}
	if sh.cache.options.Local != LocalOff || sh.cache.options.TTL > 0 && r.offset.Load() == 0 {
		return nil, nil
	}
	reply, err := r.run(ctx, r.scripts.Use, sh.keysFor(q.member), q.member, script.Inline)
	if errors.Is(err, redis.Nil) || err != nil && isServer(err) || len(reply) == 0 {
		return nil, nil // not there, or the script for all cases will tell
	}
	if _, isLong := reply[0].(int64); isLong && err == nil {
		return sh.readLong(ctx, q.member)
	}
	text, _ := reply[0].(string)
	if text == "" {
		return nil, err
	}
	return []byte(text), err
}

// maxLong bounds how many members a function remembers to be long.
const maxLong = 4096

// readLong reads an entry of its own accord, and remembers that it is long.
func (sh *shared) readLong(ctx context.Context, member string) ([]byte, error) {
	sh.noteLong(member)
	return sh.cache.redis.long(ctx, sh.keys.Values, member)
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

// judge looks at an entry. When it does not count, it returns its digest, and the entry itself if it may be served while
// it is renewed.
func (sh *shared) judge(q query, data []byte) (f found, expired *entry.Entry, digest string) {
	now := sh.cache.redis.now(sh.cache.clock.now())
	e, err := sh.cache.codec.Open(data, sh.fingerprint, q.full)
	if err == nil && e.Fresh(now) && q.accept(e.Payload) {
		return sh.found(e), nil, ""
	}
	if err == nil && e.Serveable(now, sh.cache.options.Stale.Milliseconds()) && sh.cache.options.Stale > 0 {
		expired = &e
	}
	sum := sha1.Sum(data)
	return found{}, expired, hex.EncodeToString(sum[:])
}

// found returns the answer that an entry is.
func (sh *shared) found(e entry.Entry) found {
	f := found{hit: true, payload: e.Payload, expires: never, stale: never, answered: true}
	if e.Expires != 0 {
		local := sh.cache.clock.now()
		f.expires = local + (e.Expires-sh.cache.redis.now(local))*int64(time.Millisecond)
		f.stale = f.expires + int64(sh.cache.options.Stale)
	}
	return f
}

// store stores a result and reports whether the lease was still good for it.
func (sh *shared) store(ctx context.Context, l *lease, full, payload []byte, touched []string) bool {
	l.stop()
	r := sh.cache.redis
	e := entry.Entry{Fingerprint: sh.fingerprint, Stored: r.now(sh.cache.clock.now()), Key: full, Payload: payload}
	if ttl := sh.cache.options.TTL; ttl > 0 {
		e.Expires = e.Stored + max(1, ttl.Milliseconds())
	}
	sealed := sh.cache.codec.Seal(e)
	arguments := make([]any, 0, 5+len(touched))
	arguments = append(arguments, l.member, l.token, l.epoch, sealed, sh.cache.options.Capacity)
	for _, member := range touched {
		arguments = append(arguments, member)
	}
	run := r.run
	if len(sealed) > script.Inline {
		sh.noteLong(l.member)
		run = r.runLong
	}
	reply, err := run(ctx, r.scripts.Store, sh.keysFor(l.member), arguments...)
	return err == nil && len(reply) > 0 && reply[0] == int64(1)
}

func (sh *shared) invalidate(ctx context.Context, member string) error {
	_, err := sh.cache.redis.run(ctx, sh.cache.redis.scripts.Invalidate, sh.keysFor(member), member)
	return err
}

func (sh *shared) clear(ctx context.Context) error {
	_, err := sh.cache.redis.run(ctx, sh.cache.redis.scripts.Clear, sh.keysFor(""))
	return err
}

func (sh *shared) info(ctx context.Context) (hits, misses, size int64, err error) {
	reply, err := sh.cache.redis.run(ctx, sh.cache.redis.scripts.Info, sh.keysFor(""))
	if err != nil || len(reply) < 3 {
		return 0, 0, 0, err
	}
	hits, _ = reply[0].(int64)
	misses, _ = reply[1].(int64)
	size, _ = reply[2].(int64)
	return hits, misses, size, nil
}

// keysFor returns the keys of a script; those about no member get the lease of none.
func (sh *shared) keysFor(member string) []string {
	return []string{sh.keys.Values, sh.keys.Order, sh.keys.Meta, sh.keys.Lease(member)}
}

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
