package console

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// writeManual writes the manual page of a program in the man macros of roff, from the same tree as its help.
func writeManual(w io.Writer, root *cli.Command, about About) error {
	var b strings.Builder
	path := []*cli.Command{root}
	fmt.Fprintf(&b, ".TH %s 1 \"\" %s\n", roffArgument(strings.ToUpper(root.Name)), roffArgument(root.Name+" "+Version()))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(root.Name), roff(root.Usage))
	b.WriteString(".SH SYNOPSIS\n.nf\n")
	for _, usage := range synopses(path) {
		fmt.Fprintf(&b, "%s\n", roffBold(usage))
	}
	b.WriteString(".fi\n")
	if root.Description != "" {
		b.WriteString(".SH DESCRIPTION\n" + roffText(root.Description))
	}
	if len(visibleNames(root)) > 0 {
		b.WriteString(".SH COMMANDS\n")
		manualCommands(&b, path)
	}
	b.WriteString(".SH FLAGS\n" +
		"A flag may stand before or after the words of a command and its arguments; \\-\\- ends the flags.\n")
	manualItems(&b, flagItems(root, About{}))
	b.WriteString(".SH EXIT STATUS\n")
	for _, code := range []Code{Done, Failed, Usage, Partial, NotFound, Hangup, Interrupted, Quit, Terminated} {
		fmt.Fprintf(&b, ".TP\n.B %d\n%s\n", code, roff(code.meaning()))
	}
	b.WriteString(".SH ENVIRONMENT\n")
	manualItems(&b, append(variables(root),
		Entry{"NO_COLOR", "when it is not empty, nothing is coloured"},
		Entry{"TERM", "when it is dumb, the terminal gets no escape sequences"},
	))
	if len(about.Files) > 0 {
		b.WriteString(".SH FILES\n")
		manualItems(&b, about.Files)
		b.WriteString(".PP\nThe variables XDG_DATA_HOME, XDG_STATE_HOME, XDG_CONFIG_HOME and XDG_CACHE_HOME move the " +
			roff("directories under ~/.local/share, ~/.local/state, ~/.config and ~/.cache.") + "\n")
	}
	if len(about.Examples) > 0 {
		b.WriteString(".SH EXAMPLES\n")
		manualItems(&b, about.Examples)
	}
	if len(about.SeeAlso) > 0 {
		b.WriteString(".SH SEE ALSO\n" + roffText(strings.Join(about.SeeAlso, ", ")))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// manualCommands describes the commands under the last of path.
func manualCommands(b *strings.Builder, path []*cli.Command) {
	for _, c := range path[len(path)-1].Subcommands {
		if c.Hidden {
			continue
		}
		below := append(path[:len(path):len(path)], c)
		if c.Action != nil {
			for _, usage := range synopses(below)[:1] {
				fmt.Fprintf(b, ".SS %s\n", roffArgument(usage))
			}
			b.WriteString(roffText(sentence(c.Usage)))
			if c.Description != "" {
				b.WriteString(".PP\n" + roffText(c.Description))
			}
			manualItems(b, flagItems(c, About{}))
		}
		manualCommands(b, below)
	}
}

func manualItems(b *strings.Builder, items []Entry) {
	for _, it := range items {
		fmt.Fprintf(b, ".TP\n%s\n%s", roffBold(it.Word), roffText(sentence(it.Text)))
	}
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:] + "."
}

// roff escapes text within a line.
func roff(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
}

// roffText escapes lines of text. Lines that begin with a space keep their layout.
func roffText(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		switch {
		case line == "":
			b.WriteString(".PP\n")
		case line[0] == '.':
			b.WriteString(`\&` + roff(line) + "\n")
		default:
			b.WriteString(roff(line) + "\n")
		}
	}
	return b.String()
}

func roffBold(s string) string { return `\fB` + roff(s) + `\fR` }

// roffArgument quotes an argument of a macro.
func roffArgument(s string) string { return `"` + strings.ReplaceAll(roff(s), `"`, `""`) + `"` }
