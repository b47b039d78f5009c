package memo

import (
	"context"
	"errors"
	"time"
)

// Store is where outputs are remembered. Its methods are safe for concurrent use. Package server implements it for a
// Redis, package directory for a folder; package memotest tests the contract.
type Store interface {
	// Find returns what is remembered for a key and makes it the most recently used, or the lease to compute it. While
	// another process computes it, Find waits, unless the query says otherwise. An error says why the store is
	// unavailable, or is that of ctx.
	Find(ctx context.Context, q Query) (Found, error)
	// Count adds to the statistics of a scope.
	Count(ctx context.Context, scope string, c Counts) error
	// Info returns the statistics of a scope.
	Info(ctx context.Context, scope string) (Info, error)
	// List returns what a scope remembers, the last used first. What is damaged or expired is left out.
	List(ctx context.Context, scope string) ([]Item, error)
	// Forget forgets a key, even one that is being computed, and reports whether there was something to forget.
	Forget(ctx context.Context, scope string, k Key) (bool, error)
	// Clear forgets everything of a scope, and its statistics.
	Clear(ctx context.Context, scope string) error
	// Close releases the store's resources.
	Close() error
}

// PackAbove is the length in bytes from which a store compresses outputs. Shorter ones take a block of a disk or little
// more, and a hit on a compressed one has to set up the decompressor.
const PackAbove = 32 << 10

// Query is a question for a remembered output.
type Query struct {
	Scope string
	Key   Key
	Stale time.Duration // an output that expired no longer ago is an answer, too
	Busy  bool          // while another process computes it, do not wait but say so
	// Accept reports whether a result is acceptable; one that is not counts as missing. Nil accepts all.
	Accept func(Result) bool
}

// Found is the answer to a Query.
type Found struct {
	Result  *Result // what is remembered
	Expired bool    // but expired, so that the caller should renew it
	Busy    bool    // another process computes it
	Lease   Lease   // the right to compute it; nil beside a Result
}

// Lease is the right to compute one output for all processes, as long as this one lives.
type Lease interface {
	// Store remembers a result, if the lease is still valid, and ends the lease.
	Store(ctx context.Context, r Result, k Keep) error
	// Release ends the lease without a result.
	Release(ctx context.Context)
}

// Keep says how an output is remembered.
type Keep struct {
	TTL      time.Duration // 0 means forever
	Capacity int           // of the scope; -1 means unlimited
}

// Counts are calls that have happened.
type Counts struct {
	Hits, Misses int64
	Lost         int64  // for which the store was unavailable
	Reason       string // of the last of these
}

// Info is what is known about a scope.
type Info struct {
	Scope    string `json:"scope"`
	Hits     int64  `json:"hits"`
	Misses   int64  `json:"misses"`
	Size     int64  `json:"size"`
	Capacity int    `json:"capacity"` // that of the last run; -1 means unlimited
	Lost     int64  `json:"lost"`
	Reason   string `json:"lost_reason,omitempty"`
}

// Item is one remembered output.
type Item struct {
	Words           []string // the command, or what was given instead of it
	Keyed           bool     // whether it was
	Code            int
	Bytes           int
	Stored, Expires time.Time // Expires is zero if it never expires
}

// ErrNone says that there is no store.
var ErrNone = errors.New("no store answers")

// None stands for the lack of a store, for a reason; nil means ErrNone.
type None struct{ Reason error }

func (n None) reason() error {
	if n.Reason == nil {
		return ErrNone
	}
	return n.Reason
}

// Find implements [Store].
func (n None) Find(context.Context, Query) (Found, error) { return Found{}, n.reason() }

// Count implements [Store].
func (n None) Count(context.Context, string, Counts) error { return n.reason() }

// Info implements [Store].
func (n None) Info(context.Context, string) (Info, error) { return Info{}, n.reason() }

// List implements [Store].
func (n None) List(context.Context, string) ([]Item, error) { return nil, n.reason() }

// Forget implements [Store].
func (n None) Forget(context.Context, string, Key) (bool, error) { return false, n.reason() }

// Clear implements [Store].
func (n None) Clear(context.Context, string) error { return n.reason() }

// Close does nothing.
func (None) Close() error { return nil }
