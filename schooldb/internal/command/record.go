package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func addCommand() *cli.Command {
	return &cli.Command{
		Name: "add", Usage: "add a record and print its id", ArgsUsage: "KIND", Flags: fieldFlags(),
		Description:  kindsHelp,
		BashComplete: console.Values(offerKinds(schooldb.Kinds())),
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			t := console.From(c)
			kind, err := kindOf(c.Args().First(), schooldb.Kinds())
			if err != nil {
				return err
			}
			given, err := readContent(c, school, kind)
			if err != nil {
				return err
			}
			for _, f := range flagsOf(kind) {
				if !c.IsSet(f) && !optional(kind, f) {
					return console.Usagef("add --"+f, "a %s needs --%s", kind, f)
				}
			}
			if given.day == nil {
				today := schooldb.Today()
				given.day = &today
			}
			r := kind.New()
			given.put(r)
			var key schooldb.Key
			err = patiently(t, func() (err error) {
				key, err = school.Add(c.Context, r)
				return err
			})
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
	return flag == "on" || flag == "group" || helps(kind, flag)
}

// helps reports whether a flag of a kind only tells namesakes apart: the group of a grade's student, the teacher of its
// subject.
func helps(kind schooldb.Kind, flag string) bool {
	return flag == "group" && kind != schooldb.StudentKind || flag == "teacher" && kind != schooldb.SubjectKind
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
		BashComplete: console.Values(offerKinds(schooldb.Kinds())),
		Description:  kindsHelp + " Only what the given flags say changes; --group 0 takes a student out of a group.",
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			kind, key, err := readKey(c, school)
			if err != nil {
				return err
			}
			given, err := readContent(c, school, kind)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(flagsOf(kind), func(f string) bool { return c.IsSet(f) && !helps(kind, f) }) {
				return console.Usagef("give at least one of its flags", "nothing to change")
			}
			return patiently(console.From(c), func() error { return school.Edit(c.Context, kind, key, given.put) })
		}),
	}
}

func removeCommand() *cli.Command {
	return &cli.Command{
		Name: "rm", Usage: "remove a record that no other record refers to", ArgsUsage: "KIND ID",
		Description:  kindsHelp,
		BashComplete: console.Values(offerKinds(schooldb.Kinds())),
		Flags:        []cli.Flag{&cli.BoolFlag{Name: "yes", Usage: "do not ask"}},
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			t := console.From(c)
			kind, key, err := readKey(c, school)
			if err != nil {
				return err
			}
			if err := t.Confirm(c.Bool("yes"), "remove %s %s?", kind, key); err != nil {
				return err
			}
			return patiently(t, func() error { return school.Remove(c.Context, kind, key) })
		}),
	}
}

const kindsHelp = "KIND is student (--name, --group), group or teacher (--name), subject (--name, --teacher), " +
	"grade (--student, --subject, --grade, --on) or enrolment (--student, --subject; its id is STUDENT:SUBJECT). " +
	"A unique name may replace an id; --group with --student, and --teacher with --subject, tell namesakes apart."

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
		err = console.Usagef("", "%s %q %w", kind, text, err)
	}
	return kind, key, err
}

// isNumber reports whether text can only be meant as an id.
func isNumber(text string) bool { return strings.Trim(text, "0123456789-+.") == "" }

func fieldFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Usage: "`NAME` of a student, group, teacher or subject"},
		&cli.StringFlag{Name: "group", Usage: "a student's `GROUP`, name or id, 0 for none"},
		&cli.StringFlag{Name: "teacher", Usage: "`TEACHER` of a subject, name or id"},
		&cli.StringFlag{Name: "student", Usage: "`STUDENT` of a grade or enrolment, name or id"},
		&cli.StringFlag{Name: "subject", Usage: "`SUBJECT` of a grade or enrolment, name or id"},
		&cli.StringFlag{Name: "grade", Usage: "the grade in `MARKS`, with at most two decimals"},
		&cli.StringFlag{Name: "on", Usage: "the `DAY` of a grade, YYYY-MM-DD; default: today"},
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

// content is what the flags of a record say; nil is what they do not say.
type content struct {
	name *string
	ids  map[string]int64 // by flag
	mark *schooldb.Mark
	day  *schooldb.Day
}

// readContent reads the flags of a record, which must be flags of its kind.
func readContent(c *cli.Context, school *schooldb.School, kind schooldb.Kind) (*content, error) {
	own := flagsOf(kind)
	for _, flag := range fieldFlags() {
		if name := flag.Names()[0]; c.IsSet(name) && !slices.Contains(own, name) {
			return nil, console.Usagef(kindsHelp, "a %s has no --%s", kind, name)
		}
	}
	ids, err := readIDs(c, school)
	if err != nil {
		return nil, err
	}
	given := &content{ids: ids}
	for _, name := range own {
		if !c.IsSet(name) {
			continue
		}
		if err := given.read(name, c.String(name)); err != nil {
			return nil, console.Usagef("", "--%s: %q %w", name, c.String(name), err)
		}
	}
	return given, nil
}

// read reads a flag that is not an id.
func (g *content) read(flag, text string) (err error) {
	switch flag {
	case "name":
		g.name, err = &text, schooldb.CheckName(text)
	case "grade":
		g.mark, err = pointer(schooldb.ParseMark(text))
	case "on":
		g.day, err = pointer(schooldb.ReadDay(text))
	}
	return err
}

// put puts what is given into a record.
func (g *content) put(r schooldb.Record) {
	switch r := r.(type) {
	case *schooldb.Group:
		put(&r.Name, g.name)
	case *schooldb.Teacher:
		put(&r.Name, g.name)
	case *schooldb.Subject:
		put(&r.Name, g.name)
		g.point(&r.Teacher, schooldb.TeacherKind)
	case *schooldb.Student:
		put(&r.Name, g.name)
		g.point(&r.Group, schooldb.GroupKind)
	case *schooldb.Grade:
		g.point(&r.Student, schooldb.StudentKind)
		g.point(&r.Subject, schooldb.SubjectKind)
		put(&r.Mark, g.mark)
		put(&r.Day, g.day)
	case *schooldb.Enrolment:
		g.point(&r.Student, schooldb.StudentKind)
		g.point(&r.Subject, schooldb.SubjectKind)
	}
}

// point puts the id that the flag of a kind names into a record.
func (g *content) point(into *int64, kind schooldb.Kind) {
	if id, ok := g.ids[string(kind)]; ok {
		*into = id
	}
}

func put[T any](into, given *T) {
	if given != nil {
		*into = *given
	}
}

// readIDs finds what --group, --teacher, --student and --subject name, as far as they are given; 0 means no group.
func readIDs(c *cli.Context, school *schooldb.School) (map[string]int64, error) {
	ids := map[string]int64{}
	for _, of := range []struct {
		kind schooldb.Kind
		part string
	}{
		{schooldb.GroupKind, ""},
		{schooldb.TeacherKind, ""},
		{schooldb.StudentKind, "group"},
		{schooldb.SubjectKind, "teacher"},
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
