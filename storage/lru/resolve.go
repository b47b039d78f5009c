package lru

import (
	"context"
	"slices"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// resolve answers a call that lookup could not answer; the store is locked by it.
func resolve[A, R any](ctx context.Context, f *Func[A, R], k key, args A) (R, error) {
	s := f.store
	if f.cache.closed.Load() || f.cache.options.Capacity == 0 {
		s.misses++
		s.mu.Unlock()
		return f.call(ctx, args)
	}
	for {
		if n := s.stale(k); n != nil {
			s.hits++
			if n.expires <= s.clock.now() {
				s.seen.stale++
				renewSoon(ctx, f, k, args)
			}
			return copied(s, n)
		}
		flight, leads := s.enter(k)
		if leads {
			s.mu.Unlock()
			if s.shared == nil {
				return compute(ctx, f, flight, args)
			}
			value, expired, err := lead(ctx, f, flight, args)
			if expired {
				s.mu.Lock()
				s.seen.stale++
				renewSoon(ctx, f, k, args)
				s.mu.Unlock()
			}
			return value, err
		}
		s.mu.Unlock()
		err := flight.wait(ctx)
		s.mu.Lock()
		switch {
		case err != nil || flight.err != nil && !flight.abandoned && !flight.negative:
			s.misses++
		case flight.panicked != nil:
			s.misses++
			s.mu.Unlock()
			panic(flight.panicked)
		case flight.abandoned:
			continue
		default:
			s.hits++
		}
		s.mu.Unlock()
		switch {
		case err != nil:
			var none R
			return none, err
		case flight.err != nil || flight.encoded == nil:
			return flight.value, flight.err
		}
		return decode[R](flight.encoded)
	}
}

// stale returns the node of k if it has expired but may be served while it is renewed. The caller holds s.mu.
func (s *store[R]) stale(k key) *node[R] {
	if now := s.clock.now(); now < s.valid {
		if n := s.kept(k); n != nil && now < n.stale {
			return n
		}
	}
	return nil
}

// compute computes the result of a flight in a cache that lives in this process alone, and ends the flight.
func compute[A, R any](ctx context.Context, f *Func[A, R], flight *flight[R], args A) (value R, err error) {
	s := f.store
	returned := false
	defer func() {
		if !returned {
			s.crash(flight, recover())
		}
	}()
	value, err = f.call(ctx, args)
	returned = true
	ttl, negative, keep := f.outcome(args, value, err)
	result := node[R]{key: flight.key, value: value, err: negative}
	result.expires, result.stale = f.cache.expiry(ttl)
	if err == nil && (!f.fixed || s.bytes > 0) {
		var encoded []byte
		encoded, err = encode(value)
		if s.bytes > 0 {
			result.size = int64(len(encoded) + len(flight.key.text))
		}
		if !f.fixed {
			result.encoded = encoded
		}
	}
	s.mu.Lock()
	if !flight.renewal {
		s.misses++
	}
	if keep && (err == nil || negative != nil) && !flight.refused {
		s.keep(result)
	}
	s.leave(flight)
	if flight.done == nil && !flight.renewal {
		s.flights.recycle(flight)
	} else if flight.done != nil {
		flight.value, flight.encoded, flight.err, flight.negative = value, result.encoded, err, negative != nil
		flight.abandoned = err != nil && ctx.Err() != nil // others' contexts may have more time
		close(flight.done)
	}
	s.mu.Unlock()
	return value, err
}

// crash ends a flight whose function has panicked, or ended its goroutine, and lets the panic continue.
func (s *store[R]) crash(f *flight[R], panicked any) {
	f.panicked = panicked
	if panicked == nil {
		f.err, f.abandoned = errAbandoned, true
	}
	s.mu.Lock()
	if !f.renewal {
		s.misses++
	}
	s.leave(f)
	if f.done != nil {
		close(f.done)
	}
	s.mu.Unlock()
	if panicked != nil {
		panic(panicked)
	}
}

// lead finds the result of a flight in Redis, or computes it for all processes, and ends the flight. It reports whether
// the result has expired.
func lead[A, R any](ctx context.Context, f *Func[A, R], flight *flight[R], args A) (value R, expired bool, err error) {
	l := leader[A, R]{f: f, s: f.store, flight: flight}
	defer l.end()
	l.share(ctx, args)
	return flight.value, l.expired, flight.err
}

// share finds the result in Redis, or computes it for all processes.
func (l *leader[A, R]) share(ctx context.Context, args A) {
	full, err := l.f.encode(args)
	if err != nil {
		l.flight.err, l.returned = err, true
		return
	}
	l.member = memberOf(full)
	found := l.s.shared.find(ctx, query{
		member: l.member, full: full, renewal: l.flight.renewal,
		ask:     l.ask,
		observe: l.s.observe,
		accept:  l.accept,
	})
	if found.lost != nil && found.err == nil {
		l.s.lose(found.lost)
	}
	if found.err != nil { // ctx has ended while another process computed
		l.flight.err, l.flight.abandoned, l.returned = found.err, true, true
		return
	}
	if found.busy {
		l.flight.err, l.flight.abandoned, l.returned = errRenewed, true, true
		return
	}
	if found.hit {
		l.hit, l.keep, l.expired = true, true, found.expired
		l.expires, l.stale = found.expires, found.stale
		if !l.f.fixed && found.payload != nil {
			l.flight.encoded = slices.Clone(found.payload)
		}
		return
	}
	l.lease = found.lease
	l.compute(ctx, args)
	if l.lease == nil {
		l.keep = l.keep && found.answered
		return
	}
	l.tell(context.WithoutCancel(ctx))
}

// accept accepts an entry as the result, if it is one.
func (l *leader[A, R]) accept(e entry.Entry) bool {
	if e.Fingerprint == l.s.shared.function.Negative {
		l.flight.err = l.f.negative(string(e.Payload))
		l.flight.negative = l.flight.err != nil
		return l.flight.negative
	}
	value, err := decode[R](e.Payload)
	if err == nil {
		l.flight.value, l.flight.err, l.flight.negative = value, nil, false
	}
	return err == nil
}

// ask records what is known before a question to Redis, and reports whether the answer about invalidations is known
// anyway, so that the quickest question will do.
func (l *leader[A, R]) ask() (o observation, quick bool) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.asked = l.s.snapshot()
	return l.asked, l.s.keeps() && l.s.clock.now() < l.s.valid
}

