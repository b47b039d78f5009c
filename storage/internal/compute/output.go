package compute

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/pythonweb/goweb/storage/internal/memo"
)

// grace is how long after the end of a command processes that it has started may go on writing to its output.
const grace = 500 * time.Millisecond

// pipeSize is the capacity of a pipe in bytes.
const pipeSize = 64 << 10

// output passes on what a command prints, and keeps it as long as it is complete and not too long.
type output struct {
	mu             sync.Mutex // guards what follows
	stdout, stderr []byte
	order          []memo.Chunk // in which order they came, as long as there are not too many pieces
	trouble        string       // why it is not to be remembered
	failure        error        // of passing it on

	readers, writers []*os.File // the two ends of the pipes
	reading          sync.WaitGroup
}

// attach gives the command pipes to write into: one if both streams go into one file, so that their order is kept, else
// two.
func (o *output) attach(cmd *exec.Cmd, s memo.Streams) error {
	out, err := o.pipe(memo.Stdout, s.Out)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = out, out
	if s.Same() {
		return nil
	}
	errs, err := o.pipe(memo.Stderr, s.Err)
	if err != nil {
		o.started()
		_ = o.finish()
		return err
	}
	cmd.Stderr = errs
	return nil
}

// pipe returns what the command writes into instead of to.
func (o *output) pipe(stream memo.Stream, to io.Writer) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o.readers, o.writers = append(o.readers, r), append(o.writers, w)
	o.reading.Go(func() { o.pass(r, stream, to) })
	return w, nil
}

// started closes the ends of the pipes that the command has.
func (o *output) started() {
	for _, w := range o.writers {
		_ = w.Close()
	}
}

// pass passes on what comes out of r, until it ends. Once finish has set a deadline, that is what is in the pipe, and
// then what comes within the grace period.
func (o *output) pass(r *os.File, stream memo.Stream, to io.Writer) {
	defer func() { _ = r.Close() }() // a process that still writes gets SIGPIPE
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Read(buffer)
		if n > 0 && !o.take(stream, buffer[:n], to) {
			return
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			return
		}
	}
	// The command has ended. What is in the pipe may still be its output.
	_ = r.SetReadDeadline(time.Time{})
	for left := pipeSize; left > 0; {
		n, err := readNow(r, buffer)
		if n > 0 && !o.take(stream, buffer[:n], to) {
			return
		}
		left -= n
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			return
		}
	}
	// What comes now is from a process in the background.
	_ = r.SetReadDeadline(time.Now().Add(grace))
	for late := false; ; late = true {
		n, err := r.Read(buffer)
		if n > 0 && !o.take(stream, buffer[:n], to) {
			return
		}
		if errors.Is(err, os.ErrDeadlineExceeded) && late {
			o.give("a process in the background is still writing to its output", nil)
		}
		if err != nil {
			return
		}
	}
}

// finish waits until all that the command has printed is passed on, and returns why that could not be done. A process
// that it has left in the background delays that by the grace period at most.
func (o *output) finish() error {
	for _, r := range o.readers {
		_ = r.SetReadDeadline(time.Now())
	}
	o.reading.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failure
}

// take passes on a piece of output and keeps it. It reports whether the reader still takes more.
func (o *output) take(stream memo.Stream, piece []byte, to io.Writer) bool {
	o.mu.Lock()
	if o.trouble == "" {
		o.keep(stream, piece)
	}
	o.mu.Unlock()
	if _, err := to.Write(piece); err != nil {
		o.give("its output was cut off", err)
		return false
	}
	return true
}

// keep keeps a piece; mu is locked.
func (o *output) keep(stream memo.Stream, piece []byte) {
	if len(o.stdout)+len(o.stderr)+len(piece) > memo.MaxOutput {
		o.trouble = "it prints more than 64 MiB"
		o.stdout, o.stderr, o.order = nil, nil, nil
		return
	}
	kept := &o.stdout
	if stream == memo.Stderr {
		kept = &o.stderr
	}
	*kept = append(*kept, piece...)
	last := len(o.order) - 1
	switch {
	case last >= 0 && o.order[last].Stream == stream:
		o.order[last].Bytes += len(piece)
	case len(o.order) <= memo.MaxChunks:
		o.order = append(o.order, memo.Chunk{Stream: stream, Bytes: len(piece)})
	}
}

// give gives up keeping the output. The failure is that of passing it on; a closed pipe does not count as one.
func (o *output) give(trouble string, failure error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.trouble == "" {
		o.trouble = trouble
	}
	if o.failure == nil && !errors.Is(failure, syscall.EPIPE) {
		o.failure = failure
	}
	o.stdout, o.stderr, o.order = nil, nil, nil
}

// result returns what was printed, or why it is not to be remembered.
func (o *output) result(code int, joined bool) (r memo.Result, trouble string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r = memo.Result{Code: code, Stdout: o.stdout, Stderr: o.stderr, Joined: joined}
	if len(o.stdout) > 0 && len(o.stderr) > 0 && len(o.order) <= memo.MaxChunks {
		r.Order = o.order
	}
	return r, o.trouble
}
