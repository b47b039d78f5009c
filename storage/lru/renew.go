package lru

import (
	"context"
	"errors"
	"sync"
)

// maxRenewals bounds how many results wait for renewal. One that finds no room is queued again by the next call.
const maxRenewals = 1024

// renewals are the results that were served past their time and that the one goroutine of the cache is to compute anew
// (RFC 5861, stale-while-revalidate).
type renewals struct {
	wake chan struct{} // holds a token while there may be something to do

	mu    sync.Mutex
	queue []func(closing context.Context)
	ended bool
}

// add takes a renewal, and reports whether it will be done.
func (r *renewals) add(renew func(closing context.Context)) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || len(r.queue) >= maxRenewals {
		return false
	}
	r.queue = append(r.queue, renew)
	select {
	case r.wake <- struct{}{}:
	default:
	}
	return true
}

// next takes the oldest renewal; nil if there is none. Once it has been told to end, nothing more is added.
func (r *renewals) next(end bool) func(closing context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = r.ended || end
	if len(r.queue) == 0 {
		return nil
	}
	renew := r.queue[0]
	r.queue[0] = nil
	r.queue = r.queue[1:]
	return renew
}

// renew renews, one result after the other, until ctx ends. Whatever waits then learns of the end from ctx.
func (c *Cache) renew(ctx context.Context) {
	returned := false
	defer func() {
		if !returned { // a function has ended the goroutine by runtime.Goexit: the next ones get another
			c.tasks.Go(func() { c.renew(ctx) })
		}
	}()
	for {
		for renew := c.renewals.next(ctx.Err() != nil); renew != nil; renew = c.renewals.next(ctx.Err() != nil) {
			guarded(ctx, renew)
		}
		if ctx.Err() != nil {
			returned = true
			return
		}
		select {
		case <-c.renewals.wake:
		case <-ctx.Done():
		}
	}
}

// guarded runs a renewal whose function may panic: the panic goes to those who wait for the result, if any.
func guarded(ctx context.Context, renew func(context.Context)) {
	defer func() { _ = recover() }()
	renew(ctx)
}

// errRenewed is how a flight ends whose result another process is renewing.
var errRenewed = errors.New("lru: another process is renewing the result")

// renewSoon renews a result in the background, unless that is in progress. The renewal gets the values of ctx, but not
// its cancellation. The caller holds the store's mutex.
func renewSoon[A, R any](ctx context.Context, f *Func[A, R], k key, args A) {
	s := f.store
	if s.renewed.find(k) != nil {
		return
	}
	flight, _ := s.renewed.enter(k)
	flight.renewal = true
	ctx = context.WithoutCancel(ctx)
	added := f.cache.renewals.add(func(closing context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(closing, cancel)()
		switch {
		case closing.Err() != nil:
			s.abandon(flight, closing.Err())
		case s.shared == nil:
			_, _ = compute(ctx, f, flight, args)
		default:
			_, _, _ = lead(ctx, f, flight, args)
		}
	})
	if !added {
		s.leave(flight)
	}
}

// abandon ends a flight without an answer: whoever waits for it tries for itself.
func (s *store[R]) abandon(f *flight[R], err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.err, f.abandoned = err, true
	s.leave(f)
	if f.done != nil {
		close(f.done)
	}
}
