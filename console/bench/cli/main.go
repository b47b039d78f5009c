// Command cli says hello through urfave/cli.
package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
)

func main() {
	app := &cli.App{Name: "hello", Action: func(c *cli.Context) error {
		_, err := fmt.Fprintln(c.App.Writer, "hello")
		return err
	}}
	if err := app.Run(os.Args); err != nil {
		os.Exit(1)
	}
}
