package sheet

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds the size of a spreadsheet when it is unpacked.
const maxUnzipped = 2 << 30

func xlsxOptions() excelize.Options {
	return excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped}
}

func xlsxTables(path string, size int64) ([]Table, error) {
	book, err := excelize.OpenFile(path, xlsxOptions())
	if err != nil {
		return nil, damaged(path, err)
	}
	defer book.Close()
	var all []Table
	for _, name := range book.GetSheetList() {
		t := Table{
			Name: name, File: filepath.Base(path) + "/" + name, Size: size, Padded: true,
			open: func() (Rows, error) { return openXLSX(path, name) },
		}
		if some, err := holdsAnything(&t); err != nil {
			return nil, err
		} else if some {
			all = append(all, t)
		}
	}
	return all, nil
}

// damaged says what is wrong with a spreadsheet, in the user's words.
func damaged(path string, err error) error {
	if errors.Is(err, excelize.ErrWorkbookPassword) || errors.Is(err, excelize.ErrWorkbookFileFormat) {
		return fmt.Errorf(
			"%s is protected by a password or is not a spreadsheet (save it without a password as XLSX)",
			filepath.Base(path),
		)
	}
	return fmt.Errorf("%s is damaged: %w (save it again)", filepath.Base(path), err)
}

// holdsAnything reports whether a table has a row that is not empty.
func holdsAnything(t *Table) (bool, error) {
	rows, err := t.Open()
	if err != nil {
		return false, err
	}
	defer rows.Close()
	_, err = rows.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// xlsxRows are the rows of a sheet of a workbook.
type xlsxRows struct {
	path  string
	book  *excelize.File
	rows  *excelize.Rows
	line  int
	cells [][]byte

	since1904 bool
}

// Since1904 reports whether the workbook counts days from 1904, as those of old Macs do.
func (r *xlsxRows) Since1904() bool { return r.since1904 }

func openXLSX(path, name string) (Rows, error) {
	book, err := excelize.OpenFile(path, xlsxOptions())
	if err != nil {
		return nil, damaged(path, err)
	}
	rows, err := book.Rows(name)
	if err != nil {
		return nil, errors.Join(damaged(path, err), book.Close())
	}
	r := &xlsxRows{path: path, book: book, rows: rows}
	if properties, err := book.GetWorkbookProps(); err == nil && properties.Date1904 != nil {
		r.since1904 = *properties.Date1904
	}
	return r, nil
}

// Read returns the next row that is not empty.
func (r *xlsxRows) Read() ([][]byte, error) {
	for r.rows.Next() {
		r.line++
		texts, err := r.rows.Columns(xlsxOptions())
		if err != nil {
			return nil, damaged(r.path, err)
		}
		r.cells = r.cells[:0]
		empty := true
		for _, text := range texts {
			r.cells = append(r.cells, []byte(shortest(unescape(text))))
			empty = empty && strings.TrimSpace(text) == ""
		}
		if !empty {
			return r.cells, nil
		}
	}
	if err := r.rows.Error(); err != nil {
		return nil, damaged(r.path, err)
	}
	return nil, io.EOF
}

// Line returns the number of the row.
func (r *xlsxRows) Line() int { return r.line }

// Close closes the workbook.
func (r *xlsxRows) Close() error { return errors.Join(r.rows.Close(), r.book.Close()) }

// shortest returns a number as a person has typed it: a workbook keeps seventeen digits of 8.3, which is
// 8.3000000000000007.
func shortest(text string) string {
	if len(text) < 12 || !strings.Contains(text, ".") || strings.Trim(text, "0123456789.Ee+-") != "" {
		return text
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// unescape reads _xHHHH_ (ECMA-376, 22.9.2.19), which excelize leaves as it is where a text is stored in its cell.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		r, err := strconv.ParseUint(code[2:6], 16, 16)
		if err != nil {
			return code
		}
		return string(rune(r))
	})
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)
