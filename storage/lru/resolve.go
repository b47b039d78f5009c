package lru

import (
	"context"
	"slices"
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
		flight, leads := s.flights.enter(k)
		if leads {
			s.mu.Unlock()
			if s.shared == nil {
				return compute(ctx, f, flight, args)
			}
			return lead(ctx, f, flight, args)
		}
		if n := s.stale(k); n != nil { // somebody renews it
			s.hits++
			return copied(s, n)
		}
		s.mu.Unlock()
		err := flight.wait(ctx)
		s.mu.Lock()
		switch {
		case err != nil || flight.err != nil && !flight.abandoned:
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

// compute computes the result of a flight in a cache that is this process's alone, and ends the flight.
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
	expires, stale := f.cache.expiry()
	var encoded []byte
	if err == nil && !f.shares {
		encoded, err = encode(value)
	}
	s.mu.Lock()
	s.misses++
	if err == nil && !flight.refused {
		s.keep(flight.key, value, encoded, "", expires, stale)
	}
	s.flights.leave(flight)
	if flight.done == nil {
		s.flights.recycle(flight)
	} else {
		flight.value, flight.encoded, flight.err = value, encoded, err
		flight.abandoned = err != nil && ctx.Err() != nil // others' contexts may have more time
		close(flight.done)
	}
	s.mu.Unlock()
	return value, err
}

// crash ends a flight whose function has panicked, or left its goroutine, and lets the panic go on.
func (s *store[R]) crash(f *flight[R], panicked any) {
	f.panicked = panicked
	if panicked == nil {
		f.err, f.abandoned = errAbandoned, true
	}
	s.mu.Lock()
	s.misses++
	s.flights.leave(f)
	if f.done != nil {
		close(f.done)
	}
	s.mu.Unlock()
	if panicked != nil {
		panic(panicked)
	}
}

// lead finds the result of a flight in Redis, or computes it for all processes, and ends the flight.
func lead[A, R any](ctx context.Context, f *Func[A, R], flight *flight[R], args A) (R, error) {
	l := leader[A, R]{f: f, s: f.store, flight: flight}
	defer l.end()
	l.share(ctx, args)
	return flight.value, flight.err
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
		member: l.member, full: full,
		ask:     l.ask,
		observe: l.s.observe,
		accept: func(payload []byte) bool {
			value, err := decode[R](payload)
			if err == nil {
				l.flight.value = value
			}
			return err == nil
		},
	})
	if found.err != nil { // ctx has ended while another process computed
		l.flight.err, l.flight.abandoned, l.returned = found.err, true, true
		return
	}
	if found.hit {
		l.hit, l.keep = true, true
		l.expires, l.stale = found.expires, found.stale
		if !l.f.shares {
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
	l.tell(context.WithoutCancel(ctx), full)
}

// ask notes what is known before a question to Redis, and reports whether the answer about invalidations is known anyway,
// so that the quickest question will do.
func (l *leader[A, R]) ask() (o observation, quick bool) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.before = l.s.snapshot()
	return l.before, l.s.keeps() && l.s.clock.now() < l.s.valid
}

// tell stores the computed result in Redis, or gives the lease back.
func (l *leader[A, R]) tell(ctx context.Context, full []byte) {
	if !l.keep {
		l.lease.release()
		return
	}
	payload, err := encode(l.flight.value)
	if err != nil {
		l.keep = false
		l.lease.release()
		return
	}
	if !l.f.shares {
		l.flight.encoded = payload
	}
	l.s.mu.Lock()
	refused := l.flight.refused
	touched := l.s.takeTouched()
	l.s.mu.Unlock()
	if refused {
		l.keep = false
		l.lease.release()
		return
	}
	l.keep = l.s.shared.store(ctx, l.lease, full, payload, touched)
}

// leader is the caller that computes for all who ask at the same time.
type leader[A, R any] struct {
	f      *Func[A, R]
	s      *store[R]
	flight *flight[R]

	returned bool   // the function has returned
	hit      bool   // the result was found in Redis
	keep     bool   // the result is to be kept in the process
	member   string // its name in Redis
	expires  int64  // on the cache's clock
	stale    int64
	before   observation
	lease    *lease
}

// compute calls the function.
func (l *leader[A, R]) compute(ctx context.Context, args A) {
	l.flight.value, l.flight.err = l.f.call(ctx, args)
	l.returned = true
	if l.flight.err != nil {
		l.flight.abandoned = ctx.Err() != nil // others' contexts may have more time
		return
	}
	l.keep = true
	l.expires, l.stale = l.f.cache.expiry()
}

// end ends the flight, also when the function has panicked or left its goroutine.
func (l *leader[A, R]) end() {
	flight, s := l.flight, l.s
	if !l.returned && !l.hit {
		panicked := recover()
		if l.lease != nil {
			l.lease.release()
		}
		s.crash(flight, panicked)
		return
	}
	if !l.hit && flight.err == nil && !l.f.shares && flight.encoded == nil { // others get copies
		flight.encoded, flight.err = encode(flight.value)
		l.keep = l.keep && flight.err == nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.hit {
		s.hits++
	} else {
		s.misses++
	}
	if l.keep && !flight.refused && s.keeps() && l.unchanged() {
		s.keep(flight.key, flight.value, flight.encoded, l.member, l.expires, l.stale)
	}
	s.flights.leave(flight)
	if flight.done != nil {
		close(flight.done)
	}
}

// unchanged reports whether nothing was invalidated since Redis was asked. The caller holds s.mu.
func (l *leader[A, R]) unchanged() bool {
	v := l.s.view
	return v.based && v.era == l.before.before.era && v.losses == l.before.before.losses
}

// expiry returns until when a result that is made now is valid and may be served stale, on the cache's clock.
func (c *Cache) expiry() (expires, stale int64) {
	if c.options.TTL == 0 {
		return never, never
	}
	expires = c.clock.now() + int64(c.options.TTL)
	return expires, expires + int64(c.options.Stale)
}
