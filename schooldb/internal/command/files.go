package command

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func importCommand() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "add what is in the CSV files of a folder, all or nothing", ArgsUsage: "DIR",
		Description: "groups.csv(id,name) teachers.csv(id,name) subjects.csv(id,name,teacher_id) students.csv(id,name,group_id) " +
			"grades.csv(id,student_id,subject_id,grade,received_on) and, if it is there, enrolments.csv(student_id,subject_id); columns in any order, " +
			"separated by commas, semicolons or tabs. Every wrong row is reported as FILE.csv:LINE:COLUMN: reason.",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "dry-run", Usage: "report the wrong rows and change nothing"}},
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			records := 0
			progress := t.Progress("records", 0)
			err := school.Import(c.Context, c.Args().First(), schooldb.ImportOptions{
				DryRun: c.Bool("dry-run"),
				Wrong: func(w *schooldb.WrongRow) {
					progress.Done()
					fmt.Fprintln(t.Err, console.Line(w.String()))
				},
				Read: func() {
					records++
					progress.Add(1)
				},
				Made: func(n, of int) {
					if n == 0 {
						progress.Done()
						progress = t.Progress("indexes, sums and triggers", int64(of))
					}
					progress.Add(int64(min(n, 1)))
				},
			})
			progress.Done()
			switch {
			case errors.Is(err, schooldb.ErrWrongRows):
				return console.Errorf(console.Failed, "correct the rows above", "%w", err)
			case err == nil && c.Bool("dry-run"):
				t.Notef("nothing is wrong")
			case err == nil:
				t.Notef("imported %d records", records)
			}
			return err
		}),
	}
}

func exportCommand() *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write everything to CSV files in a folder", ArgsUsage: "DIR",
		Description: "The files are those that import reads; importing them into an empty database makes an equal one.",
		Flags:       []cli.Flag{&cli.BoolFlag{Name: "escape-formulas", Usage: "put ' before names that a spreadsheet would compute"}},
		Action: onSchool(func(c *cli.Context, _ *console.Terminal, school *schooldb.School) error {
			return school.Export(c.Context, c.Args().First(), schooldb.ExportOptions{EscapeFormulas: c.Bool("escape-formulas")})
		}),
	}
}
