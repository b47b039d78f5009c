package schooldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/uptrace/bun"
	"github.com/xuri/excelize/v2"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// The limits of a sheet of a workbook, and of the numbers that it keeps exactly.
const (
	sheetRows = 1<<20 - 1 // below the header
	cellUnits = 32_767    // of UTF-16
	exact     = 1 << 53
)

// ExportWorkbook writes all records, as of one moment, to an XLSX file with a sheet for each kind. The file is
// replaced whole, or not at all.
func (s *School) ExportWorkbook(ctx context.Context, file string, o ExportOptions) error {
	err := atomicfile.Write(file, 0o600, func(w io.Writer) error {
		return s.db.Reader.RunInTx(ctx, exportSnapshot(), func(ctx context.Context, tx bun.Tx) error {
			book := excelize.NewFile()
			return errors.Join(writeBook(ctx, tx, book, o, w), book.Close())
		})
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func writeBook(ctx context.Context, tx bun.Tx, book *excelize.File, o ExportOptions, w io.Writer) error {
	format := "yyyy-mm-dd"
	day, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, kind := range Kinds() {
		if i == 0 {
			err = book.SetSheetName("Sheet1", kind.Table())
		} else {
			_, err = book.NewSheet(kind.Table())
		}
		if err != nil {
			return err
		}
		out, err := book.NewStreamWriter(kind.Table())
		if err != nil {
			return err
		}
		if err := writeSheet(ctx, tx, &sheetWriter{out: out, kind: kind, day: day, bold: bold, o: o}); err != nil {
			return fmt.Errorf("%s: %w", kind.Table(), err)
		}
	}
	return book.Write(w)
}

// sheetWriter writes the records of one kind.
type sheetWriter struct {
	out       *excelize.StreamWriter
	kind      Kind
	day, bold int // styles
	o         ExportOptions
	row       int
}

func writeSheet(ctx context.Context, tx bun.Tx, w *sheetWriter) error {
	columns := w.kind.columns()
	for i, column := range columns {
		width := 14.0
		if column == "name" {
			width = 36
		}
		if err := w.out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	// The header stays in sight.
	err := w.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i, column := range columns {
		cells[i] = excelize.Cell{StyleID: w.bold, Value: column}
	}
	if err := w.write(cells); err != nil {
		return err
	}
	err = eachRecord(ctx, tx, w.kind, func(t *exportTarget) error {
		if w.row > sheetRows {
			return fmt.Errorf("a sheet holds no more than %d (export to CSV: schooldb export DIR)", sheetRows)
		}
		for i, column := range columns {
			var err error
			if cells[i], err = w.cell(t, i, column); err != nil {
				return err
			}
		}
		return w.write(cells)
	})
	if err != nil {
		return err
	}
	return w.out.Flush()
}

func (w *sheetWriter) write(cells []any) error {
	w.row++
	first, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return err
	}
	return w.out.SetRow(first, cells)
}

// cell returns what a field of a record is in a sheet: a number or a day where that keeps it exactly, else a text.
func (w *sheetWriter) cell(t *exportTarget, i int, column string) (any, error) {
	switch column {
	case "name":
		name := string(w.o.escape(t.name))
		if len(utf16.Encode([]rune(name))) > cellUnits {
			return nil, fmt.Errorf("a cell holds no more than %d characters, a name is longer (export to CSV: schooldb export DIR)", cellUnits)
		}
		return cellText(name), nil
	case "grade":
		return float64(t.grade) / 100, nil
	case "received_on":
		at, err := time.Parse(time.DateOnly, string(t.day))
		if err != nil || at.Year() < 1901 { // a spreadsheet counts a day too many before
			return string(t.day), err
		}
		return excelize.Cell{StyleID: w.day, Value: at}, nil
	}
	switch id := t.numbers[i]; {
	case !id.Valid:
		return nil, nil
	case id.Int64 > exact:
		return fmt.Sprint(id.Int64), nil
	default:
		return id.Int64, nil
	}
}

// cellText writes a name so that a workbook keeps it: characters that XML does not have, or does not keep, stand as
// _xHHHH_, and what looks so as _x005F_xHHHH_ (ECMA-376, 22.9.2.19).
func cellText(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		case r == '_' && escaped.MatchString(name[i:]):
			b.WriteString("_x005F_")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var escaped = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)
