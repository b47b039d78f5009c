package lru

import (
	"errors"
	"time"
)

// Rules say how the results of one function are remembered, if the cache's options do not suit it. The zero value
// changes nothing.
type Rules[A, R any] struct {
	// TTL returns how long a result is valid; 0 means the cache's TTL, and a negative value means that it is not kept.
	TTL func(args A, result R) time.Duration
	// Negative are the errors that are results too, such as one that says that an article does not exist. All others are
	// not remembered.
	Negative []Negative
}

// Negative is an error that is remembered.
type Negative struct {
	// Error is what a function's error is compared with by errors.Is, and what callers get that are answered from memory.
	// Across processes it is identified by its text.
	Error error
	// TTL is how long it is remembered; 0 means the cache's TTL.
	TTL time.Duration
}

// With sets the rules of a function and returns it. It must be called before the function is.
func (f *Func[A, R]) With(r Rules[A, R]) *Func[A, R] {
	f.rules = r
	f.cache.startClock() // a TTL needs it
	return f
}

// outcome returns how long the function's result is valid, and whether it is to be kept; negative is the error that is
// kept instead of a result.
func (f *Func[A, R]) outcome(args A, result R, err error) (ttl time.Duration, negative error, keep bool) {
	ttl = f.cache.options.TTL
	if err == nil {
		if f.rules.TTL != nil {
			if own := f.rules.TTL(args, result); own != 0 {
				ttl = own
			}
		}
		return ttl, nil, ttl >= 0
	}
	for _, n := range f.rules.Negative {
		if errors.Is(err, n.Error) {
			if n.TTL != 0 {
				ttl = n.TTL
			}
			return ttl, n.Error, ttl >= 0
		}
	}
	return 0, nil, false
}

// negative returns the error that is remembered under a text; nil when there is none.
func (f *Func[A, R]) negative(text string) error {
	for _, n := range f.rules.Negative {
		if n.Error.Error() == text {
			return n.Error
		}
	}
	return nil
}
