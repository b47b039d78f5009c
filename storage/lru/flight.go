package lru

import (
	"context"
	"errors"
)

// flight is one computation that is going on in this process, and those who wait for it.
type flight[R any] struct {
	key     key
	slot    int           // its place in flights
	done    chan struct{} // closed at the end; nil while nobody waits
	refused bool          // the key was invalidated meanwhile, so the result is not kept
	renewal bool          // no caller has asked for it: the cache renews it

	value     R
	encoded   []byte
	err       error
	negative  bool // err is a result
	panicked  any  // what the function has panicked with
	abandoned bool // it ended without an answer that others can use
}

// errAbandoned is the error of a function that has ended its goroutine by runtime.Goexit.
var errAbandoned = errors.New("lru: the function did not return")

// wait waits for the end of a flight, or of ctx.
func (f *flight[R]) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// flights are the computations of a function in progress. Mostly they are few, and searching a short list is faster
// than a map; more than that are in a map.
type flights[R any] struct {
	few   []*flight[R]
	many  map[key]*flight[R]
	spare *flight[R] // one that nobody has waited for, to be used again
}

// fewFlights is how many are in the list.
const fewFlights = 16

func (fs *flights[R]) find(k key) *flight[R] {
	for _, f := range fs.few {
		if f.key == k {
			return f
		}
	}
	if len(fs.many) > 0 {
		return fs.many[k]
	}
	return nil
}

// enter returns the flight of k, which the caller must lead if leads is true, and otherwise wait for.
func (fs *flights[R]) enter(k key) (f *flight[R], leads bool) {
	if f := fs.find(k); f != nil {
		if f.done == nil {
			f.done = make(chan struct{})
		}
		return f, false
	}
	f = fs.spare
	if fs.spare = nil; f == nil {
		f = &flight[R]{}
	}
	f.key, f.slot = k, len(fs.few)
	if f.slot < fewFlights {
		fs.few = append(fs.few, f)
		return f, true
	}
	if fs.many == nil {
		fs.many = map[key]*flight[R]{}
	}
	fs.many[k] = f
	return f, true
}

// leave removes a flight. The caller closes done.
func (fs *flights[R]) leave(f *flight[R]) {
	if f.slot < fewFlights {
		last := len(fs.few) - 1
		fs.few[f.slot] = fs.few[last]
		fs.few[f.slot].slot = f.slot
		fs.few[last] = nil
		fs.few = fs.few[:last]
	} else {
		delete(fs.many, f.key)
	}
}

// recycle makes a flight that has left, and that nobody else refers to, available again.
func (fs *flights[R]) recycle(f *flight[R]) {
	*f = flight[R]{}
	fs.spare = f
}

// refuse marks all present computations so that their results are not kept.
func (fs *flights[R]) refuse() {
	for _, f := range fs.few {
		f.refused = true
	}
	for _, f := range fs.many {
		f.refused = true
	}
}
