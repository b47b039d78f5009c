package console

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
)

// errClosed is the cause of a context that was cancelled because nobody reads stdout any more.
var errClosed = errors.New("standard output is closed")

// output is stdout. It remembers the first error, because many callers of fmt.Fprintln do not check it.
type output struct {
	w io.Writer

	mu       sync.Mutex
	err      error       // the first error of w
	outlives bool        // work goes on when w is closed
	closed   func(error) // called once, when w turns out to be closed
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		if o.outlives && errors.Is(o.err, syscall.EPIPE) {
			return len(p), nil
		}
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err == nil {
		return n, nil
	}
	o.err = err
	if errors.Is(err, syscall.EPIPE) {
		if o.outlives {
			return len(p), nil
		}
		o.closed(errClosed)
	}
	return n, err
}

// failure returns the error that a write met, nil when there was none or when only the reader went away.
func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil || errors.Is(o.err, syscall.EPIPE) {
		return nil
	}
	return fmt.Errorf("cannot write the output: %w", o.err)
}

// isClosed reports whether the reader of stdout went away and the command had to stop for it.
func (o *output) isClosed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.outlives && errors.Is(o.err, syscall.EPIPE)
}
