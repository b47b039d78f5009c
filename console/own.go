package console

import (
	"embed"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// ownFlags are the flags that every program has.
func ownFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json", Usage: "print data and errors as JSON"},
		&cli.BoolFlag{Name: "quiet", Usage: "print only data and errors"},
		&cli.BoolFlag{Name: "no-color", Usage: "print without colours"},
		&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "explain a command"},
		&cli.BoolFlag{Name: "version", Usage: "print the program's version"},
	}
}

// ownCommands are the commands that every program has, besides help, which is not a command of the tree: it stands
// before or after the words that name the command to explain. They describe root.
func ownCommands(root *cli.Command, about About) []*cli.Command {
	return []*cli.Command{
		{
			Name: "completion", ArgsUsage: "bash|zsh|fish", Hidden: true,
			Usage: "print a script that completes command lines in a shell",
			Description: "For this session:    source <(" + root.Name + " completion bash)\n" +
				"For every session:   " + root.Name + " completion bash > ~/.local/share/bash-completion/completions/" +
				root.Name + "\n" +
				"                     " + root.Name + " completion zsh > a directory of $fpath, as _" + root.Name + "\n" +
				"                     " + root.Name + " completion fish > ~/.config/fish/completions/" + root.Name + ".fish",
			Action: func(c *cli.Context) error { return writeCompletion(c.App.Writer, root.Name, c.Args().First()) },
		},
		{
			Name: "man", Hidden: true, Usage: "print the manual page",
			Description: "To read it:   " + root.Name + " man | man -l -",
			Action:      func(c *cli.Context) error { return writeManual(c.App.Writer, root, about) },
		},
	}
}

// The scripts hold no words of the program: they ask it, through the word completeWord.
//
//go:embed completion/completion.*
var completionScripts embed.FS

func writeCompletion(w io.Writer, program, shell string) error {
	shells := []string{"bash", "fish", "zsh"}
	if !slices.Contains(shells, shell) {
		return Usagef(strings.Join(shells, ", "), "unknown shell %q", shell)
	}
	script, err := completionScripts.ReadFile("completion/completion." + shell)
	if err != nil {
		return err
	}
	function := strings.Map(func(r rune) rune {
		if r == '-' || r == '.' {
			return '_'
		}
		return r
	}, program)
	words := strings.NewReplacer("PROGRAM", program, "FUNCTION", function, "COMPLETE", completeWord)
	_, err = words.WriteString(w, string(script))
	return err
}
