package command

import (
	"bufio"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

// rows calls each with its rows, one after the other.
type rows func(each func(*schooldb.Row) error) error

// print writes rows in the format that --format names: JSON, an array, row by row, the others when all rows have come.
func print(c *cli.Context, t *console.Terminal, columns []string, all rows) error {
	if t.JSON() || c.String("format") == "json" {
		return printJSON(t.Out, columns, all)
	}
	table := console.Table{Columns: headings(columns, c.String("format") == "csv")}
	err := all(func(row *schooldb.Row) error {
		table.Rows = append(table.Rows, cells(row, columns, c.String("format") == "csv"))
		return nil
	})
	if err != nil {
		return err
	}
	return t.Table(table)
}

func printJSON(out io.Writer, columns []string, all rows) error {
	w := bufio.NewWriterSize(out, 64<<10)
	_ = w.WriteByte('[') // bufio.Writer keeps its first error for Flush
	var line []byte
	between := "\n"
	err := all(func(row *schooldb.Row) error {
		_, _ = w.WriteString(between)
		between = ",\n"
		var err error
		if line, err = row.AppendJSON(line[:0], columns); err != nil {
			return err
		}
		_, err = w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	if between != "\n" {
		_ = w.WriteByte('\n')
	}
	_, _ = w.WriteString("]\n")
	return w.Flush()
}

// headings returns the columns as they are printed: in CSV a mean is all four of its numbers.
func headings(columns []string, csv bool) []string {
	var names []string
	for _, column := range columns {
		if csv && column == schooldb.MeanColumn {
			names = append(names, "num", "den", "avg", "avg2")
			continue
		}
		names = append(names, column)
	}
	return names
}

func cells(row *schooldb.Row, columns []string, csv bool) []any {
	var values []any
	for _, column := range columns {
		value := row.Cell(column)
		switch {
		case csv && column == schooldb.MeanColumn && value == nil:
			values = append(values, nil, nil, nil, nil)
		case csv && column == schooldb.MeanColumn:
			num, den := row.Mean.Fraction()
			values = append(values, num, den, row.Mean.Float(), row.Mean.String())
		default:
			values = append(values, value)
		}
	}
	return values
}
