package schooldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
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
	return failed("export", err)
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
	fields := w.kind.fields()
	cells := make([]any, len(fields))
	for i, f := range fields {
		width := 14.0
		if f.form == nameForm {
			width = 36
		}
		cells[i] = excelize.Cell{StyleID: w.bold, Value: f.name}
		if err := w.out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	// The header stays visible.
	err := w.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	if err := w.write(cells); err != nil {
		return err
	}
	err = eachRecord(ctx, tx, w.kind, func(r Record) error {
		if w.row > sheetRows {
			return fmt.Errorf("a sheet holds no more than %d (export to CSV: schooldb export DIR)", sheetRows)
		}
		for i, pointer := range r.pointers() {
			var err error
			if cells[i], err = w.cell(pointer); err != nil {
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
func (w *sheetWriter) cell(pointer any) (any, error) {
	switch p := pointer.(type) {
	case *string:
		name := w.o.escape(*p)
		if len(utf16.Encode([]rune(name))) > cellUnits {
			return nil, fmt.Errorf("a cell holds no more than %d characters, a name is longer "+
				"(export to CSV: schooldb export DIR)", cellUnits)
		}
		return cellText(name), nil
	case *Mark:
		return float64(*p) / 100, nil
	case *Day:
		at, err := time.Parse(time.DateOnly, string(*p))
		if err != nil || at.Year() < 1901 { // before that day a spreadsheet counts one too many
			return string(*p), err
		}
		return excelize.Cell{StyleID: w.day, Value: at}, nil
	case *int64:
		switch id := *p; {
		case id == 0:
			return nil, nil
		case id > exact:
			return strconv.FormatInt(id, 10), nil
		default:
			return id, nil
		}
	}
	panic(fmt.Sprintf("schooldb: a field is %T", pointer))
}

// cellText writes a name so that a workbook keeps it: characters that XML does not have, or does not keep, become
// _xHHHH_, and what looks like that becomes _x005F_xHHHH_ (ECMA-376, 22.9.2.19).
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
