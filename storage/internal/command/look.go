package command

import (
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/server"
)

func infoCommand() *cli.Command {
	return &cli.Command{
		Name: "info", Usage: "print how many calls were answered from memory, and how many the store failed",
		Action: func(c *cli.Context) error {
			return ask(c, func(p place, store memo.Store) error { return info(c, p, store) })
		},
	}
}

func info(c *cli.Context, p place, store memo.Store) error {
	scope := c.String("scope")
	i, err := store.Info(c.Context, scope)
	if err != nil {
		return err
	}
	if beside, err := p.beside(c); err == nil {
		if lost, err := beside.Info(c.Context, p.scope(scope)); err == nil && lost.Lost > 0 {
			i.Lost, i.Reason = i.Lost+lost.Lost, lost.Reason
		}
	}
	t := console.From(c)
	if t.JSON() {
		return t.Value(i)
	}
	if i.Lost > 0 {
		t.Notef("%s: the last lost call failed because %s", name, i.Reason)
	}
	return t.Table(console.Table{
		Columns: []string{"scope", "hits", "misses", "size", "capacity", "lost"},
		Rows:    [][]any{{i.Scope, i.Hits, i.Misses, i.Size, i.Capacity, i.Lost}},
	})
}

func listCommand() *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "list what is remembered, most recently used first", Flags: []cli.Flag{console.FormatFlag()},
		Action: func(c *cli.Context) error {
			return ask(c, func(_ place, store memo.Store) error { return list(c, store) })
		},
	}
}

func list(c *cli.Context, store memo.Store) error {
	items, err := store.List(c.Context, c.String("scope"))
	if err != nil {
		return err
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
		stored := i.Stored.UTC().Format(time.RFC3339)
		table.Rows = append(table.Rows, []any{words, key, i.Code, i.Bytes, stored, expires})
	}
	return console.From(c).Table(table)
}

// quoted joins words as one would type them into a shell.
func quoted(words []string) string {
	special := func(r rune) bool { return r <= ' ' || strings.ContainsRune("'\"\\$`!*?[](){}<>|&;#~=", r) }
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		if w != "" && !strings.ContainsFunc(w, special) {
			b.WriteString(w)
		} else {
			b.WriteString("'" + strings.ReplaceAll(w, "'", `'\''`) + "'")
		}
	}
	return b.String()
}

func removeCommand() *cli.Command {
	return &cli.Command{
		Name: "rm", Aliases: []string{"invalidate"},
		Usage:     "forget what a command printed; takes the same flags as run",
		ArgsUsage: "[COMMAND [ARGS...]]", Flags: runFlags(), BashComplete: console.Values(remembered),
		Action: func(c *cli.Context) error {
			return ask(c, func(_ place, store memo.Store) error { return remove(c, store) })
		},
	}
}

func remove(c *cli.Context, store memo.Store) error {
	t := console.From(c)
	o, err := optionsOf(c)
	if err != nil {
		return err
	}
	if c.NArg() == 0 && !o.KeySet {
		return console.Errorf(console.Usage, "see lrucache rm --help", "say what to forget: a COMMAND, or --key")
	}
	s, err := surroundings(o, t.In)
	if err != nil {
		return err
	}
	k, err := memo.KeyOf(o, c.Args().Slice(), s)
	if err != nil {
		return err
	}
	found, err := store.Forget(c.Context, o.Scope, k)
	if err != nil {
		return err
	}
	if t.JSON() {
		return t.Value(struct {
			Invalidated bool `json:"invalidated"`
		}{found})
	}
	if !found {
		t.Notef("%s: nothing was remembered for it", name)
	}
	return nil
}

func clearCommand() *cli.Command {
	return &cli.Command{
		Name: "clear", Usage: "forget everything in a scope, and its statistics",
		Action: func(c *cli.Context) error {
			return ask(c, func(p place, store memo.Store) error {
				scope := c.String("scope")
				if beside, err := p.beside(c); err == nil {
					_ = beside.Clear(c.Context, p.scope(scope)) // a failure to count is not a reason to keep the rest
				}
				return store.Clear(c.Context, scope)
			})
		},
	}
}

func benchCommand() *cli.Command {
	return &cli.Command{
		Name: "bench", Usage: "measure how long Redis takes to answer a hit", Flags: []cli.Flag{console.FormatFlag()},
		Action: func(c *cli.Context) error {
			return ask(c, func(_ place, store memo.Store) error {
				redis, ok := store.(*server.Store)
				if !ok {
					return console.Errorf(console.Usage, "name a Redis: --store redis://HOST", "bench needs a Redis")
				}
				measured, err := redis.Measure(c.Context)
				if err != nil {
					return err
				}
				table := console.Table{Columns: []string{"operation", "median_us", "p99_us"}}
				for _, m := range measured {
					table.Rows = append(table.Rows, []any{m.Name, m.Median.Microseconds(), m.P99.Microseconds()})
				}
				return console.From(c).Table(table)
			})
		},
	}
}

// remembered completes the values of flags and the words of remembered commands.
func remembered(c *cli.Context, flag string) ([]console.Entry, error) {
	var entries []console.Entry
	err := ask(c, func(_ place, store memo.Store) error {
		items, err := store.List(c.Context, c.String("scope"))
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, i := range items {
			word := i.Words[min(len(i.Words)-1, c.NArg())]
			fits := i.Keyed && flag == "key" || !i.Keyed && flag == "" && begins(i.Words, c.Args().Slice())
			if fits && !seen[word] {
				seen[word] = true
				entries = append(entries, console.Entry{Word: word, Text: "remembered"})
			}
		}
		return nil
	})
	return entries, err
}

// begins reports whether words begin with first and are longer.
func begins(words, first []string) bool {
	if len(words) <= len(first) {
		return false
	}
	for i, w := range first {
		if words[i] != w {
			return false
		}
	}
	return true
}
