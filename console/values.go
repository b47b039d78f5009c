package console

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

// completedKey is where cli.App.Metadata holds the name of the flag whose value is completed.
const completedKey = "github.com/pythonweb/goweb/console.completed"

// patience is how long a person who has pressed Tab waits for a program.
const patience = 2 * time.Second

// Values makes a command offer values when its line is completed: names, tags, numbers of runs. It is meant for
// [cli.Command].BashComplete. Offer gets the line as far as it is typed, without the word that is completed, and the
// name of the flag that this word is the value of, "" when it is an argument. It returns everything that is valid
// there, whatever the beginning of the word; nil means that it knows nothing, and then files are offered. An error
// means the same: nobody who presses Tab wants to read one.
func Values(offer func(c *cli.Context, flag string) ([]Entry, error)) cli.BashCompleteFunc {
	return func(c *cli.Context) {
		name, _ := c.App.Metadata[completedKey].(string)
		entries, err := offer(c, name)
		if err != nil {
			return
		}
		for _, e := range entries {
			fmt.Fprintf(c.App.Writer, "%s\t%s\n", Line(e.Word), Line(e.Text))
		}
	}
}

// offered asks the command of line for the values that f may have, or an argument if f is nil. It returns nil when the
// command does not say.
func (line commandLine) offered(ctx context.Context, app *cli.App, f cli.Flag, prefix string) []Entry {
	command := line.last()
	if command.BashComplete == nil || line.assign() != nil || line.readFiles() != nil || line.readConfig() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var offered bytes.Buffer
	t := newTerminal(app.Name, Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}, func(error) {})
	t.configure(line)
	seen := line.app(app, t)
	seen.Writer = &offered
	if f != nil {
		seen.Metadata[completedKey] = f.Names()[0]
	}
	c := &cli.Context{Context: ctx, App: seen}
	for level := range line.path {
		set, err := line.flagSet(level)
		if err != nil {
			return nil
		}
		c = cli.NewContext(seen, set, c)
		c.Command = line.path[level]
	}
	command.BashComplete(c)
	if offered.Len() == 0 {
		return nil
	}
	entries := []Entry{}
	for text := range strings.Lines(offered.String()) {
		word, about, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "\t")
		if len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix) {
			entries = append(entries, Entry{word, about})
		}
	}
	return entries
}

// unquote removes the quotes of a shell's word: bash and zsh hand over the words as they are typed.
func unquote(word string) string {
	if !strings.ContainsAny(word, `\'"`) {
		return word
	}
	var b strings.Builder
	quote := rune(0)
	escaped := false
	for _, r := range word {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
