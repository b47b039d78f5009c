package command

import (
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

func infoCommand() *cli.Command {
	return &cli.Command{
		Name: "info", Usage: "print how many calls were answered from memory", Flags: scopeFlags(),
		Action: func(c *cli.Context) error {
			t := console.From(c)
			o, err := optionsOf(c)
			if err != nil {
				return err
			}
			i, err := memo.ReadInfo(o)
			if err != nil {
				return reach(err)
			}
			if t.JSON() {
				return t.Value(i)
			}
			return t.Table(console.Table{
				Columns: []string{"scope", "hits", "misses", "size", "capacity"},
				Rows:    [][]any{{i.Scope, i.Hits, i.Misses, i.Size, i.Capacity}},
			})
		},
	}
}

func listCommand() *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "print what is remembered, the last used first",
		Flags: append(scopeFlags(), console.FormatFlag()),
		Action: func(c *cli.Context) error {
			t := console.From(c)
			o, err := optionsOf(c)
			if err != nil {
				return err
			}
			items, err := memo.List(o)
			if err != nil {
				return reach(err)
			}
			table := console.Table{Columns: []string{"command", "key", "exit_code", "bytes", "stored", "expires"}}
			for _, i := range items {
				var words, key, expires any
				if i.Keyed {
					key = i.Words[0]
				} else {
					words = quoted(i.Words)
				}
				if !i.Expires.IsZero() {
					expires = i.Expires.UTC().Format(time.RFC3339)
				}
				table.Rows = append(table.Rows, []any{words, key, i.Code, i.Bytes, i.Stored.UTC().Format(time.RFC3339), expires})
			}
			return t.Table(table)
		},
	}
}

// quoted joins words as one would type them into a shell.
func quoted(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		if w != "" && !strings.ContainsFunc(w, func(r rune) bool { return r <= ' ' || strings.ContainsRune("'\"\\$`!*?[](){}<>|&;#~=", r) }) {
			b.WriteString(w)
		} else {
			b.WriteString("'" + strings.ReplaceAll(w, "'", `'\''`) + "'")
		}
	}
	return b.String()
}

func invalidateCommand() *cli.Command {
	return &cli.Command{
		Name: "invalidate", Usage: "forget what a command printed; takes the flags of run that were given there",
		ArgsUsage: "[COMMAND [ARGS...]]", Flags: runFlags(),
		Action: func(c *cli.Context) error {
			t := console.From(c)
			o, err := optionsOf(c)
			if err != nil {
				return err
			}
			if c.NArg() == 0 && !o.KeySet {
				return console.Errorf(console.Usage, "see lrucache invalidate --help", "what is to be forgotten: a COMMAND, or --key")
			}
			s, err := surroundings(o, t.In)
			if err != nil {
				return err
			}
			found, err := memo.Invalidate(o, c.Args().Slice(), s)
			if err != nil {
				return reach(err)
			}
			if t.JSON() {
				return t.Value(struct {
					Invalidated bool `json:"invalidated"`
				}{found})
			}
			if !found {
				t.Notef("lrucache: nothing was remembered of it")
			}
			return nil
		},
	}
}

func clearCommand() *cli.Command {
	return &cli.Command{
		Name: "clear", Usage: "forget everything of a scope, and its statistics", Flags: scopeFlags(),
		Action: func(c *cli.Context) error {
			o, err := optionsOf(c)
			if err == nil {
				if err = memo.Clear(o); err != nil {
					err = reach(err)
				}
			}
			return err
		},
	}
}

func benchCommand() *cli.Command {
	return &cli.Command{
		Name: "bench", Usage: "measure how long Redis takes to answer a hit",
		Flags: append(scopeFlags(), console.FormatFlag()),
		Action: func(c *cli.Context) error {
			o, err := optionsOf(c)
			if err != nil {
				return err
			}
			measured, err := memo.Bench(o)
			if err != nil {
				return reach(err)
			}
			table := console.Table{Columns: []string{"operation", "median_us", "p99_us"}}
			for _, m := range measured {
				table.Rows = append(table.Rows, []any{m.Name, m.Median.Microseconds(), m.P99.Microseconds()})
			}
			return console.From(c).Table(table)
		},
	}
}
