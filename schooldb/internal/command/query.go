package command

import (
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func queryCommand() *cli.Command {
	return &cli.Command{
		Name: "query", Usage: "ask one of the twelve questions", ArgsUsage: "NAME",
		Description:  "schooldb queries lists the names, their meaning and what each needs.",
		BashComplete: console.Values(offerQueries),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "student", Usage: "`STUDENT`, name or id"},
			&cli.StringFlag{Name: "subject", Usage: "`SUBJECT`, name or id"},
			&cli.StringFlag{Name: "group", Usage: "`GROUP`, name or id"},
			&cli.StringFlag{Name: "teacher", Usage: "`TEACHER`, name or id"},
			&cli.IntFlag{Name: "limit", Value: schooldb.DefaultLimit, Usage: "top-students: show `N` students"},
			&cli.BoolFlag{Name: "with-ties", Usage: "rankings: add everyone who ties with the last"},
			&cli.BoolFlag{Name: "time", Usage: "print on stderr how long the query took"},
			console.FormatFlag(),
		},
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			t := console.From(c)
			q, ok := schooldb.QueryByName(c.Args().First())
			if !ok {
				return console.Usagef("schooldb queries lists them", "unknown query %q", c.Args().First())
			}
			p, err := parameters(c, school, q)
			if err != nil {
				return err
			}
			begin := time.Now()
			rows, err := school.Ask(c.Context, q, p)
			took := time.Since(begin)
			if err != nil {
				return err
			}
			if c.Bool("time") {
				fmt.Fprintf(t.Err, "%s: %.3f ms\n", q.Name, took.Seconds()*1000)
			}
			return print(c, t, q.Columns, func(each func(*schooldb.Row) error) error {
				for i := range rows {
					if err := each(&rows[i]); err != nil {
						return err
					}
				}
				return nil
			})
		}),
	}
}

// parameters reads the flags of query. A group that the query does not take only tells namesakes among the students
// apart, and a teacher among the subjects.
func parameters(c *cli.Context, school *schooldb.School, q *schooldb.Query) (schooldb.Parameters, error) {
	p := schooldb.Parameters{WithTies: c.Bool("with-ties")}
	ids, err := readIDs(c, school)
	if err != nil {
		return p, err
	}
	p.Student, p.Subject, p.Group, p.Teacher = ids["student"], ids["subject"], ids["group"], ids["teacher"]
	if !q.Needs(schooldb.OfGroup) && q.Needs(schooldb.OfStudent) && !isNumber(c.String("student")) {
		p.Group = 0
	}
	if !q.Needs(schooldb.OfTeacher) && q.Needs(schooldb.OfSubject) && !isNumber(c.String("subject")) {
		p.Teacher = 0
	}
	if c.IsSet("limit") {
		if p.Limit = c.Int("limit"); p.Limit < 1 {
			return p, console.Usagef("at least 1", "--limit: %d is too small", p.Limit)
		}
	}
	return p, nil
}

func queriesCommand() *cli.Command {
	return &cli.Command{
		Name: "queries", Usage: "list the twelve questions with their parameters and meaning",
		Flags: []cli.Flag{console.FormatFlag()},
		Action: func(c *cli.Context) error {
			table := console.Table{Columns: []string{"name", "parameters", "meaning"}}
			for _, q := range schooldb.Queries() {
				var parameters []string
				for _, parameter := range q.Parameters {
					parameters = append(parameters, "--"+string(parameter)+" ID")
				}
				if q.Limited {
					parameters = append(parameters, "[--limit N]")
				}
				if q.Ranking {
					parameters = append(parameters, "[--with-ties]")
				}
				table.Rows = append(table.Rows, []any{q.Name, strings.Join(parameters, " "), q.Meaning})
			}
			return console.From(c).Table(table)
		},
	}
}
