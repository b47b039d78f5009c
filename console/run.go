package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/urfave/cli/v2"
)

// Streams are a program's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main runs app with the process's arguments, streams and signals, and ends the process.
func Main(app *cli.App) {
	ctx := watchSignals(context.Background())
	os.Exit(Run(ctx, app, os.Args, Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// Run runs app with the given arguments, of which the first is the program's name, and returns its exit code. It reads
// and writes only s. Errors are reported on s.Err. A command may call Run again for another App, with its own streams.
func Run(ctx context.Context, app *cli.App, args []string, s Streams) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	t := newTerminal(app.Name, s, cancel)
	root := tree(app)
	t.about = aboutOf(app)
	if len(args) > 1 && args[1] == completeWord {
		return t.finish(ctx, printCandidates(ctx, t.Out, app, args[2:]))
	}
	line, err := parse(root, args[1:])
	if err != nil {
		t.json = wantsJSON(args[1:])
		return t.finish(ctx, err)
	}
	t.configure(line)
	switch {
	case line.help:
		if err = line.checkCommand(); err == nil {
			err = help(t.Out, line.path, t.about, t.Width())
		}
	case line.version:
		_, err = fmt.Fprintf(t.Out, "%s %s\n", app.Name, Version())
	default:
		if err = line.readFiles(); err == nil {
			err = line.readConfig()
		}
		if err == nil {
			err = line.check()
		}
		if err == nil {
			err = act(ctx, app, line, t)
		}
	}
	return t.finish(ctx, err)
}

// finish reports err and returns the exit code.
func (t *Terminal) finish(ctx context.Context, err error) int {
	if err == nil {
		err = t.out.failure()
	}
	if err == nil {
		if warnings := t.details(); len(warnings) > 0 {
			t.object(map[string][]string{"warnings": warnings})
		}
		return int(Done)
	}
	stopped := errors.Is(err, context.Canceled)
	if t.out.isClosed() && (stopped || errors.Is(err, syscall.EPIPE) || errors.Is(err, errClosed)) {
		return int(Done)
	}
	e := find(err)
	var sig signalError
	if errors.As(context.Cause(ctx), &sig) && (stopped || e.Code == Failed || e.Code == Interrupted) {
		e.Code = sig.code()
	}
	t.report(e)
	return int(e.Code)
}
