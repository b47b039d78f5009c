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

// New returns the program. With down, the store has just been waited for in vain, and run does not wait again.
func New(down bool) *cli.App {
	return console.Describe(&cli.App{
		Name:  name,
		Usage: "remember what commands print, for all processes, in a folder or a Redis",
		Flags: []cli.Flag{
			console.ConfigFlag(name),
			&cli.StringFlag{
				Name: "store", Aliases: []string{"redis"}, EnvVars: []string{memo.StoreVariable, memo.RedisVariable},
				Usage: "remember in `STORE`: dir:PATH, or the Redis at redis://HOST (default: a folder in ~/.cache)",
			},
			&cli.StringFlag{Name: "scope", Value: memo.DefaultScope, Usage: "keep apart from other scopes by `NAME`"},
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
			Name: "key-env", Aliases: []string{"env"}, Usage: "the output depends on the variable `NAME`",
		},
		&cli.StringSliceFlag{Name: "key-file", Usage: "the output depends on the content of `FILE`"},
		&cli.BoolFlag{Name: "cwd", Usage: "the output depends on the working directory"},
		&cli.BoolFlag{Name: "stdin", Usage: "the output depends on the standard input; --stdin=false: it does not"},
		&cli.StringFlag{Name: "key", Usage: "remember under `K` instead of the command's words"},
	}
}

// runFlags say also how an output is remembered.
func runFlags() []cli.Flag {
	return append(keyFlags(),
		&cli.DurationFlag{Name: "ttl", Usage: "remember for `D`, such as 90s, 24h or 2d (default: for ever)"},
		&cli.DurationFlag{Name: "stale", Usage: "for `D` longer, print the old output at once and run the command behind"},
		&cli.DurationFlag{Name: "errors", Usage: "remember for `D` also what a command printed that failed"},
		&cli.BoolFlag{Name: "cache-failures", Usage: "remember that as long as anything else"},
		&cli.IntFlag{
			Name: "capacity", Value: memo.DefaultCapacity, Usage: "remember the `N` outputs used last; 0 none, -1 all",
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

// surroundings are those of this process; its standard input is read if the output depends on it.
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

// about is what help and manual page say beside the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "~/.cache/" + name, Text: "what is remembered, when no other store is named"},
			{Word: "~/.local/state/" + name, Text: "how often a store was of no help, when it could not note that itself"},
		},
		Examples: []console.Entry{
			{Word: "lrucache run -- date", Text: "run a command, and print its output from memory the next time"},
			{Word: "lrucache -- make", Text: "the same in short; run may be left out before --"},
			{Word: "lrucache run --ttl 1d --key-file go.sum -- go list -m all", Text: "anew each day, and with each change"},
			{Word: "lrucache list", Text: "show what is remembered"},
			{Word: "lrucache doctor", Text: "look whether the store works"},
		},
		SeeAlso: []string{"redis-server(1)"},
	}
}
