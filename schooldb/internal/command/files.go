package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func importCommand() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "add what is in a spreadsheet or in the CSV files of a folder, all or nothing", ArgsUsage: "FILE|DIR",
		Description: "FILE is XLSX, ODS or CSV, DIR a folder of such files; sheets and files are named groups(id,name), teachers(id,name), " +
			"subjects(id,name,teacher_id), students(id,name,group_id), grades(id,student_id,subject_id,grade,received_on) and " +
			"enrolments(student_id,subject_id), those that there is something for. Columns come in any order; instead of ids stand names " +
			"where they are unique, under student, group, subject, grade, received_on or Учень, Клас, Предмет, Оцінка, Дата. " +
			"Every wrong row is reported as FILE:LINE:COLUMN: reason.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Usage: "show the first rows as they are understood, what would change and the wrong rows, and change nothing"},
			&cli.BoolFlag{Name: "update", Usage: "change records that are there already, by their id or by their names and day, and show each change"},
			&cli.BoolFlag{Name: "journal", Usage: "FILE is a page of a class journal: students down, days across; н and blanks are no grades"},
			&cli.StringFlag{Name: "group", Usage: "--journal: the `GROUP`, its name or id"},
			&cli.StringFlag{Name: "subject", Usage: "--journal: the `SUBJECT`, its name or id"},
			&cli.StringFlag{Name: "map", Usage: "lines of `FILE` such as Прізвище = student say what columns are; nothing behind = leaves a column out"},
			migrateFlag(),
		},
		Action: onSchoolMade(importFiles),
	}
}

func importFiles(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
	o := schooldb.ImportOptions{DryRun: c.Bool("dry-run"), Update: c.Bool("update")}
	if err := importFlags(c, &o); err != nil {
		return err
	}
	records := 0
	i := importing{t: t, dryRun: o.DryRun, progress: t.Progress("records", 0)}
	o.Wrong, o.Understood, o.Changed, o.Counted = i.wrong, i.understood, i.changed, i.counted
	if t.Quiet() {
		o.Understood = nil
	}
	o.Read = func() {
		records++
		i.progress.Add(1)
	}
	o.Made = func(n, of int) {
		if n == 0 {
			i.progress.Done()
			i.progress = t.Progress("indexes, sums and triggers", int64(of))
		}
		i.progress.Add(int64(min(n, 1)))
	}
	err := school.Import(c.Context, c.Args().First(), o)
	i.progress.Done()
	if i.more > 0 {
		fmt.Fprintf(t.Err, "and %d more\n", i.more)
	}
	switch {
	case errors.Is(err, schooldb.ErrWrongRows):
		return console.Errorf(console.Failed, "correct the rows above", "%w", err)
	case err == nil && o.DryRun:
		t.Notef("nothing is wrong")
	case err == nil && o.Update:
		t.Notef("added %s, changed %d", several(i.total.New, "record"), i.total.Changed)
	case err == nil:
		t.Notef("imported %s", several(records, "record"))
	}
	return errors.Join(err, i.err)
}

// several says how many there are of something.
func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// importFlags reads the flags that say what the columns are.
func importFlags(c *cli.Context, o *schooldb.ImportOptions) error {
	switch journal := c.Bool("journal"); {
	case journal && (c.String("group") == "" || c.String("subject") == ""):
		return usagef("add --group GROUP --subject SUBJECT", "a journal is of one group in one subject")
	case journal:
		o.Journal = &schooldb.Journal{Group: c.String("group"), Subject: c.String("subject")}
	case c.IsSet("group") || c.IsSet("subject"):
		return usagef("add --journal", "--group and --subject belong to a journal")
	}
	file := c.String("map")
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	o.Map = map[string]string{}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		number++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		column, name, ok := strings.Cut(line, "=")
		if !ok {
			return usagef("write it as COLUMN = NAME", "%s:%d: %q is no line of a map", file, number, line)
		}
		o.Map[strings.TrimSpace(column)] = strings.TrimSpace(name)
	}
	return nil
}