// tell stores the computed result in Redis, or releases the lease.
func (l *leader[A, R]) tell(ctx context.Context) {
	if !l.keep {
		l.lease.Release(context.Background())
		return
	}
	var payload []byte
	if l.negative != nil {
		payload = []byte(l.negative.Error())
	} else {
		var err error
		if payload, err = encode(l.flight.value); err != nil {
			l.keep = false
			l.lease.Release(ctx)
			return
		}
		if !l.f.fixed {
			l.flight.encoded = payload
		}
	}
	l.s.mu.Lock()
	refused := l.flight.refused
	touched := l.s.takeTouched()
	l.s.mu.Unlock()
	if refused {
		l.keep = false
		l.lease.Release(context.Background())
		return
	}
	if len(payload) > script.Inline {
		l.s.shared.noteLong(l.member)
	}
	o := l.f.cache.options
	stored, err := l.lease.Store(ctx, payload, protocol.Kept{
		TTL: l.ttl, Capacity: o.Capacity, Bytes: o.Bytes, Negative: l.negative != nil, Used: touched,
	})
	l.keep = err == nil && stored
}

// leader is the caller that computes for all that ask at the same time.
type leader[A, R any] struct {
	f      *Func[A, R]
	s      *store[R]
	flight *flight[R]

	returned bool   // the function has returned
	hit      bool   // the result was found in Redis
	expired  bool   // but past its time
	keep     bool   // the result is to be kept in the process
	member   string // its name in Redis
	expires  int64  // on the cache's clock
	stale    int64
	asked    observation
	lease    *protocol.Lease

	ttl      time.Duration // of what was computed
	negative error         // what is kept instead of a result
}

// compute calls the function.
func (l *leader[A, R]) compute(ctx context.Context, args A) {
	l.flight.value, l.flight.err = l.f.call(ctx, args)
	l.returned = true
	l.ttl, l.negative, l.keep = l.f.outcome(args, l.flight.value, l.flight.err)
	l.flight.negative = l.negative != nil
	if l.flight.err != nil && l.negative == nil {
		l.flight.abandoned = ctx.Err() != nil // others' contexts may have more time
		return
	}
	l.expires, l.stale = l.f.cache.expiry(l.ttl)
}

// end ends the flight, even if the function has panicked or ended its goroutine.
func (l *leader[A, R]) end() {
	flight, s := l.flight, l.s
	if !l.returned && !l.hit {
		panicked := recover()
		if l.lease != nil {
			l.lease.Release(context.Background())
		}
		s.crash(flight, panicked)
		return
	}
	if !l.hit && flight.err == nil && !l.f.fixed && flight.encoded == nil { // others get copies
		flight.encoded, flight.err = encode(flight.value)
		l.keep = l.keep && flight.err == nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case flight.renewal:
	case l.hit:
		s.hits++
	default:
		s.misses++
	}
	if l.keep && !flight.refused && s.keeps() && l.unchanged() {
		s.keep(l.node())
	}
	s.leave(flight)
	if flight.done != nil {
		close(flight.done)
	}
}

// node returns what is kept of the flight.
func (l *leader[A, R]) node() node[R] {
	n := node[R]{key: l.flight.key, member: l.member, expires: l.expires, stale: l.stale}
	if l.flight.negative {
		n.err = l.negative
		if n.err == nil { // it was found
			n.err = l.flight.err
		}
		return n
	}
	n.value, n.encoded = l.flight.value, l.flight.encoded
	return n
}

// unchanged reports whether nothing was invalidated since Redis was asked. The caller holds s.mu.
func (l *leader[A, R]) unchanged() bool {
	now, asked := l.s.view, l.asked.view
	return now.based && now.era == asked.era && now.losses == asked.losses
}

// expiry returns until when a result that is made now is valid, and until when it may be served stale, on the cache's
// clock.
func (c *Cache) expiry(ttl time.Duration) (expires, stale int64) {
	if ttl == 0 {
		return never, never
	}
	expires = c.clock.now() + int64(ttl)
	return expires, expires + int64(c.options.Stale)
}
