package console_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/urfave/cli/v2"
)

func TestMain(m *testing.M) {
	consoletest.Main(m, map[string]func(){
		"demo":  func() { console.Main(demo()) },
		"plain": func() { console.Main(plain()) },
	})
}

func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }

func TestReadme(t *testing.T) { consoletest.Session(t, "README.md") }

// demo is a program with commands on two levels.
func demo() *cli.App {
	return console.Describe(&cli.App{
		Name: "demo", Usage: "show what console does",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "store", Value: "default", EnvVars: []string{"DEMO_STORE"}, Usage: "use the store at `DSN`"},
			&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "tell more"},
			console.ConfigFlag("demo"),
		},
		Commands: []*cli.Command{
			{Name: "item", Usage: "work with items", Subcommands: []*cli.Command{
				{
					Name: "add", Usage: "show the arguments", ArgsUsage: "[WORD...]", Action: showArguments,
					Flags: []cli.Flag{
						&cli.StringSliceFlag{Name: "tag", Aliases: []string{"t"}, Usage: "put `TAG` on it"},
						&cli.IntFlag{
							Name: "number", Aliases: []string{"n"},
							Usage: "a `NUMBER`, whose explanation is so long that it does not fit on one line of a terminal",
						},
						&cli.DurationFlag{Name: "wait", Usage: "a time", EnvVars: []string{"DEMO_WAIT"}},
					},
				},
				{Name: "show", Usage: "show one", ArgsUsage: "ID|NAME", Action: showArguments, Flags: []cli.Flag{
					&cli.StringFlag{Name: "as", Required: true, Usage: "show it as `KIND`"},
				}},
			}},
			{
				Name: "say", Usage: "say it", ArgsUsage: "PEER [MESSAGE|-]", Action: showArguments, Hidden: true,
				Flags: []cli.Flag{&cli.StringFlag{Name: "via", Usage: "send it by `WAY`"}}, BashComplete: console.Values(peers),
			},
			{Name: "fail", Usage: "fail as asked", ArgsUsage: "HOW", Action: fail},
			{Name: "list", Usage: "print a table", Action: list, Flags: []cli.Flag{console.FormatFlag()}},
			{Name: "wait", Usage: "work until stopped", ArgsUsage: "[HOW]", Action: wait},
			{Name: "count", Usage: "print numbers without end", ArgsUsage: "[HOW]", Action: count},
			{Name: "progress", Usage: "show progress", ArgsUsage: "[known|unknown]", Action: progress, Hidden: true},
			{Name: "width", Usage: "print the terminal's width", Action: width, Hidden: true},
			{Name: "rm", Usage: "ask first", Action: remove, Flags: []cli.Flag{&cli.BoolFlag{Name: "yes", Usage: "do not ask"}}},
		},
	}, console.About{
		Files:    []console.Entry{{Word: "~/.local/share/demo/demo.db", Text: "the items"}},
		Examples: []console.Entry{{Word: "demo item add bread --tag kitchen", Text: "add bread"}},
		SeeAlso:  []string{"plain(1)"},
	})
}

// peers offers what may stand after say. The names depend on a flag of the program.
func peers(c *cli.Context, flag string) ([]console.Entry, error) {
	switch {
	case flag == "via":
		return []console.Entry{{Word: "mail", Text: "by post"}, {Word: "radio"}}, nil
	case c.NArg() == 0:
		store := c.String("store")
		return []console.Entry{{Word: "anna " + store, Text: "a friend"}, {Word: "boris " + store}}, nil
	}
	return nil, nil
}

// plain is a program of one command.
func plain() *cli.App {
	return &cli.App{Name: "plain", Usage: "show the arguments", ArgsUsage: "[NUMBER...]", Action: showArguments}
}

