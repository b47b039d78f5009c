package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func enterCommand() *cli.Command {
	return &cli.Command{
		Name: "enter", Usage: "enter the grades of a class in one subject on one day",
		Description: "Asks for the grade of each student, by name; Enter or н leaves one out. Then it shows the page " +
			"and asks before it writes. Without a terminal the grades are the lines of stdin, in that order, and --yes writes.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "group", Required: true, Usage: "the `GROUP`, name or id"},
			&cli.StringFlag{Name: "subject", Required: true, Usage: "the `SUBJECT`, name or id"},
			&cli.StringFlag{Name: "day", Usage: "the `DAY`, YYYY-MM-DD; default: today"},
			&cli.BoolFlag{Name: "yes", Usage: "write without asking"},
		},
		BashComplete: console.Values(offerNames),
		Action:       onSchool().Action(enter),
	}
}

func enter(c *cli.Context, school *schooldb.School) error {
	t := console.From(c)
	day := schooldb.Today()
	if err := readDay(c, "day", &day); err != nil {
		return err
	}
	ids, err := readIDs(c, school)
	if err != nil {
		return err
	}
	if !t.Interactive() && !c.Bool("yes") {
		return console.Usagef("add --yes", "entering grades needs to be confirmed")
	}
	group, subject := ids["group"], ids["subject"]
	query, _ := schooldb.QueryByName("group-students")
	students, err := school.Ask(c.Context, query, schooldb.Parameters{Group: group})
	if err != nil {
		return err
	}
	if len(students) == 0 {
		return console.Errorf(console.NotFound, "schooldb edit student STUDENT --group GROUP", "this group has no students")
	}
	var grades []schooldb.Record
	page := console.Table{Columns: []string{
		schooldb.StudentIDColumn, schooldb.StudentColumn, schooldb.MarkColumn, schooldb.DayColumn,
	}}
	for i := range students {
		student := students[i].Student
		mark, err := askMark(t, student.Name)
		if err != nil {
			return err
		}
		if mark == nil {
			continue
		}
		grades = append(grades, &schooldb.Grade{Student: student.ID, Subject: subject, Mark: *mark, Day: day})
		page.Rows = append(page.Rows, []any{student.ID, student.Name, *mark, string(day)})
	}
	if len(grades) == 0 {
		t.Notef("no grades were entered")
		return nil
	}
	if err := t.Table(page); err != nil {
		return err
	}
	if err := t.Confirm(c.Bool("yes"), "write %s?", several(len(grades), "grade")); err != nil {
		return err
	}
	err = patiently(t, func() error {
		_, err := school.AddAll(c.Context, schooldb.GradeKind, grades)
		return err
	})
	if err != nil {
		return err
	}
	t.Notef("added %s", several(len(grades), "grade"))
	return nil
}

// askMark reads the mark of a student, nil for none. A person is asked again after a wrong answer.
func askMark(t *console.Terminal, student string) (*schooldb.Mark, error) {
	for {
		if t.Interactive() {
			fmt.Fprintf(t.Err, "%s: ", console.Line(student))
		}
		line, err := readLine(t.In)
		if err != nil {
			return nil, fmt.Errorf("read the grade: %w", err)
		}
		text := strings.TrimSpace(line)
		if schooldb.IsAbsence(text) {
			return nil, nil
		}
		mark, err := schooldb.ParseMark(text)
		if err == nil {
			return &mark, nil
		}
		if !t.Interactive() {
			return nil, console.Usagef("nothing was written", "%s: %q %w", student, text, err)
		}
		fmt.Fprintf(t.Err, "%s %v\n", console.Line(text), err)
	}
}

// readLine reads a line and nothing after it, which is the answer to the next question. After the last line it returns
// empty ones.
func readLine(r io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for {
		n, err := r.Read(one)
		if n > 0 && one[0] != '\n' {
			line = append(line, one[0])
		}
		switch {
		case n > 0 && one[0] == '\n', errors.Is(err, io.EOF):
			return string(line), nil
		case err != nil:
			return "", err
		}
	}
}
