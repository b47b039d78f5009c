package console

import (
	"context"
	"errors"
	"os"
	"os/signal"
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

// watchSignals returns a context that the first signal cancels. The second signal ends the program there and then.
// Signals that the parent process chose to ignore (nohup, a script's background job) stay ignored.
func watchSignals(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
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
		cancel(signalError{<-received})
		os.Exit(int(signalError{<-received}.code()))
	}()
	return ctx
}
