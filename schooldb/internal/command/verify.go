package command

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name: "verify", Usage: "compare the stored sums with recomputed ones",
		Description: "Exits with 0 when all are equal, else shows the first differences and exits with 1. With --repair " +
			"the sums are recomputed when any differs, and the exit code is 0 once they are right.",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "repair", Usage: "recompute the sums when they differ"}},
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			t := console.From(c)
			check := school.Verify
			if c.Bool("repair") {
				check = school.Repair
			}
			differences, err := check(c.Context)
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
			switch {
			case len(differences) > 0 && c.Bool("repair"):
				t.Notef("the sums were recomputed")
				return nil
			case len(differences) > 0:
				return console.Errorf(
					console.Failed,
					"schooldb verify --repair recomputes them",
					"the stored sums differ from recomputed ones",
				)
			}
			t.Notef("all sums are correct")
			return nil
		}),
	}
}
