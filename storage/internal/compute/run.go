// Package compute runs commands whose output is to be remembered: it prints the output that a store remembers, or runs
// the command for all callers, passes on what it prints, and stores that.
package compute

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Call is a command that is to be run, or whose output is to come from memory.
type Call struct {
	memo.Options
	Command      []string
	Surroundings memo.Surroundings
	Streams      memo.Streams
	// Uncached is why this call bypasses the store; empty if it does not.
	Uncached string
	// Anew runs the command even if its output is remembered, unless another process is running it.
	Anew bool
	// Renew runs the command if its output is missing or expired, unless another process is running it. Nothing remembered
	// is printed.
	Renew bool
}

// Outcome is the result of a call.
type Outcome struct {
	// Code is that of the command, or 126 or 127 if it could not be started.
	Code int
	// Why says why the output was not remembered; empty when it was, or came from memory.
	Why string
	// Lost is why the store was unavailable.
	Lost error
	// Expired says that the output came from memory and has expired, so that it should be renewed.
	Expired bool
	// Interactive says that the command has interacted with the user at the terminal.
	Interactive bool
}

// ErrItself says that a command runs itself, and would wait for itself.
var ErrItself = errors.New("the command runs itself and would wait for itself")

// RunningVariable is the environment variable that tells a command's subprocesses which outputs are being computed.
const RunningVariable = "LRUCACHE_RUNNING"

// Run prints what the store remembers of a command, or runs it and remembers that. Of several callers at the same time
// one runs the command, and the others wait for it. If the store is unavailable, the command is simply run.
func Run(ctx context.Context, store memo.Store, c Call) (o Outcome, err error) {
	k, err := memo.KeyOf(c.Options, c.Command, c.Surroundings)
	if err != nil {
		return o, err
	}
	p := process{command: c.Command, streams: c.Streams}
	if c.Capacity == 0 && c.Uncached == "" {
		c.Uncached = "--capacity is 0"
	}
	if c.Uncached != "" {
		o.Why = c.Uncached
		o.Lost = store.Count(ctx, c.Scope, memo.Counts{Misses: 1})
		o.Code, err = p.run(ctx, nil)
		return o, err
	}
	running := strings.Split(os.Getenv(RunningVariable), ",")
	itself := mark(k, c.Scope)
	within := slices.Contains(running, itself)
	if c.Renew {
		c.Stale = 0
	}
	same := c.Streams.Same()
	f, err := store.Find(ctx, memo.Query{
		Scope: c.Scope, Key: k, Stale: c.Stale, Busy: within || c.Anew || c.Renew,
		Accept: func(r memo.Result) bool { return r.Fits(same) && !c.Anew },
	})
	switch {
	case ctx.Err() != nil:
		return o, ctx.Err()
	case err != nil:
		o.Lost, o.Why = err, err.Error()
		o.Code, err = p.run(ctx, nil)
		return o, err
	case f.Busy && within:
		return o, ErrItself
	case f.Busy:
		return o, nil
	case f.Result != nil && c.Renew:
		return o, nil
	case f.Result != nil:
		o.Code, o.Expired = f.Result.Code, f.Expired
		err = f.Result.Print(c.Streams.Out, c.Streams.Err, same)
		if err == nil || errors.Is(err, syscall.EPIPE) { // a reader that has closed the pipe was served
			o.Lost = store.Count(context.WithoutCancel(ctx), c.Scope, memo.Counts{Hits: 1})
		}
		return o, err
	}
	p.environment = append(os.Environ(), RunningVariable+"="+strings.Join(append(running, itself), ","))
	err = compute(ctx, store, c, f.Lease, &p, &o)
	return o, err
}

// compute runs the command for all callers, and stores what it prints.
func compute(ctx context.Context, store memo.Store, c Call, l memo.Lease, p *process, o *Outcome) (err error) {
	kept := &output{}
	o.Code, err = p.run(ctx, kept)
	ctx = context.WithoutCancel(ctx) // a command that was stopped must still report that
	o.Lost = store.Count(ctx, c.Scope, memo.Counts{Misses: 1})
	result, trouble := kept.result(o.Code, c.Streams.Same())
	keep := memo.Keep{TTL: c.TTL, Capacity: c.Capacity}
	if o.Code != 0 && c.Errors > 0 {
		keep.TTL = c.Errors
	}
	o.Interactive = p.interactive
	switch {
	case err != nil:
		o.Why = err.Error()
	case p.interrupted:
		o.Why = "it was stopped by a signal"
	case p.interactive:
		o.Why = "it is interactive: it changed the terminal's settings"
	case trouble != "":
		o.Why = trouble
	case o.Code != 0 && c.Errors == 0 && !c.CacheFailures:
		o.Why = fmt.Sprintf("it ended with code %d, and --errors was not given", o.Code)
	default:
		if failure := l.Store(ctx, result, keep); failure != nil {
			o.Lost, o.Why = failure, failure.Error()
		}
		return nil
	}
	l.Release(ctx)
	return err
}

// mark names a key in a scope, among the commands that are running.
func mark(k memo.Key, scope string) string {
	sum := sha256.Sum256([]byte(k.Member + scope))
	return hex.EncodeToString(sum[:16])
}
