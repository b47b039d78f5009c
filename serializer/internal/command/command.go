// Package command is the command line of serializer.
package command

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

// New returns the program.
func New() *cli.App {
	return console.Describe(&cli.App{
		Name:  "serializer",
		Usage: "convert data between JSON, CBOR, MessagePack and Python pickles; what cannot be kept is refused",
		Commands: []*cli.Command{
			convertCommand(), validateCommand(), inspectCommand(), diffCommand(), canonicalCommand(), getCommand(),
			scanCommand(), formatsCommand(),
		},
	}, about())
}

// fromFlag is the flag of all commands that read.
func fromFlag() cli.Flag {
	return &cli.StringFlag{Name: "from", Usage: "read `" + names(false) + "` (default: by the file's name)"}
}

func duplicatesFlag() cli.Flag {
	return &cli.StringFlag{Name: "duplicates", Value: "error", Usage: "`error|keep` a map that has the same key twice"}
}

func duplicates(c *cli.Context) (serializer.Duplicates, error) {
	switch mode := c.String("duplicates"); mode {
	case "error":
		return serializer.RefuseDuplicates, nil
	case "keep":
		return serializer.KeepDuplicates, nil
	default:
		return false, console.Errorf(console.Usage, "give error or keep", "unknown --duplicates %q", mode)
	}
}

// shown returns a file's name as messages show it.
func shown(path string) string {
	if path == "-" {
		return "stdin"
	}
	return console.Line(path)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}

// about returns what help and manual page say besides the commands.
func about() console.About {
	return console.About{
		Examples: []console.Entry{
			{Word: "serializer convert data.json data.cbor", Text: "convert, with the formats taken from the file names"},
			{Word: "serializer diff a.json b.cbor", Text: "compare the values of two files"},
		},
		SeeAlso: []string{"jq(1)"},
	}
}
