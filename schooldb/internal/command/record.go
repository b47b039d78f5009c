package command

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func listCommand() *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "all students, groups, subjects, teachers or grades", ArgsUsage: "students|groups|subjects|teachers|grades",
		Flags: []cli.Flag{console.FormatFlag()},
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			for _, kind := range schooldb.Kinds() {
				if kind.Table() == c.Args().First() && kind != schooldb.EnrolmentKind {
					return print(c, t, kind.ListColumns(), func(each func(*schooldb.Row) error) error {
						return school.List(c.Context, kind, each)
					})
				}
			}
			return usagef("students, groups, subjects, teachers or grades", "unknown list %q", c.Args().First())
		}),
	}
}

func addCommand() *cli.Command {
	return &cli.Command{
		Name: "add", Usage: "add a record and print its id", ArgsUsage: "KIND", Flags: fieldFlags(),
		Description: kindsHelp,
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			kind, err := kindOf(c.Args().First(), schooldb.Kinds())
			if err != nil {
				return err
			}
			fields, err := readFields(c, kind)
			if err != nil {
				return err
			}
			for _, f := range flagsOf(kind) {
				if !c.IsSet(f) && !(kind == schooldb.StudentKind && f == "group") {
					return usagef("add --"+f, "a %s needs --%s", kind, f)
				}
			}
			key, err := school.Add(c.Context, kind, fields)
			if err != nil {
				return err
			}
			if t.JSON() {
				return t.Value(map[string]any{"id": printedKey(key)})
			}
			_, err = fmt.Fprintln(t.Out, key)
			return err
		}),
	}
}

func printedKey(key schooldb.Key) any {
	if key.ID != 0 {
		return key.ID
	}
	return key.String()
}

func editCommand() *cli.Command {
	return &cli.Command{
		Name: "edit", Usage: "change a record", ArgsUsage: "KIND ID", Flags: fieldFlags(),
		Description: kindsHelp + " Only the given flags change; --group 0 takes a student out of a group.",
		Action: onSchool(func(c *cli.Context, _ *console.Terminal, school *schooldb.School) error {
			kind, key, err := readKey(c)
			if err != nil {
				return err
			}
			fields, err := readFields(c, kind)
			if err != nil {
				return err
			}
			if fields == (schooldb.Fields{}) {
				return usagef("give at least one of its flags", "nothing to change")
			}
			return school.Edit(c.Context, kind, key, fields)
		}),
	}
}

func removeCommand() *cli.Command {
	return &cli.Command{
		Name: "rm", Usage: "remove a record that nothing points to", ArgsUsage: "KIND ID",
		Description: kindsHelp,
		Flags:       []cli.Flag{&cli.BoolFlag{Name: "yes", Usage: "do not ask"}},
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			kind, key, err := readKey(c)
			if err != nil {
				return err
			}
			if err := t.Confirm(c.Bool("yes"), "remove %s %s?", kind, key); err != nil {
				return err
			}
			return school.Remove(c.Context, kind, key)
		}),
	}
}

const kindsHelp = "KIND is student (--name, --group), group or teacher (--name), subject (--name, --teacher), " +
	"grade (--student, --subject, --grade, --on) or enrolment (--student, --subject; its id is STUDENT:SUBJECT)."

func readKey(c *cli.Context) (schooldb.Kind, schooldb.Key, error) {
	kind, err := kindOf(c.Args().First(), schooldb.Kinds())
	if err != nil {
		return "", schooldb.Key{}, err
	}
	key, err := schooldb.ParseKey(kind, c.Args().Get(1))
	if err != nil {
		err = usagef("", "%s %q %w", kind, c.Args().Get(1), err)
	}
	return kind, key, err
}

func fieldFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Usage: "`NAME` of a student, group, teacher or subject"},
		&cli.StringFlag{Name: "group", Usage: "`ID` of a student's group, 0 for none"},
		&cli.StringFlag{Name: "teacher", Usage: "`ID` of the teacher who reads a subject"},
		&cli.StringFlag{Name: "student", Usage: "`ID` of a grade's or enrolment's student"},
		&cli.StringFlag{Name: "subject", Usage: "`ID` of a grade's or enrolment's subject"},
		&cli.StringFlag{Name: "grade", Usage: "`MARKS` with at most two decimals"},
		&cli.StringFlag{Name: "on", Usage: "the `DAY` of a grade, YYYY-MM-DD"},
	}
}

// flagsOf returns the flags of a kind.
func flagsOf(kind schooldb.Kind) []string {
	switch kind {
	case schooldb.SubjectKind:
		return []string{"name", "teacher"}
	case schooldb.StudentKind:
		return []string{"name", "group"}
	case schooldb.GradeKind:
		return []string{"student", "subject", "grade", "on"}
	case schooldb.EnrolmentKind:
		return []string{"student", "subject"}
	}
	return []string{"name"}
}

// readFields reads the flags of a record, which must be flags of its kind.
func readFields(c *cli.Context, kind schooldb.Kind) (schooldb.Fields, error) {
	var f schooldb.Fields
	own := flagsOf(kind)
	for _, flag := range fieldFlags() {
		name := flag.Names()[0]
		if !c.IsSet(name) {
			continue
		}
		if !slices.Contains(own, name) {
			return f, usagef(kindsHelp, "a %s has no --%s", kind, name)
		}
		if err := readField(&f, name, c.String(name)); err != nil {
			return f, usagef("", "--%s: %q %w", name, c.String(name), err)
		}
	}
	return f, nil
}

func readField(f *schooldb.Fields, name, text string) (err error) {
	switch name {
	case "name":
		f.Name, err = &text, schooldb.CheckName(text)
	case "group":
		f.Group = new(int64)
		if text != "0" {
			*f.Group, err = schooldb.ParseID(text)
		}
	case "teacher":
		f.Teacher, err = pointer(schooldb.ParseID(text))
	case "student":
		f.Student, err = pointer(schooldb.ParseID(text))
	case "subject":
		f.Subject, err = pointer(schooldb.ParseID(text))
	case "grade":
		f.Grade, err = pointer(schooldb.ParseGrade(text))
	case "on":
		f.ReceivedOn, err = pointer(schooldb.ParseDay(text))
	}
	return err
}

func pointer[T any](v T, err error) (*T, error) { return &v, err }
