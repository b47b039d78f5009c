package lru

import (
	"context"
	"errors"
)

// flight is one computation that is going on in this process, and those who wait for it.
type flight[K comparable, R any] struct {
	done    chan struct{} // closed at the end; nil while nobody waits
	waiters int
	refused bool // the key was invalidated meanwhile, so the result is not kept

	value     R
	encoded   []byte
	err       error
	panicked  any  // what the function has panicked with
	abandoned bool // it ended without an answer that is of use to others
}

// errAbandoned is the error of a function that has left its goroutine by runtime.Goexit.
var errAbandoned = errors.New("lru: the function did not return")

// enter returns the flight of key, which the caller must lead if leads is true. The caller holds s.mu.
func (s *store[K, R]) enter(key K) (f *flight[K, R], leads bool) {
	if f := s.flights[key]; f != nil {
		if f.done == nil {
			f.done = make(chan struct{})
		}
		f.waiters++
		return f, false
	}
	f = &flight[K, R]{}
	s.flights[key] = f
	return f, true
}

// leave ends the flight and wakes those who wait for it. The caller holds s.mu.
func (s *store[K, R]) leave(key K, f *flight[K, R]) {
	delete(s.flights, key)
	if f.done != nil {
		close(f.done)
	}
}

// wait waits for the end of a flight, or of ctx.
func (f *flight[K, R]) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
