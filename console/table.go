package console

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"
)

// Table is data in rows. Columns are named by stable keys, snake_case; the heading that a person sees is made from it.
type Table struct {
	Columns []string
	Rows    [][]any // as many cells as Columns; nil is an empty cell, and null in JSON

	// Shorten names the columns whose text is shortened first, widest first, where the table is wider than the terminal.
	Shorten []string

	packed packed // rows before Rows: see Pack
}

const formatName = "format"

// FormatFlag is the flag --format of commands that print a Table.
func FormatFlag() cli.Flag {
	return &cli.StringFlag{
		Name: formatName, Value: "table", Usage: "print as `table|json|csv|markdown`",
		Action: func(_ *cli.Context, format string) error {
			switch format {
			case "table", "json", "csv", "markdown":
				return nil
			}
			return Usagef("table, json, csv or markdown", "unknown format %q", format)
		},
	}
}

// Table writes rows to stdout in the format that --format names; --json is the same as --format json: one object per
// line, with the columns in their order. Cells of a table for people are made safe by Line; JSON and CSV hold them as
// they are. On a terminal the table fits its width, and empty columns are left out; in a pipe or a file it is whole.
func (t *Terminal) Table(table Table) error {
	format := t.format
	if t.json {
		format = "json"
	}
	switch format {
	case "json":
		return table.json(t.Out)
	case "csv":
		return table.csv(t.Out)
	case "markdown":
		return table.markdown(t.Out)
	default:
		return table.text(t)
	}
}

func (table Table) json(w io.Writer) error {
	for row := range table.rows() {
		var b strings.Builder
		for i, key := range table.Columns {
			k, _ := json.Marshal(key)
			var v strings.Builder
			enc := json.NewEncoder(&v)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(row[i]); err != nil {
				return fmt.Errorf("column %s: %w", key, err)
			}
			fmt.Fprintf(&b, "%c%s:%s", "{,"[min(i, 1)], k, strings.TrimSuffix(v.String(), "\n"))
		}
		if _, err := io.WriteString(w, b.String()+"}\n"); err != nil {
			return err
		}
	}
	return nil
}

func (table Table) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	// csv.Writer keeps its first error.
	_ = c.Write(table.Columns)
	for row := range table.rows() {
		cells := make([]string, len(row))
		for i := range row {
			cells[i] = cell(row[i])
		}
		_ = c.Write(cells)
	}
	c.Flush()
	return c.Error()
}

func (table Table) markdown(w io.Writer) error {
	lines := table.unpacked().lines(strings.NewReplacer("|", `\|`, `\`, `\\`).Replace)
	widths, numeric := columnWidths(lines), table.numeric()
	for i, line := range lines {
		if err := writeRow(w, "| ", " | ", " |", line, widths, numeric); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		rules := make([]string, len(widths))
		for j, width := range widths {
			rules[j] = strings.Repeat("-", max(3, width))
			if numeric[j] {
				rules[j] = rules[j][1:] + ":"
			}
		}
		if err := writeRow(w, "| ", " | ", " |", rules, widths, numeric); err != nil {
			return err
		}
	}
	return nil
}

func (table Table) text(t *Terminal) error {
	if width := t.Width(); width > 0 {
		table = table.unpacked().fit(width)
	}
	out := bufio.NewWriterSize(t.Out, writeSize)
	heading, numeric := table.heading(), table.numeric()
	widths := make([]int, len(heading))
	for i, text := range heading {
		heading[i] = strings.ToUpper(text)
		widths[i] = Width(heading[i])
	}
	for row := range table.rows() {
		for i := range row {
			widths[i] = max(widths[i], Width(Line(cell(row[i]))))
		}
	}
	var b strings.Builder
	line := func(cells []string) (string, error) {
		b.Reset()
		err := writeRow(&b, "", "  ", "", cells, widths, numeric)
		return strings.TrimRight(b.String(), " \n"), err
	}
	text, err := line(heading)
	if err != nil {
		return err
	}
	if _, err := out.WriteString(t.Paint(t.Out, Bold, text) + "\n"); err != nil {
		return err
	}
	// The text of a cell is made a second time: kept, it would hold a long table in memory twice.
	cells := make([]string, len(heading))
	for row := range table.rows() {
		for i := range row {
			cells[i] = Line(cell(row[i]))
		}
		if text, err = line(cells); err != nil {
			return err
		}
		if _, err := out.WriteString(text + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// heading returns the headings as text for people.
func (table Table) heading() []string {
	var line []string
	for _, key := range table.Columns {
		heading := []rune(strings.ReplaceAll(key, "_", " "))
		heading[0] = unicode.ToUpper(heading[0])
		line = append(line, string(heading))
	}
	return line
}

// lines returns the heading and the rows as text for people.
func (table Table) lines(quote func(string) string) [][]string {
	lines := make([][]string, 1, len(table.Rows)+1)
	for _, heading := range table.heading() {
		lines[0] = append(lines[0], quote(heading))
	}
	for _, row := range table.Rows {
		line := make([]string, len(row))
		for i := range row {
			line[i] = quote(Line(cell(row[i])))
		}
		lines = append(lines, line)
	}
	return lines
}

// numeric tells which columns hold numbers only; they are set flush right.
func (table Table) numeric() []bool {
	numeric := make([]bool, len(table.Columns))
	for i := range numeric {
		numeric[i] = len(table.Rows) > 0 && table.packed.rows == 0
		for _, row := range table.Rows {
			switch row[i].(type) {
			case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64, nil:
			default:
				numeric[i] = false
			}
		}
	}
	return numeric
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return fmt.Sprint(v)
}

func columnWidths(lines [][]string) []int {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], Width(text))
		}
	}
	return widths
}

func writeRow(w io.Writer, begin, between, end string, line []string, widths []int, right []bool) error {
	padded := make([]string, len(line))
	for i, text := range line {
		padded[i] = Pad(text, widths[i])
		if right[i] {
			padded[i] = strings.Repeat(" ", widths[i]-Width(text)) + text
		}
	}
	_, err := io.WriteString(w, begin+strings.Join(padded, between)+end+"\n")
	return err
}
