package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
			fields, err := readFields(c, school, kind)
			if err != nil {
				return err
			}
			if kind == schooldb.GradeKind && fields.ReceivedOn == nil {
				today := time.Now().Format(time.DateOnly)
				fields.ReceivedOn = &today
			}
			for _, f := range flagsOf(kind) {
				if !c.IsSet(f) && !optional(kind, f) {
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

// optional reports whether a record can be added without a flag of its kind.
func optional(kind schooldb.Kind, flag string) bool {
	return flag == "on" || flag == "group" || flag == "teacher" && kind != schooldb.SubjectKind
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
			kind, key, err := readKey(c, school)
			if err != nil {
				return err
			}
			fields, err := readFields(c, school, kind)
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
			kind, key, err := readKey(c, school)
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
	"grade (--student, --subject, --grade, --on) or enrolment (--student, --subject; its id is STUDENT:SUBJECT). " +
	"A unique name does for an id; --group beside --student, and --teacher beside --subject, tell namesakes apart."

func readKey(c *cli.Context, school *schooldb.School) (schooldb.Kind, schooldb.Key, error) {
	kind, err := kindOf(c.Args().First(), schooldb.Kinds())
	if err != nil {
		return "", schooldb.Key{}, err
	}
	text := c.Args().Get(1)
	key, err := schooldb.ParseKey(kind, text)
	if err != nil && text != "" && kind != schooldb.GradeKind && kind != schooldb.EnrolmentKind && !isNumber(text) {
		key.ID, err = school.Find(c.Context, kind, text, 0)
		return kind, key, err
	}
	if err != nil {
		err = usagef("", "%s %q %w", kind, text, err)
	}
	return kind, key, err
}

// isNumber reports whether text can only be meant as an id.
func isNumber(text string) bool { return strings.Trim(text, "0123456789-+.") == "" }

func fieldFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Usage: "`NAME` of a student, group, teacher or subject"},
		&cli.StringFlag{Name: "group", Usage: "a student's `GROUP`, name or id, 0 for none"},
		&cli.StringFlag{Name: "teacher", Usage: "`TEACHER` who reads a subject, name or id"},
		&cli.StringFlag{Name: "student", Usage: "`STUDENT` of a grade or enrolment, name or id"},
		&cli.StringFlag{Name: "subject", Usage: "`SUBJECT` of a grade or enrolment, name or id"},
		&cli.StringFlag{Name: "grade", Usage: "`MARKS` with at most two decimals"},
		&cli.StringFlag{Name: "on", Usage: "the `DAY` of a grade, YYYY-MM-DD; today when not given"},
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
		return []string{"group", "teacher", "student", "subject", "grade", "on"}
	case schooldb.EnrolmentKind:
		return []string{"group", "teacher", "student", "subject"}
	}
	return []string{"name"}
}

// readFields reads the flags of a record, which must be flags of its kind.
func readFields(c *cli.Context, school *schooldb.School, kind schooldb.Kind) (schooldb.Fields, error) {
	var f schooldb.Fields
	own := flagsOf(kind)
	for _, flag := range fieldFlags() {
		if name := flag.Names()[0]; c.IsSet(name) && !slices.Contains(own, name) {
			return f, usagef(kindsHelp, "a %s has no --%s", kind, name)
		}
	}
	ids, err := readIDs(c, school)
	if err != nil {
		return f, err
	}
	for _, name := range own {
		if !c.IsSet(name) {
			continue
		}
		if id, ok := ids[name]; ok {
			point(&f, kind, name, id)
		} else if err := readField(&f, name, c.String(name)); err != nil {
			return f, usagef("", "--%s: %q %w", name, c.String(name), err)
		}
	}
	return f, nil
}

func readField(f *schooldb.Fields, name, text string) (err error) {
	switch name {
	case "name":
		f.Name, err = &text, schooldb.CheckName(text)
	case "grade":
		f.Grade, err = pointer(schooldb.ParseGrade(text))
	case "on":
		f.ReceivedOn, err = pointer(schooldb.ParseDay(text))
	}
	return err
}

// point says what a record points to. The group of a grade's student, and the teacher of its subject, only tell
// namesakes apart.
func point(f *schooldb.Fields, kind schooldb.Kind, name string, id int64) {
	switch name {
	case "group":
		if kind == schooldb.StudentKind {
			f.Group = &id
		}
	case "teacher":
		if kind == schooldb.SubjectKind {
			f.Teacher = &id
		}
	case "student":
		f.Student = &id
	case "subject":
		f.Subject = &id
	}
}

// readIDs finds what --group, --teacher, --student and --subject name, those that are given; 0 is no group.
func readIDs(c *cli.Context, school *schooldb.School) (map[string]int64, error) {
	ids := map[string]int64{}
	for _, of := range []struct {
		kind schooldb.Kind
		part string
	}{
		{schooldb.GroupKind, ""}, {schooldb.TeacherKind, ""}, {schooldb.StudentKind, "group"}, {schooldb.SubjectKind, "teacher"},
	} {
		flag := string(of.kind)
		text := c.String(flag)
		switch {
		case !c.IsSet(flag):
			continue
		case text == "0" && of.kind == schooldb.GroupKind:
			ids[flag] = 0
			continue
		case isNumber(text):
			n, err := id("--"+flag, text)
			if err != nil {
				return nil, err
			}
			ids[flag] = n
			continue
		}
		n, err := school.Find(c.Context, of.kind, text, ids[of.part])
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", flag, err)
		}
		ids[flag] = n
	}
	return ids, nil
}

func pointer[T any](v T, err error) (*T, error) { return &v, err }
