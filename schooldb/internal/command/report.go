package command

import (
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/schooldb"
	"github.com/pythonweb/goweb/schooldb/internal/page"
)

func reportCommand() *cli.Command {
	return &cli.Command{
		Name: "report", Usage: "write a student's record, a class's term table or a page with charts, as HTML or PDF",
		Description: "Without --group and --student it is about the whole school. The HTML is one self-contained page that " +
			"prints well; the FILE - is stdout.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "group", Usage: "only the `GROUP`, name or id"},
			&cli.BoolFlag{Name: "term", Usage: "--group: a table of its students' means in every subject"},
			&cli.StringFlag{Name: "student", Usage: "the record of the `STUDENT`, name or id"},
			&cli.StringFlag{Name: "from", Usage: "--term, --student: from this `DAY`"},
			&cli.StringFlag{Name: "to", Usage: "--term, --student: to this `DAY`"},
			&cli.StringFlag{Name: "html", Usage: "write HTML to `FILE`"},
			&cli.StringFlag{Name: "pdf", Usage: "write PDF to `FILE`"},
			&cli.StringFlag{Name: "lang", Value: "en", Usage: "in `LANGUAGE`: en or uk"},
		},
		BashComplete: console.Values(offerNames),
		Action:       onSchool().Action(report),
	}
}

func report(c *cli.Context, school *schooldb.School) error {
	t := console.From(c)
	if c.String("html") == "" && c.String("pdf") == "" {
		return console.Usagef("add --html FILE or --pdf FILE", "nothing to write to")
	}
	document, err := document(c, school)
	if err != nil {
		return err
	}
	for _, form := range []struct {
		file  string
		write func(io.Writer) error
	}{{c.String("html"), document.WriteHTML}, {c.String("pdf"), document.WritePDF}} {
		switch form.file {
		case "":
		case "-":
			err = form.write(t.Out)
		default:
			err = atomicfile.Write(form.file, 0o644, form.write)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// document reads what the report is about.
func document(c *cli.Context, school *schooldb.School) (*page.Document, error) {
	language := page.Language(c.String("lang"))
	if language != page.English && language != page.Ukrainian {
		return nil, console.Usagef("en or uk", "unknown language %q", c.String("lang"))
	}
	var period schooldb.Period
	for flag, into := range map[string]*schooldb.Day{"from": &period.First, "to": &period.Last} {
		if err := readDay(c, flag, into); err != nil {
			return nil, err
		}
	}
	ids, err := readIDs(c, school)
	if err != nil {
		return nil, err
	}
	switch {
	case c.IsSet("student"):
		record, err := school.StudentRecord(c.Context, ids["student"], period)
		if err != nil {
			return nil, err
		}
		return page.Record(language, record, period), nil
	case c.Bool("term") && !c.IsSet("group"):
		return nil, console.Usagef("add --group GROUP", "a term table needs a group")
	case c.Bool("term"):
		table, err := school.TermTable(c.Context, ids["group"], period)
		if err != nil {
			return nil, err
		}
		return page.Term(language, table, period), nil
	case period != schooldb.Period{}:
		return nil, console.Usagef(
			"add --student STUDENT, or --group GROUP --term",
			"--from and --to are for a record or a term table",
		)
	}
	summary, err := school.Summarize(c.Context, ids["group"])
	if err != nil {
		return nil, err
	}
	return page.Summary(language, summary), nil
}
