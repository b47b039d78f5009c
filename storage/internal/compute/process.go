package compute

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Codes of commands that could not be started, as a shell reports them.
const (
	codeNotExecutable = 126
	codeNotFound      = 127
)

// process is a command that is run.
type process struct {
	command     []string
	environment []string // nil is that of this process
	streams     memo.Streams

	interrupted bool // it was stopped by a signal
	interactive bool // it has changed the terminal's settings
}

// run runs the command, and passes what it prints to kept, unless that is nil. Signals that end programs are passed on
// to the command. The error says why it could not be started.
func (p *process) run(ctx context.Context, kept *output) (code int, err error) {
	cmd := exec.Command(p.command[0], p.command[1:]...)
	cmd.Env = p.environment
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.streams.In, p.streams.Out, p.streams.Err
	cmd.WaitDelay = grace // for an input that is not a file, and that a process in the background keeps open
	received := make(chan os.Signal, 8)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(received)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if kept != nil {
		if err := kept.attach(cmd, p.streams); err != nil {
			return 0, err
		}
		defer func() {
			if failure := kept.finish(); err == nil {
				err = failure
			}
		}()
	}
	terminal := watchTerminal(p.streams.In)
	defer func() { p.interactive = terminal.changed() }()
	err = cmd.Start()
	if kept != nil {
		kept.started()
	}
	if err != nil {
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
			if !fromTerminal(sig) { // which the command has received already
				_ = cmd.Process.Signal(sig)
			}
		case err = <-ended:
			return exitCode(cmd, err)
		}
	}
}

// exitCode returns the code of a command as a shell reports it: for a signal, 128 plus its number. The error is about
// its output.
func exitCode(cmd *exec.Cmd, err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) || errors.Is(err, syscall.EPIPE) || errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), err
	}
	return cmd.ProcessState.ExitCode(), err
}
