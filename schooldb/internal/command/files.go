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
		Name: "import", Usage: "add the records of a spreadsheet or of the CSV files in a folder, all or nothing",
		ArgsUsage: "FILE|DIR",
		Description: "FILE is XLSX, ODS or CSV, DIR a folder of such files; sheets and files are named " + tables() +
			", of which any may be missing. Columns come in any order. Names that are unique may replace ids, " +
			"under the headers student, group, subject, teacher or Учень, Клас, Предмет, Вчитель; Оцінка may head the grade " +
			"and Дата its day. Every wrong row is reported as FILE:LINE:COLUMN: reason.",
		Flags: []cli.Flag{
			&cli.BoolFlag{
				Name:  "dry-run",
				Usage: "show how the first rows are understood, what would change and which rows are wrong; change nothing",
			},
			&cli.BoolFlag{
				Name:  "update",
				Usage: "change records that exist already, found by their id or by their names and day; show each change",
			},
			&cli.BoolFlag{
				Name:  "journal",
				Usage: "FILE is a page of a class journal: students down, days across; н and blank cells are skipped",
			},
			&cli.StringFlag{Name: "group", Usage: "--journal: the `GROUP`, its name or id"},
			&cli.StringFlag{Name: "subject", Usage: "--journal: the `SUBJECT`, its name or id"},
			&cli.StringFlag{
				Name:  "from",
				Usage: "--journal: days without a year, such as 02.10, are in the twelve months from this `DAY` on",
			},
			&cli.StringFlag{
				Name:  "map",
				Usage: "read the names of columns from `FILE`, lines such as Прізвище = student; nothing after = skips a column",
			},
			migrateFlag(),
		},
		Action: onNewSchool().Action(importFiles),
	}
}

// tables lists what can be imported, with the columns: groups(id,name), teachers(id,name) and so on.
func tables() string {
	var names []string
	for _, kind := range schooldb.Kinds() {
		names = append(names, fmt.Sprintf("%s(%s)", kind.Table(), strings.Join(kind.Columns(), ",")))
	}
	return strings.Join(names, ", ")
}

func importFiles(c *cli.Context, school *schooldb.School) error {
	t := console.From(c)
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
	i.present.tell(t)
	if i.more > 0 {
		fmt.Fprintf(t.Err, "and %d more\n", i.more)
	}
	switch {
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
		return console.Usagef("add --group GROUP --subject SUBJECT", "a journal belongs to one group and one subject")
	case journal:
		o.Journal = &schooldb.Journal{Group: c.String("group"), Subject: c.String("subject")}
		if err := readDay(c, "from", &o.Journal.From); err != nil {
			return err
		}
	case c.IsSet("group") || c.IsSet("subject") || c.IsSet("from"):
		return console.Usagef("add --journal", "--group, --subject and --from are for a journal")
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
			return console.Usagef("write it as COLUMN = NAME", "%s:%d: %q is not a line of a map", file, number, line)
		}
		o.Map[strings.TrimSpace(column)] = strings.TrimSpace(name)
	}
	return nil
}

// readDay reads the day given to a flag, if it is given.
func readDay(c *cli.Context, flag string, into *schooldb.Day) error {
	if !c.IsSet(flag) {
		return nil
	}
	day, err := schooldb.ReadDay(c.String(flag))
	if err != nil {
		return console.Usagef("", "--%s: %q %w", flag, c.String(flag), err)
	}
	*into = day
	return nil
}

// importing shows what happens during an import.
type importing struct {
	t        *console.Terminal
	dryRun   bool
	progress *console.Progress
	reported int // wrong rows
	more     int // wrong rows that are not shown
	present  run
	file     string
	total    schooldb.Count
	err      error // of writing to stdout
}

// maxReported is how many wrong rows are shown: whoever imports the wrong file must not get twenty million lines.
const maxReported = 10_000

func (i *importing) wrong(w *schooldb.WrongRow) {
	i.progress.Done()
	if !i.t.JSON() && i.present.add(i.t, w) {
		return
	}
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

// run is a run of consecutive rows of one file that are in the database already: whoever imports a file twice need not
// read a line about each.
type run struct {
	last  *schooldb.WrongRow // of the run, or nil
	rows  int                // of the run
	first int                // line of the first row that was not shown
}

// maxRun is how many rows of a run are shown one by one.
const maxRun = 10

// add takes a wrong row, and reports whether it is one of those that are reported together.
func (r *run) add(t *console.Terminal, w *schooldb.WrongRow) (held bool) {
	if !w.Present || r.last == nil || r.last.File != w.File || r.last.Column != w.Column {
		r.tell(t)
		*r = run{}
	}
	if !w.Present {
		return false
	}
	r.last = w
	if r.rows++; r.rows == maxRun+1 {
		r.first = w.Line
	}
	return r.rows > maxRun
}

// tell reports the rows that were not shown.
func (r *run) tell(t *console.Terminal) {
	if more := r.rows - maxRun; more > 0 {
		fmt.Fprintf(t.Err, "%s: %s in the database already (import --update changes what is there)\n",
			console.Line(fmt.Sprintf("%s:%d-%d:%s", r.last.File, r.first, r.last.Line, r.last.Column)), areMore(more))
	}
	*r = run{}
}

// areMore returns "1 more row is" or, for example, "2 more rows are".
func areMore(n int) string {
	if n == 1 {
		return "1 more row is"
	}
	return fmt.Sprintf("%d more rows are", n)
}

// understood shows a row, and the columns before the first row of a file.
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
	i.show(
		map[string]any{"understood": map[string]any{"file": u.File, "line": u.Line, "kind": u.Kind, "record": values}},
		text,
	)
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
	i.present.tell(i.t)
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
		Description: "The files and sheets are those that import reads; importing them into an empty database recreates " +
			"this one. All are written, or none: after an error the old files are still there.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "escape-formulas", Usage: "put ' before names that a spreadsheet would take for formulas"},
			&cli.BoolFlag{
				Name:  "excel",
				Usage: "write CSV as Excel reads it where decimals have a comma: byte order mark, semicolons, decimal commas",
			},
		},
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			o := schooldb.ExportOptions{EscapeFormulas: c.Bool("escape-formulas"), Excel: c.Bool("excel")}
			path := c.Args().First()
			switch extension := strings.ToLower(filepath.Ext(path)); {
			case path == "-":
				return console.Usagef("name a folder, or a file that ends in .xlsx", "six tables cannot be written to stdout")
			case extension == ".xlsx" && o.Excel:
				return console.Usagef("leave --excel out, or name a folder", "--excel is for CSV files")
			case extension == ".xlsx":
				return school.ExportWorkbook(c.Context, path, o)
			case extension == ".csv" || extension == ".ods" || extension == ".xls":
				return console.Usagef("name a folder, or a file that ends in .xlsx", "cannot export to %s", extension)
			}
			return school.Export(c.Context, path, o)
		}),
	}
}