func showArguments(c *cli.Context) error {
	t := console.From(c)
	t.Notef("%d arguments", c.NArg())
	if t.JSON() {
		return t.Value(map[string]any{"args": c.Args().Slice(), "tags": c.StringSlice("tag"), "store": c.String("store")})
	}
	fmt.Fprintf(t.Out, "args=%q tags=%q number=%d store=%q verbose=%t wait=%v\n",
		c.Args().Slice(), c.StringSlice("tag"), c.Int("number"), c.String("store"), c.Bool("verbose"), c.Duration("wait"))
	return nil
}

func fail(c *cli.Context) error {
	switch how := c.Args().First(); how {
	case "plain":
		return errors.New("the disk is on fire")
	case "wrapped":
		return fmt.Errorf("show item: %w", console.Errorf(console.NotFound, "check the name", "no item %q", "x"))
	case "cli":
		return fmt.Errorf("outer: %w", cli.Exit("three", 3))
	case "partial":
		console.From(c).Warnf("item 2: %s", "bad\x1b[31m")
		return console.Errorf(console.Partial, "", "1 of 2 items failed")
	case "named":
		err := errors.New("two items <x>")
		return &console.Error{Code: console.Failed, Name: "ambiguous_name", Hint: "use the id", Err: err}
	case "warned":
		console.From(c).Warnf("take care")
		return nil
	case "at-once":
		t := console.From(c)
		t.TellAtOnce()
		t.Notef("listening")
		t.Warnf("take care")
		return nil
	case "often":
		for i := range 103 {
			console.From(c).Warnf("item %d", i)
		}
		return errors.New("many failed")
	case "joined":
		return errors.Join(errors.New("the first"), errors.New("the second"))
	case "panic":
		panic("oh")
	default:
		return console.Errorf(console.Usage, "plain or panic", "unknown way %q", how)
	}
}

func list(c *cli.Context) error {
	return console.From(c).Table(console.Table{
		Columns: []string{"name", "first_seen", "points"},
		Rows: [][]any{
			{"Їжак", "2020", 5},
			{"日本", "a|b, \"c\"", 12},
			{"👨‍👩‍👧 🇺🇦", nil, -1.5},
			{"evil\x1b[2J\u202e", "x\ny", 0},
		},
	})
}

func wait(c *cli.Context) error {
	t := console.From(c)
	if c.Args().First() == "parts" {
		parts := console.InParts(c.Context)
		for i := range 2 {
			part := parts.Next()
			fmt.Fprintln(t.Out, "part", i)
			<-part.Done()
		}
		parts.End()
	}
	fmt.Fprintln(t.Out, "ready")
	<-c.Context.Done()
	switch c.Args().First() {
	case "serve":
		return nil
	case "cause":
		return fmt.Errorf("wait: %w", context.Cause(c.Context))
	case "partial":
		return console.Errorf(console.Partial, "", "some are done")
	case "parts":
		return nil
	case "stuck":
		fmt.Fprintln(t.Out, "stuck")
		select {}
	}
	return fmt.Errorf("wait: %w", c.Context.Err())
}

func count(c *cli.Context) error {
	t := console.From(c)
	if c.Args().First() == "on" {
		t.OutlivesOutput()
		for range 100000 {
			if _, err := fmt.Fprintln(t.Out, strings.Repeat("x", 80)); err != nil {
				return err
			}
		}
		t.Notef("all done")
		return c.Context.Err()
	}
	for i := 0; c.Context.Err() == nil; i++ {
		fmt.Fprintln(t.Out, i)
	}
	return c.Context.Err()
}

func remove(c *cli.Context) error {
	t := console.From(c)
	if err := t.Confirm(c.Bool("yes"), "remove everything?"); err != nil {
		return err
	}
	_, err := io.WriteString(t.Out, "removed\n")
	return err
}

func progress(c *cli.Context) error {
	t := console.From(c)
	total := int64(4)
	if c.Args().First() == "unknown" {
		total = 0
	}
	p := t.Progress("files", total)
	for range 4 {
		p.Add(1)
	}
	p.Done()
	_, err := fmt.Fprintln(t.Out, "done")
	return err
}

func width(c *cli.Context) error {
	t := console.From(c)
	_, err := fmt.Fprintln(t.Out, t.Width())
	return err
}
