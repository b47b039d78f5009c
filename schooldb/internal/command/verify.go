package command

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name: "verify", Usage: "compare the kept sums with a recomputation",
		Description: "Exit code 0 when all are equal, else 1 and the first differences.",
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			differences, err := school.Verify(c.Context)
			if err != nil {
				return err
			}
			for _, d := range differences {
				if t.JSON() {
					err = t.Value(d)
				} else {
					_, err = fmt.Fprintln(t.Out, d)
				}
				if err != nil {
					return err
				}
			}
			if len(differences) > 0 {
				return console.Errorf(console.Failed, "", "the sums differ from a recomputation")
			}
			t.Notef("all sums are equal to a recomputation")
			return nil
		}),
	}
}
