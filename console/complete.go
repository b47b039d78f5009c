package console

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"
)

// completeWord asks a program to complete the words that follow it. Only the scripts of writeCompletion use it.
const completeWord = "__complete"

// Complete returns the words that may replace the last of words, which may be empty: commands, flags, the values that a
// placeholder names in small letters ("vcf|json"), and those that a command offers (see [Values]). The words do not
// begin with the program's name. files reports that a file may be named there, too.
func Complete(app *cli.App, words []string) (candidates []Entry, files bool) {
	return complete(context.Background(), app, words)
}

func complete(ctx context.Context, app *cli.App, words []string) (candidates []Entry, files bool) {
	if len(words) == 0 {
		words = []string{""}
	}
	root := tree(app)
	words, split := joinEquals(words)
	before, last := words[:len(words)-1], words[len(words)-1]
	line, pending, ended := readPrefix(root, before)
	switch name, value, isValue := strings.Cut(last, "="); {
	case pending != nil:
		return line.valuesOf(ctx, app, pending, last)
	case ended:
		return line.arguments(ctx, app, last)
	case strings.HasPrefix(last, "-") && isValue:
		f := line.lookup(strings.TrimLeft(name, "-"), nil)
		if f == nil {
			return nil, false
		}
		candidates, files = line.valuesOf(ctx, app, f, value)
		if !split {
			for i := range candidates {
				candidates[i].Word = name + "=" + candidates[i].Word
			}
		}
		return candidates, files
	case strings.HasPrefix(last, "-"):
		return line.flagsLike(last), false
	}
	c := line.last()
	if len(line.operands) == 0 {
		for _, sub := range c.Subcommands {
			if !sub.Hidden && strings.HasPrefix(sub.Name, last) {
				candidates = append(candidates, Entry{sub.Name, sub.Usage})
			}
		}
	}
	if c.Action == nil || c.ArgsUsage == "" {
		return candidates, false
	}
	operands, files := line.arguments(ctx, app, last)
	return append(candidates, operands...), files
}

// valuesOf returns the values that f may have: those that its placeholder names, or the command offers.
func (line *commandLine) valuesOf(ctx context.Context, app *cli.App, f cli.Flag, prefix string) ([]Entry, bool) {
	if candidates, files := alternatives(placeholder(f), prefix); !files {
		return candidates, false
	}
	if offered := line.offered(ctx, app, f, prefix); offered != nil {
		return offered, false
	}
	return nil, true
}

// arguments returns what the next argument may be.
func (line *commandLine) arguments(ctx context.Context, app *cli.App, prefix string) ([]Entry, bool) {
	if candidates, files := alternatives(line.last().ArgsUsage, prefix); !files {
		return candidates, false
	}
	if offered := line.offered(ctx, app, nil, prefix); offered != nil {
		return offered, false
	}
	return nil, true
}

// joinEquals undoes bash's splitting of --flag=value into three words. split reports that it did so with the last one;
// then only what follows the = is to be replaced.
func joinEquals(words []string) (joined []string, split bool) {
	for i := 0; i < len(words); i++ {
		n := len(joined)
		if words[i] != "=" || n == 0 || !strings.HasPrefix(joined[n-1], "--") {
			joined, split = append(joined, words[i]), false
			continue
		}
		split = true
		joined[n-1] += "="
		if i+1 < len(words) {
			i++
			joined[n-1] += words[i]
		}
	}
	return joined, split
}

// readPrefix reads the words before the one to complete. A flag that still waits for its value is pending; ended
// reports that only operands may follow.
func readPrefix(root *cli.Command, words []string) (line commandLine, pending cli.Flag, ended bool) {
	line.path = []*cli.Command{root}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch {
		case word == "--":
			line.operands = append(line.operands, words...)
			return line, nil, true
		case line.isFlag(word):
			given, rest, err := line.readFlag(word, words)
			if err != nil {
				return line, line.lookup(strings.TrimLeft(word, "-"), nil), false
			}
			line.flags = append(line.flags, given...)
			words = rest
		default:
			line.readOperand(word)
		}
	}
	return line, nil, false
}

// flagsLike returns the flags that begin with prefix and may follow the words of line.
func (line *commandLine) flagsLike(prefix string) []Entry {
	var candidates []Entry
	for level := len(line.path) - 1; level >= 0; level-- {
		for _, f := range line.path[level].Flags {
			if visible, ok := f.(cli.VisibleFlag); ok && !visible.IsVisible() {
				continue
			}
			for _, name := range f.Names() {
				if word := dashed(name); strings.HasPrefix(word, prefix) && len(name) > 1 {
					candidates = append(candidates, Entry{word, flagItem(f, About{}).Text})
				}
			}
		}
	}
	return candidates
}

// alternatives returns the words that usage names in small letters, as in "bash|zsh|fish". Anything in capitals is
// the user's to name, and may be a file.
func alternatives(usage, prefix string) (candidates []Entry, files bool) {
	if !strings.Contains(usage, "|") || strings.ContainsFunc(usage, unicode.IsUpper) {
		return nil, true
	}
	for word := range strings.SplitSeq(strings.Trim(usage, "[]"), "|") {
		if strings.HasPrefix(word, prefix) {
			candidates = append(candidates, Entry{Word: word})
		}
	}
	return candidates, false
}

// placeholder is the word between backquotes in the usage of f.
func placeholder(f cli.Flag) string {
	_, value, _ := strings.Cut(flagItem(f, About{}).Word, " ")
	if i := strings.LastIndex(value, " "); i >= 0 {
		value = value[i+1:]
	}
	return value
}

// printCandidates writes what the shells' scripts read.
func printCandidates(ctx context.Context, w io.Writer, app *cli.App, words []string) error {
	for i := range words {
		words[i] = unquote(words[i])
	}
	candidates, files := complete(ctx, app, words)
	for _, c := range candidates {
		if _, err := fmt.Fprintf(w, "%s\t%s\n", c.Word, c.Text); err != nil {
			return err
		}
	}
	if files {
		_, err := fmt.Fprintln(w, ":files")
		return err
	}
	return nil
}
