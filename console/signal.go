package console

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// signalError is the cause of a context that a signal cancelled.
type signalError struct{ sig os.Signal }

func (e signalError) Error() string { return "interrupted" }

// Is makes errors.Is(cause, context.Canceled) true, so that a command may return either.
func (e signalError) Is(target error) bool { return target == context.Canceled }

// code is 128 and the signal's number, as a shell reports it.
func (e signalError) code() Code {
	if n, ok := e.sig.(syscall.Signal); ok {
		return 128 + Code(n)
	}
	return Interrupted
}

// Signal returns the signal that ended ctx, or nil. A server whose regular end is SIGTERM asks it.
func Signal(ctx context.Context) os.Signal {
	var e signalError
	if errors.As(context.Cause(ctx), &e) {
		return e.sig
	}
	return nil
}

// signals knows what the next signal stops.
type signals struct {
	mu      sync.Mutex
	cancel  context.CancelCauseFunc // of the whole program
	inner   context.CancelCauseFunc // of the part that SIGINT stops, nil when that is the whole program
	stopped bool                    // the next signal ends the process
}

// signalsKey is where a context holds its signals.
type signalsKey struct{}

// watchSignals returns a context that the first signal cancels. The second signal ends the program there and then.
// Signals that the parent process chose to ignore (nohup, a script's background job) stay ignored.
func watchSignals(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &signals{cancel: cancel}
	received := make(chan os.Signal, 2)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(sig) {
			signal.Notify(received, sig)
		}
	}
	// With a reader of SIGPIPE a write to a closed stdout returns EPIPE and does not end the process. Ignoring the signal
	// would do that too, but programs started from here would inherit it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		for sig := range received {
			s.handle(signalError{sig})
		}
	}()
	return context.WithValue(ctx, signalsKey{}, s)
}

func (s *signals) handle(cause signalError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		os.Exit(int(cause.code()))
	}
	s.stopped = true
	if s.inner != nil && cause.sig == os.Interrupt {
		s.inner(cause)
	} else {
		s.cancel(cause)
	}
}

// Parts are the parts of a command's work that SIGINT stops one by one without stopping the rest, such as the lines of
// an interactive session. There is no gap between two parts: from InParts to End, SIGINT never ends the work.
type Parts struct {
	whole   context.Context
	signals *signals
	end     context.CancelCauseFunc // of the present part
}

// InParts divides the work of ctx, which has to come from Main through [cli.Context]. Only one division may be open at
// a time. End must be called when the last part has ended.
func InParts(ctx context.Context) *Parts {
	s, ok := ctx.Value(signalsKey{}).(*signals)
	if !ok {
		s = &signals{} // without Main there are no signals
	}
	p := &Parts{whole: ctx, signals: s, end: func(error) {}}
	p.Next()
	return p
}

// Next ends a part and begins the next one, whose context it returns.
func (p *Parts) Next() context.Context {
	part, end := context.WithCancelCause(p.whole)
	p.turn(end, end)
	return part
}

// End ends the last part. From now on SIGINT stops the work.
func (p *Parts) End() { p.turn(func(error) {}, nil) }

func (p *Parts) turn(end, inner context.CancelCauseFunc) {
	p.signals.mu.Lock()
	defer p.signals.mu.Unlock()
	p.signals.inner = inner
	if p.whole.Err() == nil {
		p.signals.stopped = false
	}
	p.end(nil)
	p.end = end
}
