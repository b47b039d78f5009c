package command

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
	"github.com/pythonweb/goweb/junksort/internal/measure"
)

func applyCommand() *cli.Command {
	return &cli.Command{
		Name: "apply", Usage: "carry out a plan written by sort --plan; files that changed since stay", ArgsUsage: "PLAN",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "force", Usage: "even in a folder that is not a junk folder"}},
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			plan := os.Stdin
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return fail("apply the plan", err)
				}
				defer file.Close()
				plan = file
			}
			return work(c, "apply "+quote(args[0]), func(o junksort.Observer) (junksort.Summary, error) {
				return junksort.Apply(c.Context, plan, c.Bool("force"), o)
			})
		},
	}
}

func undoCommand() *cli.Command {
	return &cli.Command{
		Name: "undo", Usage: "put all files of a run back (default: the newest run)", ArgsUsage: "DIR [RUN]",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "dry-run", Usage: "only print what would be done"}}, BashComplete: offerRuns(),
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			run := 0
			if len(args) == 2 {
				var err error
				if run, err = runArgument(args[1]); err != nil {
					return err
				}
			}
			if c.Bool("dry-run") {
				return look(c, "undo", func(visit func(junksort.Result) error) (junksort.Summary, error) {
					return junksort.PreviewUndo(c.Context, args[0], run, visit)
				})
			}
			return work(c, "undo", func(o junksort.Observer) (junksort.Summary, error) {
				return junksort.Undo(c.Context, args[0], run, o)
			})
		},
	}
}

// offerRuns offers the runs of the folder that is given, the newest first.
func offerRuns() cli.BashCompleteFunc {
	return console.Values(func(c *cli.Context, flag string) ([]console.Entry, error) {
		if flag != "" || c.NArg() != 1 {
			return nil, nil
		}
		runs, err := junksort.History(c.Args().First()) // what is wrong with a journal is not reported here
		if len(runs) == 0 {
			return nil, err
		}
		var entries []console.Entry
		for _, r := range slices.Backward(runs) {
			entries = append(entries, console.Entry{
				Word: strconv.Itoa(r.Run),
				Text: fmt.Sprintf("%s, %s, %s", r.Command, plural(r.Files, "file"), r.Started.Format(time.DateTime)),
			})
		}
		return entries, nil
	})
}

func resumeCommand() *cli.Command {
	return &cli.Command{
		Name: "resume", Usage: "finish a run that was killed", ArgsUsage: "DIR",
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			return work(c, "resume", func(o junksort.Observer) (junksort.Summary, error) {
				return junksort.Resume(c.Context, args[0], o)
			})
		},
	}
}

func historyCommand() *cli.Command {
	return &cli.Command{
		Name: "history", Usage: "list the runs of a folder", ArgsUsage: "DIR", Flags: []cli.Flag{console.FormatFlag()},
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			runs, err := junksort.History(args[0])
			if err != nil && runs == nil {
				return fail("read the history of "+quote(args[0]), err)
			}
			if e := printRuns(console.From(c), runs); e != nil {
				return e
			}
			return fail("read the whole history of "+quote(args[0]), err)
		},
	}
}

func printRuns(t *console.Terminal, runs []junksort.Run) error {
	if t.JSON() {
		for _, r := range runs {
			if err := t.Value(r); err != nil {
				return err
			}
		}
		return nil
	}
	table := console.Table{Columns: []string{"run", "command", "state", "files", "kept", "started"}}
	for _, r := range runs {
		table.Rows = append(table.Rows, []any{
			r.Run, r.Command, string(r.State), r.Files, measure.Sized(r.Kept), r.Started.Format(time.DateTime),
		})
	}
	return t.Table(table)
}

func forgetCommand() *cli.Command {
	return &cli.Command{
		Name: "forget", Usage: "give up undoing runs, and free the space they use", ArgsUsage: "DIR [RUN]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "older-than", Usage: "all runs that started more than `D` ago: 90s, 3d, 2w"},
			console.FormatFlag(),
		},
		BashComplete: offerRuns(),
		Action: func(c *cli.Context) error {
			args := c.Args().Slice()
			if (len(args) == 2) == c.IsSet("older-than") {
				return console.Errorf(console.Usage, "see junksort forget --help", "forget needs either a run or --older-than")
			}
			run, before := 0, time.Time{}
			var err error
			if len(args) == 2 {
				run, err = runArgument(args[1])
			} else {
				var age time.Duration
				age, err = duration("older-than", c.String("older-than"))
				before = time.Now().Add(-age)
			}
			if err != nil {
				return err
			}
			list, err := junksort.Forget(args[0], run, before)
			if err != nil && list == nil {
				return fail("forget", err)
			}
			return errors.Join(printForgotten(console.From(c), list), fail("forget", err))
		},
	}
}

func printForgotten(t *console.Terminal, list []junksort.Forgotten) error {
	if t.JSON() {
		for _, f := range list {
			if err := t.Value(f); err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range list {
		text := fmt.Sprintf("forgot run %d, freed %s", f.Run, measure.Sized(f.Bytes))
		if f.Files > 0 {
			text += fmt.Sprintf("; %s can no longer be put back", plural(f.Files, "file"))
		}
		if _, err := fmt.Fprintln(t.Out, text); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		t.Notef("nothing to forget")
	}
	return nil
}
