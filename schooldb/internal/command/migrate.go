package command

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func migrateCommand() *cli.Command {
	return &cli.Command{
		Name: "migrate", Usage: "create or change the tables", ArgsUsage: "[up|down|status]",
		Description: "up, the default, applies what has not been applied; down undoes the last migration and deletes what " +
			"is in its tables; status shows both.",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "yes", Usage: "down: do not ask"}},
		Action: func(c *cli.Context) error {
			do := map[string]func(*cli.Context, *schooldb.School) error{
				"": up, "up": up, "down": down, "status": status,
			}[c.Args().First()]
			if do == nil {
				return console.Usagef("up, down or status", "unknown direction %q", c.Args().First())
			}
			return onDatabase().Action(do)(c)
		},
	}
}

func up(c *cli.Context, school *schooldb.School) error {
	t := console.From(c)
	names, err := school.Migrate(c.Context)
	for _, name := range names {
		t.Notef("applied %s", name)
	}
	if err == nil && len(names) == 0 {
		t.Notef("nothing to apply")
	}
	return err
}

func down(c *cli.Context, school *schooldb.School) error {
	t := console.From(c)
	if err := t.Confirm(c.Bool("yes"), "undoing a migration deletes what is in its tables; go on?"); err != nil {
		return err
	}
	names, err := school.Unmigrate(c.Context, 1)
	for _, name := range names {
		t.Notef("undid %s", name)
	}
	if err == nil && len(names) == 0 {
		t.Notef("nothing to undo")
	}
	return err
}

func status(c *cli.Context, school *schooldb.School) error {
	t := console.From(c)
	states, err := school.Migrations(c.Context)
	if err != nil {
		return err
	}
	for _, state := range states {
		word := "pending"
		if state.Applied {
			word = "applied"
		}
		if t.JSON() {
			err = t.Value(map[string]any{"name": state.Name, "applied": state.Applied})
		} else {
			_, err = fmt.Fprintf(t.Out, "%s  %s\n", word, state.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
