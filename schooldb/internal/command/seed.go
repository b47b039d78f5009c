package command

import (
	"math/rand/v2"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func seedCommand() *cli.Command {
	return &cli.Command{
		Name: "seed", Usage: "fill an empty database with an invented school",
		Description: "The same --seed and numbers give the same school on every database. " +
			"Without --seed a random one is used and shown.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "students", Value: 30, Usage: "`N` students"},
			&cli.IntFlag{Name: "groups", Value: 3, Usage: "`N` groups"},
			&cli.IntFlag{Name: "subjects", Value: 5, Usage: "`N` subjects"},
			&cli.IntFlag{Name: "teachers", Value: 3, Usage: "`N` teachers"},
			&cli.IntFlag{Name: "grades", Value: 20, Usage: "exactly `N` grades for every student"},
			&cli.Uint64Flag{Name: "seed", Usage: "invent the school that belongs to the number `N`"},
			migrateFlag(),
		},
		Action: onNewSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			t := console.From(c)
			seed := c.Uint64("seed")
			if !c.IsSet("seed") {
				seed = uint64(rand.Uint32())
			}
			o := schooldb.SeedOptions{
				Students: c.Int("students"), Groups: c.Int("groups"), Subjects: c.Int("subjects"),
				Teachers: c.Int("teachers"), Grades: c.Int("grades"), Seed: seed,
			}
			if err := school.Seed(c.Context, o); err != nil {
				return err
			}
			t.Notef("added %d groups, %d teachers, %d subjects, %d students, %d grades (--seed %d)",
				o.Groups, o.Teachers, o.Subjects, o.Students, o.Students*o.Grades, seed)
			return nil
		}),
	}
}
