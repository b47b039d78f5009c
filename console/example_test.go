package console_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
)

// A program is a cli.App. Its main function is console.Main(greet()); Run is the same with the streams of a test.
func Example() {
	run := func(line string) {
		streams := console.Streams{In: strings.NewReader(""), Out: os.Stdout, Err: os.Stdout}
		code := console.Run(context.Background(), greet(), strings.Fields(line), streams)
		fmt.Println("exit code", code)
	}
	run("greet Olena --json")
	run("greet nobody")
	run("greet")
	// Output:
	// {"greeted":"Olena"}
	// exit code 0
	// greet: cannot greet "nobody": nobody is there (name somebody)
	// exit code 4
	// greet: NAME is missing (see greet --help)
	// exit code 2
}

var errNobody = errors.New("nobody is there")

// greet is the whole program: its table of problems, and its one command.
func greet() *cli.App {
	problems := console.Problems{{Is: errNobody, Code: console.NotFound, Hint: "name somebody"}}
	return &cli.App{
		Name: "greet", Usage: "greet people", ArgsUsage: "NAME",
		Action: problems.Action(func(c *cli.Context) error {
			name := c.Args().First()
			if name == "nobody" {
				return fmt.Errorf("cannot greet %q: %w", name, errNobody)
			}
			return console.From(c).Value(map[string]string{"greeted": name})
		}),
	}
}
