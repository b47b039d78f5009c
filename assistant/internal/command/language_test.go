package command

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/assistant/internal/catalog"
)

// Whatever help says of a command or a flag is in the catalogue.
func TestHelpIsInUkrainian(t *testing.T) {
	placeholder := regexp.MustCompile("`[^`]*`")
	uk := catalog.New("uk")
	check := func(where, text string) {
		switch {
		case text == "":
		case !uk.Knows(text):
			t.Errorf("%s: no Ukrainian for %q", where, text)
		case placeholder.FindString(text) != placeholder.FindString(uk.Text(text)):
			t.Errorf("%s: %q has another placeholder than %q", where, uk.Text(text), text)
		}
	}
	flags := func(where string, list []cli.Flag) {
		for _, f := range list {
			usage := f.(cli.DocGenerationFlag).GetUsage()
			if f.Names()[0] != "config" { // console says what it is
				check(where+" --"+f.Names()[0], usage)
			}
		}
	}
	app := (&program{}).app()
	check(app.Name, app.Usage)
	check(app.Name, app.Description)
	flags(app.Name, app.Flags)
	var commands func(string, []*cli.Command)
	commands = func(where string, list []*cli.Command) {
		for _, c := range list {
			name := where + " " + c.Name
			check(name, c.Usage)
			check(name, c.Description)
			flags(name, c.Flags)
			commands(name, c.Subcommands)
		}
	}
	commands(app.Name, app.Commands)

	// And it is said: no kind of flag is forgotten.
	for _, f := range (&program{lang: uk}).app().Flags {
		usage := f.(cli.DocGenerationFlag).GetUsage()
		if f.Names()[0] != "config" &&
			!strings.ContainsFunc(usage, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			t.Errorf("--%s says %q", f.Names()[0], usage)
		}
	}
}
