// Package command is the command line of lrucache.
package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/resp"
)

// New returns the program. With down, Redis has just been waited for in vain, and run does not wait again.
func New(down bool) *cli.App {
	return console.Describe(&cli.App{
		Name:     "lrucache",
		Usage:    "remember what commands print, for all processes, in Redis",
		Commands: []*cli.Command{runCommand(down), infoCommand(), listCommand(), invalidateCommand(), clearCommand(), benchCommand()},
	}, about())
}

// scopeFlags say which memory is meant.
func scopeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "scope", Value: memo.DefaultScope, Usage: "keep apart from other scopes by `NAME`"},
		&cli.StringFlag{Name: "redis", Value: memo.DefaultRedis, EnvVars: []string{memo.RedisVariable}, Usage: "use the Redis at `URL`"},
	}
}

// runFlags say what a command's output depends on and how it is remembered.
func runFlags() []cli.Flag {
	return append(scopeFlags(),
		&cli.DurationFlag{Name: "ttl", Usage: "remember for `D`, such as 90s or 24h (default: for ever)"},
		&cli.DurationFlag{Name: "stale", Usage: "for `D` longer, print the old output while somebody runs the command anew"},
		&cli.IntFlag{Name: "capacity", Value: memo.DefaultCapacity, Usage: "remember the `N` outputs used last; 0 none, -1 all"},
		&cli.StringSliceFlag{Name: "env", Usage: "the output depends on the variable `NAME` (repeatable)"},
		&cli.BoolFlag{Name: "cwd", Usage: "the output depends on the working directory"},
		&cli.BoolFlag{Name: "stdin", Usage: "the output depends on the standard input"},
		&cli.StringFlag{Name: "key", Usage: "remember under `K` instead of the command's words"},
		&cli.BoolFlag{Name: "cache-failures", Usage: "remember also what a command printed that failed"},
	)
}

func optionsOf(c *cli.Context) (memo.Options, error) {
	o := memo.Options{
		Scope: c.String("scope"), Redis: c.String("redis"), TTL: c.Duration("ttl"), Stale: c.Duration("stale"),
		Capacity: c.Int("capacity"), Env: c.StringSlice("env"), Cwd: c.Bool("cwd"), Stdin: c.Bool("stdin"),
		Key: c.String("key"), KeySet: c.IsSet("key"), CacheFailures: c.Bool("cache-failures"),
	}
	switch {
	case o.TTL < 0:
		return o, console.Errorf(console.Usage, "", "--ttl %v is negative", o.TTL)
	case o.Stale < 0:
		return o, console.Errorf(console.Usage, "", "--stale %v is negative", o.Stale)
	case o.Capacity < -1:
		return o, console.Errorf(console.Usage, "-1 remembers all", "--capacity %d is negative", o.Capacity)
	}
	if _, err := resp.Parse(o.Redis); err != nil {
		return o, console.Errorf(console.Usage, "want redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE][?read_timeout=DURATION]", "--redis: %w", err)
	}
	return o, nil
}

// surroundings are those of this process; its standard input is read if the output depends on it.
func surroundings(o memo.Options, stdin io.Reader) (memo.Surroundings, error) {
	s := memo.Surroundings{Lookup: os.LookupEnv, Cwd: os.Getwd}
	if !o.Stdin {
		return s, nil
	}
	var err error
	if s.Stdin, err = io.ReadAll(stdin); err != nil {
		return s, fmt.Errorf("read the standard input: %w", err)
	}
	return s, nil
}

func runCommand(down bool) *cli.Command {
	return &cli.Command{
		Name: "run", Usage: "print what a command printed before, or run it and remember", ArgsUsage: "COMMAND [ARGS...]",
		Description: "Give -- before the command, so that its flags are its own. Standard output, standard error and the exit\n" +
			"code are those of the command, also when they are remembered. Failures are not remembered, nor is output\n" +
			"above 64 MiB. When Redis does not answer, the command is simply run.",
		Flags:  runFlags(),
		Action: func(c *cli.Context) error { return run(c, down) },
	}
}

func run(c *cli.Context, down bool) error {
	t := console.From(c)
	o, err := optionsOf(c)
	if err != nil {
		return err
	}
	o.Down = down
	s, err := surroundings(o, t.In)
	if err != nil {
		return err
	}
	// The command gets the files themselves, not copies of what is read and written.
	streams := memo.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	if o.Stdin {
		streams.In = bytes.NewReader(s.Stdin)
	}
	code, err := memo.Run(c.Context, o, c.Args().Slice(), s, streams)
	if err != nil {
		return console.Errorf(console.Code(max(code, 1)), "", "%w", err)
	}
	if code != 0 {
		os.Exit(code) // silently: the command has said what was wrong
	}
	return nil
}

// reach explains why Redis could not be asked.
func reach(err error) error {
	var answer resp.Error
	if errors.As(err, &answer) {
		return fmt.Errorf("refused by Redis: %w", err)
	}
	return console.Errorf(console.Failed, "check --redis or "+memo.RedisVariable, "Redis does not answer: %w", err)
}

// about is what help and manual page say beside the commands.
func about() console.About {
	return console.About{
		Examples: []console.Entry{
			{Word: "lrucache run -- date", Text: "run a command, and print its output from memory the next time"},
			{Word: "lrucache list", Text: "show what is remembered"},
		},
		SeeAlso: []string{"redis-server(1)"},
	}
}
