// Package stream answers a stream of numbers: it reads tokens, factors them on several cores, and writes
// the answers in the order of the input. Memory is bounded however long the input is, and however long its first
// number takes.
//
// One goroutine reads and cuts the input into batches. Each worker takes the next batch, and passes what it formats to
// the window, which writes in order: the worker with the oldest batch writes at once, others leave their text there,
// and wait when it is full.
package stream

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/pythonweb/goweb/factorize"
)

// Format is what is printed for a number.
type Format int

// The formats: all divisors, the prime factors, the prime factors with exponents, or the number of divisors.
const (
	Divisors Format = iota
	Primes
	Exponents
	Count
)

// queued is how many batches wait for each worker, so that none waits for the reader.
const queued = 8

// Options say how to answer.
type Options struct {
	Format  Format
	JSON    bool          // an object a line
	Timeout time.Duration // for each number by itself; 0 is none
	Workers int           // at least 1

	Expressions bool   // blanks may stand inside expressions, not only between them
	Prove       bool   // with a certificate for every prime of more than 64 bits
	State       string // file that keeps the one long number of the input; empty for none
	Shard       Shard  // the places that are answered
	Records     bool   // what is refused is a record in the output as well

	// Factorizer factors numbers of more than 64 bits. It has as many cores as there are workers.
	Factorizer *factorize.Factorizer
}

// Result counts what was not answered completely.
type Result struct {
	Refused int  // tokens that are not positive numbers
	Partial int  // numbers not factored within the timeout, or with too many divisors
	Kept    bool // the state of a number was kept in the file for it
	Places  int  // tokens of the whole input, if a shard or records are asked for
}

// A Source is one part of the input: words from the command line, or a reader.
type Source struct {
	Words  []string
	Reader io.Reader
}

// Run answers the sources one after the other: numbers go to out, a line each; what is refused goes to notes.
// The error is that of reading, of writing or of ctx.
func Run(ctx context.Context, sources []Source, out, notes io.Writer, o Options) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := newWindow(out, notes)
	batches := make(chan batch, queued*o.Workers)
	used := make(chan []byte, queued*o.Workers)
	r := reader{ctx: ctx, options: &o, used: used}
	// The reader may be blocked in a read forever: it is not waited for, but it ends after that read.
	r.batches = batches
	go func() {
		defer close(batches)
		if err := r.read(sources); err != nil {
			cancel(err)
		}
	}()
	var workers sync.WaitGroup
	results := make([]Result, o.Workers)
	for i := range o.Workers {
		workers.Go(func() {
			a := answerer{ctx: ctx, options: &o, window: w, used: used}
			if err := a.work(batches); err != nil {
				cancel(err)
			}
			results[i] = a.result
		})
	}
	stopped := context.AfterFunc(ctx, w.wake)
	defer stopped()
	workers.Wait()
	var sum Result
	for _, r := range results {
		sum.Refused += r.Refused
		sum.Partial += r.Partial
		sum.Kept = sum.Kept || r.Kept
	}
	err := failure(ctx)
	if err == nil {
		sum.Places = r.places // the reader has ended, since all workers have
	}
	return sum, err
}

// failure is what ended the work early, if anything did.
func failure(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return ctx.Err()
}
