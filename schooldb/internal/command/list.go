package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func listCommand() *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "list all records of a kind, or those of a student, a subject, a group or a teacher",
		ArgsUsage: strings.Join(listNames(), "|"),
		Description: "Grades and enrolments can be restricted by all four, students by their group, " +
			"subjects by their teacher.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "student", Usage: "only those of the `STUDENT`, name or id"},
			&cli.StringFlag{Name: "subject", Usage: "only those of the `SUBJECT`, name or id"},
			&cli.StringFlag{Name: "group", Usage: "only those of the `GROUP`, name or id"},
			&cli.StringFlag{Name: "teacher", Usage: "only those of the `TEACHER`, name or id"},
			console.FormatFlag(),
		},
		BashComplete: console.Values(offerNames),
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			of, err := selection(c, school)
			if err != nil {
				return err
			}
			return print(c, console.From(c), of.Kind.ListColumns(), func(each func(*schooldb.Row) error) error {
				return school.List(c.Context, of, each)
			})
		}),
	}
}

// listNames returns what can be listed, first what people ask for most.
func listNames() []string {
	kinds := []schooldb.Kind{
		schooldb.StudentKind, schooldb.GroupKind, schooldb.SubjectKind, schooldb.TeacherKind, schooldb.GradeKind,
		schooldb.EnrolmentKind,
	}
	var names []string
	for _, kind := range kinds {
		names = append(names, kind.Table())
	}
	return names
}

// selection reads what to list.
func selection(c *cli.Context, school *schooldb.School) (schooldb.Selection, error) {
	var of schooldb.Selection
	word := c.Args().First()
	for _, kind := range schooldb.Kinds() {
		if kind.Table() == word {
			of.Kind = kind
		}
	}
	if of.Kind == "" {
		return of, console.Usagef("one of: "+strings.Join(listNames(), ", "), "unknown list %q", word)
	}
	ids, err := readIDs(c, school)
	of.Student, of.Subject, of.Group, of.Teacher = ids["student"], ids["subject"], ids["group"], ids["teacher"]
	return of, err
}
