package console

import (
	"slices"

	"github.com/urfave/cli/v2"
)

// About is what the help and the manual page of a program say besides its commands and flags.
type About struct {
	Files    []Entry  // where its data lies: paths such as ~/.local/share/PROGRAM/data.db, and what they are
	Examples []Entry  // command lines, and what they do
	SeeAlso  []string // other manual pages and addresses: "lrucache(1)"

	// Say puts a text of help, an error or a hint into the language of the user; nil leaves them in English, as they
	// always are in JSON and in the manual page. The texts of this package are the patterns with which it makes them,
	// filled in.
	Say func(english string) string
}

// say is Say, or the identity.
func (a About) say(english string) string {
	if a.Say == nil {
		return english
	}
	return a.Say(english)
}

// aboutKey is where cli.App.Metadata holds the About.
const aboutKey = "github.com/pythonweb/goweb/console.About"

// Describe gives app what its help and manual page say, and returns it.
func Describe(app *cli.App, about About) *cli.App {
	if app.Metadata == nil {
		app.Metadata = map[string]any{}
	}
	app.Metadata[aboutKey] = about
	return app
}

// aboutOf returns what Describe was told of app. A program that reads settings has their file in it.
func aboutOf(app *cli.App) About {
	about, _ := app.Metadata[aboutKey].(About)
	for _, f := range app.Flags {
		if f.Names()[0] == configName {
			settings := Entry{"~/.config/" + app.Name + "/" + configName, "settings, lines such as name = value"}
			about.Files = append(slices.Clone(about.Files), settings)
		}
	}
	return about
}

// said returns entries with their texts in the language of the user.
func (a About) said(entries []Entry) []Entry {
	said := slices.Clone(entries)
	for i := range said {
		said[i].Text = a.say(said[i].Text)
	}
	return said
}

// variables returns the environment variables of all flags under c, each once, with what the first such flag says,
// and whether it takes a value.
func variables(c *cli.Command) []Entry {
	var entries []Entry
	for _, f := range c.Flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		for _, name := range d.GetEnvVars() {
			text := "as " + dashed(f.Names()[0])
			if d.TakesValue() {
				text += "; " + name + fileSuffix + " names a file that holds the value"
			}
			entries = append(entries, Entry{name, text})
		}
	}
	for _, sub := range c.Subcommands {
		entries = append(entries, variables(sub)...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(entries, func(e Entry) bool {
		again := seen[e.Word]
		seen[e.Word] = true
		return again
	})
}
