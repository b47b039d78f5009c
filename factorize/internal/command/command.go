// Package command is the command line of factorize.
package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/factorize"
	"github.com/pythonweb/goweb/factorize/internal/stream"
	"github.com/urfave/cli/v2"
)

// New returns the program.
func New() *cli.App {
	return console.Describe(&cli.App{
		Name:      "factorize",
		Usage:     "print all divisors, or the prime factors, of whole numbers",
		ArgsUsage: "[NUMBER|-...]",
		Description: "Without arguments, and for the argument -, the numbers are read from standard input, separated by " +
			"blanks or newlines. Each answer is a line, in the order of the input.\n\n" +
			"A number may be an expression: 2^127-1, 10**40+1, 20!, 101# (the product of the primes up to 101), products, " +
			"quotients without a remainder, and parentheses.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "primes", Usage: "print the prime factors instead of the divisors"},
			&cli.BoolFlag{Name: "count", Usage: "print how many divisors there are"},
			&cli.BoolFlag{Name: "exponents", Usage: "print the prime factors with their exponents, as in 12: 2^2 3"},
			&cli.BoolFlag{
				Name:  "prove",
				Usage: "print the prime factors, and a certificate for each of more than 64 bits (see factorize verify)",
			},
			&cli.BoolFlag{Name: "expr", Usage: "allow blanks inside expressions such as 2 ^ 127 - 1"},
			&cli.BoolFlag{Name: "sequential", Usage: "compute on one core"},
			&cli.IntFlag{Name: "workers", Usage: "compute on `N` cores (default: all)"},
			&cli.StringFlag{
				Name: "shard",
				Usage: "answer only the places `I/N`: I, I+N, I+2N and so on of the input, counted from 0; auto/N asks " +
					strings.Join(indexVariables[:], " or "),
			},
			&cli.StringFlag{
				Name: "input", TakesFile: true,
				Usage: "read the numbers from `FILE` instead of standard input",
			},
			&cli.StringFlag{
				Name: "output", TakesFile: true,
				Usage: "write the answers to `FILE`, whole or not at all, for factorize join",
			},
			&cli.StringFlag{
				Name: "state", TakesFile: true,
				Usage: "keep the relations of one long number in `FILE` while they are sieved, and continue with them after " +
					"an interruption",
			},
			&cli.BoolFlag{Name: "time", Usage: "print on stderr how long it took"},
			&cli.DurationFlag{
				Name:  "timeout",
				Usage: "give up on a number after `TIME` such as 10s, and print the factors found so far",
			},
			&cli.BoolFlag{Name: "skip-invalid", Usage: "succeed even if some of the input is refused"},
		},
		Action:   problems().Action(answer),
		Commands: []*cli.Command{benchCommand(), joinCommand(), verifyCommand()},
	}, about())
}

