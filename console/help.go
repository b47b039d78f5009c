package console

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// help writes the help of the last command of path. Lines that would pass the last of width columns are broken
// between words.
func help(w io.Writer, path []*cli.Command, about About, width int) error {
	c := path[len(path)-1]
	line := commandLine{path: path}
	var b strings.Builder
	writeWrapped(&b, line.name()+" - "+c.Usage, "", width)
	b.WriteString("\n" + about.say("Usage") + ":\n")
	for _, usage := range synopses(path) {
		writeWrapped(&b, usage, "  ", width)
	}
	if c.Description != "" {
		b.WriteString("\n")
		for paragraph := range strings.SplitSeq(strings.TrimSpace(c.Description), "\n") {
			writeWrapped(&b, paragraph, "", width)
		}
	}
	list(&b, about.say("Commands"), commandItems(c), width)
	list(&b, about.say("Flags"), flagItems(c, about), width)
	switch {
	case len(path) > 1:
		var more []Entry
		for _, above := range slices.Backward(path[:len(path)-1]) {
			more = append(more, flagItems(above, about)...)
		}
		list(&b, about.say("Flags of every command"), more, width)
	default:
		list(&b, about.say("Files"), about.said(about.Files), width)
		list(&b, about.say("Examples"), about.said(about.Examples), width)
		b.WriteString("\n")
		if len(visibleNames(c)) > 0 {
			writeWrapped(&b, about.say(c.Name+" COMMAND --help explains a command."), "", width)
			b.WriteString("\n")
		}
		more := c.Name + " man prints the manual page, " + c.Name + " completion bash|zsh|fish a script for the shell."
		writeWrapped(&b, about.say(more), "", width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeWrapped writes a line after indent. What does not fit continues below, two columns further in; a line that
// begins with a space keeps its layout as far as it can.
func writeWrapped(b *strings.Builder, text, indent string, width int) {
	inner := strings.TrimLeft(text, " ")
	indent += text[:len(text)-len(inner)]
	if width < 20 || len(indent)+Width(inner) <= width {
		b.WriteString(indent + inner + "\n")
		return
	}
	further := "  "
	if indent == "" {
		further = ""
	}
	for i, line := range wrap(inner, max(20, width-len(indent)-len(further))) {
		if i > 0 {
			b.WriteString(further)
		}
		b.WriteString(indent + line + "\n")
	}
}

// synopses are the ways to call the last command of path.
func synopses(path []*cli.Command) []string {
	c := path[len(path)-1]
	name := (&commandLine{path: path}).name()
	if c.UsageText != "" {
		return strings.Split(strings.TrimSpace(c.UsageText), "\n")
	}
	var ways []string
	if c.Action != nil {
		way := name
		for _, f := range c.Flags {
			if required, ok := f.(cli.RequiredFlag); ok && required.IsRequired() {
				way += " " + flagItem(f, About{}).Word
			}
		}
		ways = append(ways, strings.TrimSpace(way+" [FLAGS] "+c.ArgsUsage))
	}
	if len(visibleNames(c)) > 0 {
		ways = append(ways, name+" COMMAND [FLAGS]")
	}
	return ways
}

// Entry is a word, or several, and what it is: a command, a flag.
type Entry struct{ Word, Text string }

// Overview returns every command of app with what it does, as the help of the program lists them.
func Overview(app *cli.App) []Entry { return commandItems(tree(app)) }

// commandItems describes the commands under c that do something, however deep they are, without the words of c itself.
func commandItems(c *cli.Command) []Entry {
	var items []Entry
	for _, sub := range c.Subcommands {
		if sub.Hidden {
			continue
		}
		if sub.Action != nil {
			items = append(items, Entry{strings.TrimSpace(sub.Name + " " + sub.ArgsUsage), sub.Usage})
		}
		for _, below := range commandItems(sub) {
			items = append(items, Entry{sub.Name + " " + below.Word, below.Text})
		}
	}
	return items
}

func flagItems(c *cli.Command, about About) []Entry {
	var items []Entry
	for _, f := range c.Flags {
		if visible, ok := f.(cli.VisibleFlag); !ok || visible.IsVisible() {
			items = append(items, flagItem(f, about))
		}
	}
	return items
}

// flagItem describes f: its names, what it takes (the word between backquotes in its usage), its default and its
// variables.
func flagItem(f cli.Flag, about About) Entry {
	names := slices.Clone(f.Names())
	// -n, --number
	slices.SortStableFunc(names, func(a, b string) int { return min(len(a), 2) - min(len(b), 2) })
	for i := range names {
		names[i] = dashed(names[i])
	}
	term := strings.Join(names, ", ")
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return Entry{term, ""}
	}
	text := about.say(d.GetUsage())
	if d.TakesValue() {
		placeholder := "VALUE"
		if before, rest, ok := strings.Cut(text, "`"); ok {
			if word, after, ok := strings.Cut(rest, "`"); ok {
				placeholder, text = word, before+word+after
			}
		}
		term += " " + placeholder
		if slice, ok := f.(cli.DocGenerationSliceFlag); ok && slice.IsSliceFlag() {
			text += about.say("; may be repeated")
		}
		if value := d.GetDefaultText(); !zero(value) {
			text += about.say(" (default: " + strings.Trim(value, `"`) + ")")
		}
	}
	if variables := d.GetEnvVars(); len(variables) > 0 {
		text += " [$" + strings.Join(variables, ", $") + "]"
	}
	return Entry{term, text}
}

// zero reports whether a flag's default says nothing.
func zero(value string) bool {
	switch value {
	case "", `""`, "0", "0s", "false":
		return true
	}
	return false
}

// list writes items in two columns; text that would pass the last of width columns is broken between words.
func list(b *strings.Builder, title string, items []Entry, width int) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	column := 0
	for _, it := range items {
		if w := Width(it.Word); w <= 30 {
			column = max(column, w)
		}
	}
	room := width - column - 4
	below := width >= 20 && room < 20 // too narrow for two columns
	for _, it := range items {
		if below {
			writeWrapped(b, it.Word, "  ", width)
			writeWrapped(b, it.Text, "      ", width)
			continue
		}
		lines := wrap(it.Text, room)
		if Width(it.Word) > column {
			writeWrapped(b, it.Word, "  ", width)
			fmt.Fprintf(b, "  %s", Pad("", column))
		} else {
			fmt.Fprintf(b, "  %s", Pad(it.Word, column))
		}
		fmt.Fprintf(b, "  %s\n", lines[0])
		for _, line := range lines[1:] {
			fmt.Fprintf(b, "  %s  %s\n", Pad("", column), line)
		}
	}
}

// wrap breaks text between words into lines of at most width columns. With a width under 20 lines may
// have any length.
func wrap(text string, width int) []string {
	if width < 20 {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}
