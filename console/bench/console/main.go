// Command console says hello through console.
package main

import (
	"fmt"

	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func main() {
	console.Main(&cli.App{Name: "hello", Usage: "say hello", Action: func(c *cli.Context) error {
		_, err := fmt.Fprintln(console.From(c).Out, "hello")
		return err
	}})
}