func answer(c *cli.Context) error {
	t := console.From(c)
	o, err := options(c, t)
	if err != nil {
		return err
	}
	in, closeInput, err := input(c, t.In)
	if err != nil {
		return err
	}
	defer closeInput()
	out, notes := t.Out, t.Err
	if !t.JSON() && !t.Quiet() && console.IsTerminal(t.Err) {
		p := &progress{out: t.Err}
		o.Factorizer.Progress = p.report
		defer p.wipe()
		out, notes = p.before(out), p.before(notes)
	}
	defer runtime.KeepAlive(ballast(c.Args().Slice()))
	if o.Workers == 1 {
		runtime.GOMAXPROCS(1) // else reader and worker wake each other's core for every batch
	}
	start := startClock()
	if path := c.String("output"); path != "" {
		if err := answerInto(c, t, in, path, o, notes); err != nil {
			return err
		}
		took(c, t, o, start)
		return nil
	}
	result, err := stream.Run(c.Context, sources(c, in), out, notes, o)
	if err != nil {
		return err
	}
	took(c, t, o, start)
	if result.Kept && result.Partial == 0 {
		// The answer is written: nothing is left to go on with.
		if err := os.Remove(o.State); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return verdict(result, c.Bool("skip-invalid"))
}

// ballast tunes garbage collection, and returns what has to be kept for that. Collecting a heap that is nearly empty
// again and again costs more than the memory is worth, most of all as all cores stop for it: these bytes only count for
// the collector, and are never touched. A heap that is not empty is the sieve's, which makes little garbage: it need
// not double. A few short numbers are answered before any of this pays.
func ballast(args []string) []byte {
	long := func(arg string) bool { return arg == "-" || len(arg) > 20 }
	if len(args) > 0 && !slices.ContainsFunc(args, long) {
		return nil
	}
	debug.SetGCPercent(25)
	return make([]byte, 24<<20)
}

func took(c *cli.Context, t *console.Terminal, o stream.Options, start clock) {
	if c.Bool("time") {
		t.Notef("%s: %s", mode(o.Workers), start.elapsed())
	}
}

func options(c *cli.Context, t *console.Terminal) (stream.Options, error) {
	o := stream.Options{
		JSON: t.JSON(), Timeout: c.Duration("timeout"), Workers: runtime.GOMAXPROCS(0),
		Expressions: c.Bool("expr"), Prove: c.Bool("prove"), State: c.String("state"),
	}
	if c.IsSet("workers") {
		if o.Workers = c.Int("workers"); o.Workers < 1 || o.Workers > 1024 {
			return o, console.Errorf(
				console.Usage,
				"give a number from 1 to 1024",
				"--workers %d is out of range",
				o.Workers,
			)
		}
	}
	switch {
	case c.Bool("sequential") && c.IsSet("workers"):
		return o, console.Errorf(console.Usage, "leave one out", "--sequential and --workers exclude each other")
	case c.Bool("primes") && c.Bool("count"):
		return o, console.Errorf(console.Usage, "leave one out", "--primes and --count exclude each other")
	case c.IsSet("state") && (c.IsSet("shard") || c.IsSet("output")):
		return o, console.Errorf(
			console.Usage,
			"leave one out",
			"--state keeps one number, and cannot be combined with --shard or --output",
		)
	case c.Bool("prove") && c.Bool("count"):
		return o, console.Errorf(console.Usage, "leave one out", "--prove and --count exclude each other")
	case c.Bool("exponents") && c.Bool("count"):
		return o, console.Errorf(console.Usage, "leave one out", "--exponents and --count exclude each other")
	case c.IsSet("timeout") && o.Timeout <= 0:
		return o, console.Errorf(console.Usage, "give a time such as 10s", "--timeout %v leaves no time", o.Timeout)
	case c.Bool("exponents"):
		o.Format = stream.Exponents
	case c.Bool("primes"), c.Bool("prove"):
		o.Format = stream.Primes
	case c.Bool("count"):
		o.Format = stream.Count
	}
	if c.IsSet("shard") {
		var err error
		if o.Shard, err = parseShard(c.String("shard"), os.Getenv); err != nil {
			return o, err
		}
	}
	if c.Bool("sequential") {
		o.Workers = 1
	}
	o.Factorizer = factorize.NewFactorizer(o.Workers)
	return o, nil
}

// input opens the file of --input, which replaces standard input, and returns the function that closes it.
func input(c *cli.Context, stdin io.Reader) (io.Reader, func(), error) {
	name := c.String("input")
	switch {
	case name == "":
		return stdin, func() {}, nil
	case c.NArg() > 0 && !slices.Contains(c.Args().Slice(), "-"):
		return nil, nil, console.Usagef(
			"leave one out, or write - in the file's place", "--input and numbers exclude each other")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return f, func() { _ = f.Close() }, nil // it was only read
}

// sources returns the arguments, with standard input in the place of each -.
func sources(c *cli.Context, in io.Reader) []stream.Source {
	if c.NArg() == 0 {
		return []stream.Source{{Reader: in}}
	}
	var all []stream.Source
	var words []string
	for _, arg := range c.Args().Slice() {
		if arg != "-" {
			words = append(words, arg)
			continue
		}
		all = append(all, stream.Source{Words: words}, stream.Source{Reader: in})
		words = nil
	}
	return append(all, stream.Source{Words: words})
}

// verdict is the exit code: what was refused counts more than what is incomplete.
func verdict(r stream.Result, skipInvalid bool) error {
	switch {
	case r.Refused > 0 && !skipInvalid:
		return console.Errorf(
			console.Failed,
			"see above; --skip-invalid ignores them",
			"%d of the numbers refused",
			r.Refused,
		)
	case r.Partial > 0 && r.Kept:
		return console.Errorf(
			console.Partial,
			"run the same command to go on from here",
			"%d of the numbers not answered completely",
			r.Partial,
		)
	case r.Partial > 0:
		return console.Errorf(
			console.Partial,
			"give more time, or ask for less",
			"%d of the numbers not answered completely",
			r.Partial,
		)
	}
	return nil
}

func mode(workers int) string {
	if workers == 1 {
		return "sequential"
	}
	return fmt.Sprintf("parallel, %d workers", workers)
}

// clock measures wall-clock and processor time of this process.
type clock struct {
	wall time.Time
	cpu  time.Duration
}

func startClock() clock { return clock{time.Now(), processorTime()} }

func (c clock) elapsed() string {
	return fmt.Sprintf("%.3f s, processor %.3f s", time.Since(c.wall).Seconds(), (processorTime() - c.cpu).Seconds())
}

// about is what help and manual page say besides the commands.
func about() console.About {
	return console.About{
		Examples: []console.Entry{
			{Word: "factorize 128 255", Text: "print all divisors"},
			{Word: "seq 1 1000 | factorize --primes", Text: "print the prime factors of many numbers"},
		},
		SeeAlso: []string{"factor(1)"},
	}
}
