// Package lru is an exact least-recently-used cache for functions, shared by all processes through Redis. It behaves
// like Python's functools.lru_cache: a call whose arguments were seen before returns the remembered result, and when
// the capacity is reached the least recently used result is evicted, counting the uses of all processes.
//
//	cache, err := lru.New(client, lru.Options{Namespace: "shop", Capacity: 1000, TTL: time.Hour})
//	defer cache.Close()
//	price := lru.Memoize(cache, "price", func(ctx context.Context, article int) (float64, error) { … })
//	p, err := price.Get(ctx, 42)
//
// A result is computed once, however many goroutines and processes ask for it at the same time. Frequently used results
// are also kept in the process itself; invalidations by other processes reach them by messages. When Redis does not
// answer, the functions are simply called: a dead cache costs time and changes no result.
//
// With a nil client the same cache lives inside one process.
package lru

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/entry/pack"
)

// Unlimited is a capacity without a bound.
const Unlimited = -1

// Local says how results are kept inside the process, in front of Redis.
type Local int

const (
	// LocalTwoQueue keeps results by 2Q, which a scan over many keys does not wash out. The order in Redis learns of hits
	// inside the process within 200 ms.
	LocalTwoQueue Local = iota
	// LocalLRU keeps the most recently used results.
	LocalLRU
	// LocalOff keeps none: every call asks Redis, and the order over all processes is always exact.
	LocalOff
)

// Options configure a cache. The zero value caches nothing, as Capacity is 0.
type Options struct {
	// Namespace keeps the keys of one program apart from those of others.
	Namespace string
	// Version is part of every key: change it when the functions change their meaning.
	Version string
	// Capacity is how many results of each function are kept. 0 keeps none, Unlimited has no bound.
	Capacity int
	// Bytes is how many bytes the results of each function may have together, as they are stored; 0 means no bound other
	// than Capacity. A result longer than that is not kept. In front of Redis, LocalSize alone bounds what a process
	// keeps.
	Bytes int64
	// TTL is how long a result is valid; 0 means forever. The rules of a function may set it for each result.
	TTL time.Duration
	// Stale is how long after that it is still served, at once, while the cache computes it anew in the background
	// (RFC 5861): one result after the other, with a context that has the values of the caller's and ends with the cache.
	Stale time.Duration
	// Lease is how long a process that computes a result counts as alive without a sign of life; 0 means 5 seconds.
	Lease time.Duration
	// Timeout is how long a call waits for Redis before the function is called without it; 0 means 50 ms.
	Timeout time.Duration
	// Local is how results are kept inside the process. Without a client it has no effect: there is only this process.
	Local Local
	// LocalSize is how many results of each function the process keeps; 0 means Capacity, but at most 10,000.
	LocalSize int
}

// Cache is a cache for any number of functions. It is safe for concurrent use.
type Cache struct {
	options Options
	redis   *remote // nil without Redis
	codec   entry.Codec
	clock   clock

	startClock func() // once
	renewals   renewals

	mu        sync.Mutex
	stores    []background // of all functions
	listening bool         // to the channels of other processes

	cancel context.CancelFunc
	tasks  sync.WaitGroup
	closed atomic.Bool
}

// New returns a cache on the Redis that client reaches, or inside this process if client is nil. Redis need not be
// running. From a *redis.Client, with or without sentinels, a *redis.ClusterClient and a *redis.Ring it takes only the
// addresses: the cache has connections of its own there, on which no call takes longer than Timeout. Any other client
// is used as it is, with its timeouts. New never closes the client, which must stay open as long as the cache. The
// error says which option is not valid.
//
// On a Ring nothing tells all processes of invalidations, so every call asks Redis, as with [LocalOff].
func New(client redis.UniversalClient, options Options) (*Cache, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	r, err := newRemote(client, options.Timeout)
	if err != nil {
		return nil, fmt.Errorf("lru: %w", err)
	}
	if r != nil && !r.channel {
		options.Local = LocalOff
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Cache{
		options: options, redis: r, cancel: cancel, clock: clock{start: time.Now()},
		codec: entry.Codec{Packer: new(pack.Zstd)},
	}
	c.clock.set()
	c.startClock = sync.OnceFunc(func() {
		if !c.closed.Load() {
			c.tasks.Go(func() { c.clock.run(ctx) })
		}
	})
	if c.redis != nil || options.TTL > 0 {
		c.startClock()
	}
	if options.Stale > 0 {
		c.renewals.wake = make(chan struct{}, 1)
		c.tasks.Go(func() { c.renew(ctx) })
	}
	if c.redis != nil {
		c.tasks.Go(func() { c.keep(ctx) })
	}
	if c.redis != nil && c.redis.channel {
		c.tasks.Go(func() { c.listen(ctx) })
	}
	return c, nil
}

func (o Options) withDefaults() (Options, error) {
	switch {
	case o.Capacity < Unlimited:
		return o, fmt.Errorf("lru: capacity %d is negative (use Unlimited for no bound)", o.Capacity)
	case o.TTL < 0 || o.Stale < 0 || o.Lease < 0 || o.Timeout < 0 || o.LocalSize < 0 || o.Bytes < 0:
		return o, errors.New("lru: a duration or size is negative")
	}
	if o.Lease == 0 {
		o.Lease = 5 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 50 * time.Millisecond
	}
	if o.LocalSize == 0 {
		const most = 10_000
		o.LocalSize = o.Capacity
		if o.Capacity == Unlimited || o.Capacity > most {
			o.LocalSize = most
		}
	}
	return o, nil
}

// Close reports to Redis what it does not know yet and ends the background work and the cache's own connections. After
// it, functions are called without a cache.
func (c *Cache) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	c.cancel()
	c.tasks.Wait()
	if c.redis == nil {
		return nil
	}
	c.flush(context.Background())
	return c.redis.close()
}
