package lru

import (
	"context"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// background is what the cache's own goroutines need from a function's store.
type background interface {
	sharedPart() *shared
	connected() // the channel reports everything from now on
	forget()    // it no longer does
	told(message string)
	pending() *flush // what has not been reported to Redis yet; nil for nothing
	observe(observation)
	restore(*flush)
	stats() Stats
}

// register makes a store known to the background work.
func (c *Cache) register(s background) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stores = append(c.stores, s)
	if c.listening {
		s.connected()
	}
}

// known returns the stores registered so far.
func (c *Cache) known() []background {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stores[:len(c.stores):len(c.stores)]
}

// keep reports hits inside the process to Redis and asks for the invalidations of others, until ctx ends. When Redis is
// down it waits for its return.
func (c *Cache) keep(ctx context.Context) {
	ticker := time.NewTicker(probeEvery)
	defer ticker.Stop()
	flushed := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if c.redis.down.Load() {
			c.redis.probe(ctx)
		} else if time.Since(flushed) >= flushEvery {
			flushed = time.Now()
			c.flush(ctx)
		}
	}
}

// flush reports to Redis what it does not know yet.
func (c *Cache) flush(ctx context.Context) {
	for _, s := range c.known() {
		f := s.pending()
		if f == nil {
			continue
		}
		sh := s.sharedPart()
		now, gen, err := sh.function.Flush(ctx, protocol.Used{
			Hits: f.hits, Misses: f.misses, Lost: f.lost, Reason: f.reason, Members: f.members,
		})
		if err != nil {
			s.restore(f)
			continue
		}
		c.redis.serverTime(f.o.at, now)
		f.o.gen = gen
		s.observe(f.o)
	}
}

// listen listens to the channel of every function of the namespace until ctx ends.
func (c *Cache) listen(ctx context.Context) {
	for ctx.Err() == nil {
		c.session(ctx)
		timer := time.NewTimer(probeEvery)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// session listens on one connection, until it breaks.
func (c *Cache) session(ctx context.Context) {
	channel := c.redis.prober.PSubscribe(ctx, pattern(c.options.Namespace))
	defer func() { _ = channel.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = channel.Close() })
	defer stop()
	if _, err := channel.ReceiveTimeout(ctx, 10*c.redis.patience); err != nil {
		return
	}
	c.setListening(true)
	defer c.setListening(false)
	for quiet := false; ; {
		received, err := channel.ReceiveTimeout(ctx, 5*probeEvery)
		switch message := received.(type) {
		case *redis.Message:
			c.deliver(message)
		case *redis.Subscription, *redis.Pong:
		default:
			if quiet || ctx.Err() != nil || !isTimeout(err) || channel.Ping(ctx) != nil {
				return
			}
			quiet = true // and if there is no answer to the ping either, the connection is dead
			continue
		}
		quiet = false
	}
}

func isTimeout(err error) bool {
	timeout, ok := err.(interface{ Timeout() bool })
	return ok && timeout.Timeout()
}

// pattern matches the channels of all functions of a namespace.
func pattern(namespace string) string {
	var escaped strings.Builder
	for _, r := range script.Escape(namespace) {
		if strings.ContainsRune(`*?[]\^-`, r) {
			escaped.WriteByte('\\')
		}
		escaped.WriteRune(r)
	}
	return "lru:{" + escaped.String() + ":*}:meta:events"
}

func (c *Cache) setListening(listening bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listening = listening
	for _, s := range c.stores {
		if listening {
			s.connected()
		} else {
			s.forget()
		}
	}
}

// deliver passes a message to the functions that it is about.
func (c *Cache) deliver(message *redis.Message) {
	for _, s := range c.known() {
		if s.sharedPart().function.Keys.Channel() == message.Channel {
			s.told(message.Payload)
		}
	}
}
