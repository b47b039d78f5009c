// Package sheet reads tables as spreadsheets write them: CSV in UTF-8, UTF-16 and Windows-1251, XLSX and ODS. Every
// cell is text; what it means is up to the caller.
package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Rows returns the rows of a table one after the other.
type Rows interface {
	// Read returns the cells of the next row, which are valid until the next Read, and io.EOF after the last. A row that
	// cannot be read is an *rfc4180.RecordError; the next Read goes on after it.
	Read() ([][]byte, error)

	// Line returns the line, or the row of the spreadsheet, counted from 1, of what Read returned last.
	Line() int

	Close() error
}

// Table is a table in a file, which can be read several times.
type Table struct {
	Name   string // of the sheet, or of the file without its extension
	File   string // what messages call it: grades.csv, or school.xlsx/grades
	Size   int64  // of the file in bytes
	Padded bool   // rows end with their last cell that is not empty

	open func() (Rows, error)
}

// Open opens the table. The caller closes the Rows.
func (t *Table) Open() (Rows, error) { return t.open() }

// Open returns the tables of a file, or of the files in a folder whose names without extension are wanted.
func Open(path string, wanted func(name string) bool) ([]Table, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return tables(path, info.Size())
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var all []Table
	for _, entry := range entries {
		extension := strings.ToLower(filepath.Ext(entry.Name()))
		name := strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name()))
		if !slices.Contains([]string{".csv", ".tsv", ".txt", ".xlsx", ".ods"}, extension) || !wanted(name) {
			continue
		}
		file := filepath.Join(path, entry.Name())
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		of, err := tables(file, info.Size())
		if err != nil {
			return nil, err
		}
		if len(of) > 1 {
			of = of[:1] // a file that is named after a table holds it in its first sheet
		}
		for i := range of {
			of[i].Name = name
		}
		all = append(all, of...)
	}
	return all, nil
}

// tables returns the tables of a file: one, or the sheets of a spreadsheet that hold anything.
func tables(path string, size int64) ([]Table, error) {
	kind, err := kindOf(path)
	if err != nil {
		return nil, err
	}
	switch kind {
	case workbook:
		return xlsxTables(path, size)
	case openDocument:
		return odsTables(path, size)
	case oldWorkbook:
		return nil, fmt.Errorf("%s is a spreadsheet of Excel 97 to 2003 (save it as XLSX)", filepath.Base(path))
	}
	base := filepath.Base(path)
	return []Table{{
		Name: strings.TrimSuffix(base, filepath.Ext(base)), File: base, Size: size,
		open: func() (Rows, error) { return openText(path) },
	}}, nil
}

type kind int

const (
	text kind = iota
	workbook
	openDocument
	oldWorkbook
)

// kindOf looks into a file: its name may be wrong.
func kindOf(path string) (kind, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return text, err // what is read from a pipe is gone
	}
	file, err := os.Open(path)
	if err != nil {
		return text, err
	}
	defer file.Close() // only read
	head := make([]byte, 8)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return text, fmt.Errorf("read %s: %w", path, err)
	}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return oldWorkbook, nil
	case !bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return text, nil
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return text, fmt.Errorf("%s is damaged (save it again)", filepath.Base(path))
	}
	defer archive.Close()
	for _, f := range archive.File {
		switch f.Name {
		case "xl/workbook.xml":
			return workbook, nil
		case "content.xml":
			return openDocument, nil
		}
	}
	return text, fmt.Errorf("%s is not a spreadsheet (want XLSX, ODS or CSV)", filepath.Base(path))
}
