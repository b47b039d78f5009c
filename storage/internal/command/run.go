package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/compute"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/trouble"
)

func runCommand(down bool) *cli.Command {
	return &cli.Command{
		Name: "run", Usage: "print what a command printed before, or run it and remember its output",
		ArgsUsage: "COMMAND [ARGS...]",
		Description: "Give -- before the command, so that its flags are its own; before -- run may be left out. Standard\n" +
			"output, standard error and the exit code are those of the command, even when they are remembered. Failures\n" +
			"are not remembered, nor is output above 64 MiB, nor what is read from a pipe without --stdin. When the\n" +
			"store is unavailable, the command is simply run.",
		Flags: append(runFlags(), &cli.BoolFlag{
			Name: "explain", EnvVars: []string{"LRUCACHE_EXPLAIN"},
			Usage: "say on stderr why an output is not remembered",
		}),
		BashComplete: console.Values(remembered),
		Action:       func(c *cli.Context) error { return run(c, down) },
	}
}

// inputHint says why a command that reads from a pipe is not remembered.
const inputHint = "its input is a pipe or a file (--stdin if the output depends on it, --stdin=false if not)"

func run(c *cli.Context, down bool) error {
	job, err := jobOf(c)
	if err != nil {
		return err
	}
	if down {
		job.store = memo.None{}
	}
	if !job.call.Stdin && !job.call.KeySet && !c.IsSet("stdin") && compute.InputWaits() {
		job.call.Uncached = inputHint
	}
	outcome, err := job.run(c)
	if outcome.Why != "" && c.Bool("explain") {
		fmt.Fprintf(os.Stderr, "%s: not remembered: %s\n", name, console.Line(outcome.Why))
	}
	if outcome.Expired {
		if err := job.renew(c); err != nil && c.Bool("explain") {
			fmt.Fprintf(os.Stderr, "%s: not renewed: %v\n", name, err)
		}
	}
	return ended(outcome, err)
}

// job is a call with the store for it.
type job struct {
	call  compute.Call
	place place
	store memo.Store
}

// jobOf reads the flags and the command.
func jobOf(c *cli.Context) (*job, error) {
	o, err := optionsOf(c)
	if err != nil {
		return nil, err
	}
	j := &job{}
	if j.place, err = placeOf(c); err == nil {
		j.store, err = j.place.open(protocol.FirstAnswer)
	}
	var known *console.Error
	switch {
	case errors.As(err, &known) && known.Code == console.Usage:
		return nil, err
	case err != nil: // without a home there is nowhere to remember, but the command can be run
		j.store = memo.None{Reason: err}
	}
	s, err := surroundings(o, console.From(c).In)
	if err != nil {
		return nil, err
	}
	// The command gets the files themselves, not copies of what is read and written.
	streams := memo.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	if o.Stdin {
		streams.In = bytes.NewReader(s.Stdin)
	}
	j.call = compute.Call{Options: o, Command: c.Args().Slice(), Surroundings: s, Streams: streams}
	return j, nil
}

// run runs the call, and counts it if the store was unavailable.
func (j *job) run(c *cli.Context) (compute.Outcome, error) {
	outcome, err := compute.Run(c.Context, j.store, j.call)
	if outcome.Lost != nil {
		j.place.lost(c, j.store, j.call.Scope, outcome.Lost)
		outcome.Why = trouble.Of(outcome.Lost).String()
	}
	_ = j.store.Close() // its purpose is served
	if outcome.Interactive {
		program := console.Line(j.call.Command[0])
		fmt.Fprintf(os.Stderr, "%s: %s is interactive, so its output is not remembered\n", name, program)
	}
	return outcome, err
}

// ended returns how the program ends after a call.
func ended(outcome compute.Outcome, err error) error {
	switch {
	case errors.Is(err, compute.ErrItself):
		return problems().Explain(err)
	case err != nil:
		return console.Errorf(console.Code(max(outcome.Code, 1)), "", "%w", err)
	case outcome.Code != 0:
		os.Exit(outcome.Code) // silently: the command has said what was wrong
	}
	return nil
}

// missingFlag makes warm run only what is missing or expired.
const missingFlag = "missing"

func warmCommand() *cli.Command {
	return &cli.Command{
		Name: "warm", Usage: "run a command and remember what it prints, without printing it",
		ArgsUsage: "COMMAND [ARGS...]",
		Description: "Takes the flags that run is given later. The command is run even if its output is remembered,\n" +
			"unless another process is running it. Its standard error is shown.",
		Flags: append(runFlags(), &cli.BoolFlag{
			Name: missingFlag, Usage: "run it only if no unexpired output is remembered",
		}),
		Action: func(c *cli.Context) error {
			job, err := jobOf(c)
			if err != nil {
				return err
			}
			job.call.Streams.Out = io.Discard
			job.call.Renew, job.call.Anew = c.Bool(missingFlag), !c.Bool(missingFlag)
			outcome, err := job.run(c)
			if outcome.Why != "" {
				console.From(c).Notef("%s: not remembered: %s", name, outcome.Why)
			}
			return ended(outcome, err)
		},
	}
}

// Arguments returns the words of a command line with run inserted where it may be left out: before --, with nothing but
// flags in front of that.
func Arguments(words []string) []string {
	valued := map[string]bool{}
	for _, f := range append(New(false).Flags, runFlags()...) {
		if d, ok := f.(cli.DocGenerationFlag); ok && d.TakesValue() {
			for _, name := range f.Names() {
				valued["--"+name] = true
			}
		}
	}
	for i := 1; i < len(words); i++ {
		switch {
		case words[i] == "--":
			return append([]string{words[0], "run"}, words[1:]...)
		case !strings.HasPrefix(words[i], "-"):
			return words
		case valued[words[i]]:
			i++
		}
	}
	return words
}
