package memo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
)

// Codes of commands that could not be started, as a shell reports them.
const (
	codeNotExecutable = 126
	codeNotFound      = 127
)

// process is a command that is run.
type process struct {
	command []string
	streams Streams

	interrupted bool // it was told to end
}

// run runs the command, and has capture see what it prints. The signals that end programs are passed on to it. The error
// says why it could not be started, or that its output could not be written.
func (p *process) run(ctx context.Context, capture *capture) (code int, err error) {
	cmd := exec.Command(p.command[0], p.command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.streams.In, p.streams.Out, p.streams.Err
	if capture != nil {
		cmd.Stdout = &tee{to: p.streams.Out, capture: capture, kept: &capture.stdout}
		cmd.Stderr = &tee{to: p.streams.Err, capture: capture, kept: &capture.stderr}
	}
	received := make(chan os.Signal, 8)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(received)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return codeNotFound, fmt.Errorf("%s: command not found", p.command[0])
		}
		return codeNotExecutable, fmt.Errorf("%s: cannot be run: %w", p.command[0], errors.Unwrap(err))
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case sig := <-received:
			p.interrupted = true
			if !fromTerminal(sig) { // which has told the command already
				_ = cmd.Process.Signal(sig)
			}
		case err = <-ended:
			return exitCode(cmd, err)
		}
	}
}

// exitCode returns the code of a command as a shell reports it: that of a signal is 128 and its number. The error is about
// its output.
func exitCode(cmd *exec.Cmd, err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) || errors.Is(err, syscall.EPIPE) {
		err = nil
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), err
	}
	return cmd.ProcessState.ExitCode(), err
}

// capture keeps what a command prints, as long as it is whole and not too much.
type capture struct {
	mu             sync.Mutex
	stdout, stderr []byte
	broken         bool
}

// result returns what was printed, and whether that is all of it.
func (c *capture) result(code int) (Result, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Result{Code: code, Stdout: c.stdout, Stderr: c.stderr}, !c.broken
}

// tee passes on what a command prints, and keeps it.
type tee struct {
	to      io.Writer
	capture *capture
	kept    *[]byte
}

func (t *tee) Write(p []byte) (int, error) {
	n, err := t.to.Write(p)
	c := t.capture
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil || len(c.stdout)+len(c.stderr)+len(p) > MaxOutput:
		c.broken = true
		c.stdout, c.stderr = nil, nil
	case !c.broken:
		*t.kept = append(*t.kept, p...)
	}
	return n, err
}
