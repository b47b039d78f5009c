// Package command is the command line of lrucache.
package command

import (
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// name is the name of the program.
const name = "lrucache"

// New returns the program. With down, the store has just failed to answer in time, and run does not wait again.
func New(down bool) *cli.App {
	return console.Describe(&cli.App{
		Name:  name,
		Usage: "remember what commands print, for all processes, in a folder or on Redis",
		Flags: []cli.Flag{
			console.ConfigFlag(name),
			&cli.StringFlag{
				Name: "store", Aliases: []string{"redis"}, EnvVars: []string{memo.StoreVariable, memo.RedisVariable},
				Usage: "remember in `STORE`: dir:PATH, or redis://HOST (default: a folder in ~/.cache)",
			},
			&cli.StringFlag{Name: "scope", Value: memo.DefaultScope, Usage: "use the scope `NAME`, separate from all others"},
		},
		Commands: []*cli.Command{
			runCommand(down), warmCommand(), infoCommand(), listCommand(), removeCommand(), clearCommand(),
			doctorCommand(), benchCommand(),
		},
	}, about())
}

// keyFlags say what a command's output depends on.
func keyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{
			Name: "key-env", Aliases: []string{"env"}, Usage: "the output depends on the environment variable `NAME`",
		},
		&cli.StringSliceFlag{Name: "key-file", Usage: "the output depends on the content of `FILE`"},
		&cli.BoolFlag{Name: "cwd", Usage: "the output depends on the working directory"},
		&cli.BoolFlag{Name: "stdin", Usage: "the output depends on standard input; --stdin=false says that it does not"},
		&cli.StringFlag{Name: "key", Usage: "remember under the key `K` instead of the command line"},
	}
}

// runFlags say also how an output is remembered.
func runFlags() []cli.Flag {
	return append(keyFlags(),
		&cli.DurationFlag{Name: "ttl", Usage: "remember for `D`, such as 90s, 24h or 2d (default: forever)"},
		&cli.DurationFlag{Name: "stale", Usage: "for `D` longer, print the old output at once and renew it behind"},
		&cli.DurationFlag{Name: "errors", Usage: "also remember the output of a command that failed, for `D`"},
		&cli.BoolFlag{Name: "cache-failures", Usage: "remember the output of a command that failed like any other"},
		&cli.IntFlag{
			Name: "capacity", Value: memo.DefaultCapacity, Usage: "remember the `N` outputs used last; 0 for none, -1 for all",
		},
	)
}

// optionsOf reads the flags of keyFlags and runFlags that the command has.
func optionsOf(c *cli.Context) (memo.Options, error) {
	o := memo.Options{
		Scope: c.String("scope"), TTL: c.Duration("ttl"), Stale: c.Duration("stale"), Errors: c.Duration("errors"),
		Capacity: c.Int("capacity"), Env: c.StringSlice("key-env"), Files: c.StringSlice("key-file"), Cwd: c.Bool("cwd"),
		Stdin: c.Bool("stdin"), Key: c.String("key"), KeySet: c.IsSet("key"), CacheFailures: c.Bool("cache-failures"),
	}
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{{"ttl", o.TTL}, {"stale", o.Stale}, {"errors", o.Errors}} {
		if d.value < 0 {
			return o, console.Errorf(console.Usage, "", "--%s %v is negative", d.flag, d.value)
		}
	}
	if o.Capacity < -1 {
		return o, console.Errorf(console.Usage, "-1 remembers all", "--capacity %d is negative", o.Capacity)
	}
	return o, nil
}

// surroundings returns those of this process; standard input is read if the output depends on it.
func surroundings(o memo.Options, stdin io.Reader) (memo.Surroundings, error) {
	s := memo.Here()
	if !o.Stdin {
		return s, nil
	}
	var err error
	if s.Stdin, err = io.ReadAll(stdin); err != nil {
		return s, fmt.Errorf("read the standard input: %w", err)
	}
	return s, nil
}

// about is what help and manual page say besides the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "~/.cache/" + name, Text: "what is remembered, unless another store is named"},
			{Word: "~/.local/state/" + name, Text: "how often a store was unavailable, if it could not record that itself"},
		},
		Examples: []console.Entry{
			{Word: "lrucache run -- date", Text: "run a command, and print its output from memory the next time"},
			{Word: "lrucache -- make", Text: "short for the same; run may be left out before --"},
			{Word: "lrucache run --ttl 1d --key-file go.sum -- go list -m all", Text: "every day, and when go.sum changes"},
			{Word: "lrucache list", Text: "show what is remembered"},
			{Word: "lrucache doctor", Text: "check that the store works"},
		},
		SeeAlso: []string{"redis-server(1)"},
	}
}