// importing shows what happens during an import.
type importing struct {
	t        *console.Terminal
	dryRun   bool
	progress *console.Progress
	reported int // wrong rows
	more     int // wrong rows that are not shown
	file     string
	total    schooldb.Count
	err      error // of writing to stdout
}

// maxReported is how many wrong rows are shown: whoever imports the wrong file sees no twenty million lines.
const maxReported = 10_000

func (i *importing) wrong(w *schooldb.WrongRow) {
	i.progress.Done()
	if i.reported++; i.reported > maxReported {
		i.more++
		return
	}
	if i.t.JSON() {
		i.show(map[string]any{"wrong": w}, "")
		return
	}
	fmt.Fprintln(i.t.Err, console.Line(w.String()))
}

// understood shows a row; before the first of a file stand its columns.
func (i *importing) understood(u *schooldb.Understood) {
	values := map[string]string{}
	for n, field := range u.Fields {
		values[field] = u.Values[n]
	}
	text := strings.Join(quoteBlank(u.Values), " | ")
	if i.file != u.File {
		i.file = u.File
		text = fmt.Sprintf("%s: %s\n%s", u.File, strings.Join(u.Fields, " | "), text)
	}
	i.show(map[string]any{"understood": map[string]any{"file": u.File, "line": u.Line, "kind": u.Kind, "record": values}}, text)
}

func quoteBlank(values []string) []string {
	shown := make([]string, len(values))
	for i, value := range values {
		if shown[i] = console.Line(value); value == "" {
			shown[i] = "-"
		}
	}
	return shown
}

func (i *importing) changed(c *schooldb.Change) {
	i.show(map[string]any{"change": c}, console.Line(c.String()))
}

func (i *importing) counted(count *schooldb.Count) {
	i.total.New += count.New
	i.total.Changed += count.Changed
	if !i.dryRun || i.t.Quiet() {
		return
	}
	i.show(map[string]any{"count": count}, fmt.Sprintf("%s: %s: %d new, %d changed, %d the same, %d wrong",
		count.File, several(count.Rows, "row"), count.New, count.Changed, count.Same, count.Wrong))
}

// show writes one thing to stdout.
func (i *importing) show(value any, text string) {
	i.progress.Done()
	var err error
	if i.t.JSON() {
		err = i.t.Value(value)
	} else {
		_, err = fmt.Fprintln(i.t.Out, text)
	}
	if i.err == nil {
		i.err = err
	}
}

func exportCommand() *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write everything to a spreadsheet or to CSV files in a folder", ArgsUsage: "FILE.xlsx|DIR",
		Description: "The files and sheets are those that import reads; importing them into an empty database makes an equal one. " +
			"All are written, or none: an error leaves what was there.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "escape-formulas", Usage: "put ' before names that a spreadsheet would compute"},
			&cli.BoolFlag{Name: "excel", Usage: "CSV as Excel reads it where decimals have a comma: with a mark, semicolons and decimal commas"},
		},
		Action: onSchool(func(c *cli.Context, _ *console.Terminal, school *schooldb.School) error {
			o := schooldb.ExportOptions{EscapeFormulas: c.Bool("escape-formulas"), Excel: c.Bool("excel")}
			path := c.Args().First()
			switch extension := strings.ToLower(filepath.Ext(path)); {
			case path == "-":
				return usagef("name a folder, or a file that ends in .xlsx", "six tables do not go to stdout")
			case extension == ".xlsx" && o.Excel:
				return usagef("leave --excel out, or name a folder", "--excel is for CSV files")
			case extension == ".xlsx":
				return school.ExportWorkbook(c.Context, path, o)
			case extension == ".csv" || extension == ".ods" || extension == ".xls":
				return usagef("name a folder, or a file that ends in .xlsx", "no export to %s", extension)
			}
			return school.Export(c.Context, path, o)
		}),
	}
}
