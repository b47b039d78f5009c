package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// The names of OpenDocument 1.3, part 3.
const (
	tableSpace  = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
	officeSpace = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
	textSpace   = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
)

// maxColumns bounds the columns of a row: a format that is laid over a whole row repeats empty cells to the last
// column.
const maxColumns = 1024

func odsTables(path string, size int64) ([]Table, error) {
	names, err := odsNames(path)
	if err != nil {
		return nil, err
	}
	var all []Table
	for i, name := range names {
		t := Table{
			Name: name, File: filepath.Base(path) + "/" + name, Size: size, Padded: true,
			open: func() (Rows, error) { return openODS(path, i) },
		}
		if some, err := holdsAnything(&t); err != nil {
			return nil, err
		} else if some {
			all = append(all, t)
		}
	}
	return all, nil
}

// odsNames returns the names of the tables.
func odsNames(path string) ([]string, error) {
	r, err := openODS(path, -1)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var names []string
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, r.failed(err)
		}
		if start, ok := token.(xml.StartElement); ok && isElement(start, tableSpace, "table") {
			names = append(names, attribute(start, tableSpace, "name"))
		}
	}
}

// odsRows are the rows of a table of an OpenDocument spreadsheet.
type odsRows struct {
	path    string
	archive *zip.ReadCloser
	content io.ReadCloser
	decoder *xml.Decoder

	line   int
	cells  [][]byte
	repeat int // how often the row comes again
}

// openODS opens a file at the table with this number, at none with -1.
func openODS(path string, table int) (*odsRows, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged (save it again)", filepath.Base(path))
	}
	content, err := archive.Open("content.xml")
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	r := &odsRows{
		path:    path,
		archive: archive,
		content: content,
		decoder: xml.NewDecoder(io.LimitReader(content, maxUnzipped)),
	}
	for table >= 0 {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, errors.Join(r.failed(err), r.Close())
		}
		if start, ok := token.(xml.StartElement); ok && isElement(start, tableSpace, "table") {
			table--
		}
	}
	return r, nil
}

func (r *odsRows) failed(err error) error {
	return fmt.Errorf("%s is damaged: %w (save it again)", filepath.Base(r.path), err)
}

// Close closes the file.
func (r *odsRows) Close() error { return errors.Join(r.content.Close(), r.archive.Close()) }

// Line returns the number of the row.
func (r *odsRows) Line() int { return r.line }

// Read returns the next row that is not empty.
func (r *odsRows) Read() ([][]byte, error) {
	if r.repeat > 0 {
		r.repeat--
		r.line++
		return r.cells, nil
	}
	for {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, r.failed(err)
		}
		switch token := token.(type) {
		case xml.EndElement:
			if token.Name.Space == tableSpace && token.Name.Local == "table" {
				return nil, io.EOF
			}
		case xml.StartElement:
			if !isElement(token, tableSpace, "table-row") {
				continue
			}
			times := repeated(token, "number-rows-repeated")
			some, err := r.row()
			if err != nil {
				return nil, r.failed(err)
			}
			r.line++
			if some {
				r.repeat = times - 1
				return r.cells, nil
			}
			r.line += times - 1
		}
	}
}

// row reads the cells of a row and reports whether any is not empty.
func (r *odsRows) row() (bool, error) {
	r.cells = r.cells[:0]
	some := false
	for {
		token, err := r.decoder.Token()
		if err != nil {
			return false, err
		}
		switch token := token.(type) {
		case xml.EndElement:
			if token.Name.Local == "table-row" {
				return some, nil
			}
		case xml.StartElement:
			if token.Name.Local != "table-cell" && token.Name.Local != "covered-table-cell" {
				if err := r.decoder.Skip(); err != nil {
					return false, err
				}
				continue
			}
			cell, err := r.cell(token)
			if err != nil {
				return false, err
			}
			some = some || strings.TrimSpace(cell) != ""
			for range min(repeated(token, "number-columns-repeated"), maxColumns-len(r.cells)) {
				r.cells = append(r.cells, []byte(cell))
			}
		}
	}
}

// cell returns the value of a cell: a number or a day as it is stored, else its text.
func (r *odsRows) cell(start xml.StartElement) (string, error) {
	var paragraphs []string
	for depth := 1; depth > 0; {
		token, err := r.decoder.Token()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch {
			case isElement(token, officeSpace, "annotation"): // a comment
				if err := r.decoder.Skip(); err != nil {
					return "", err
				}
				continue
			case isElement(token, textSpace, "p"):
				paragraphs = append(paragraphs, "")
			case isElement(token, textSpace, "s") && len(paragraphs) > 0:
				paragraphs[len(paragraphs)-1] += strings.Repeat(" ", min(1024, max(1, number(attribute(token, textSpace, "c")))))
			case isElement(token, textSpace, "tab") && len(paragraphs) > 0:
				paragraphs[len(paragraphs)-1] += "\t"
			case isElement(token, textSpace, "line-break") && len(paragraphs) > 0:
				paragraphs[len(paragraphs)-1] += "\n"
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth > 1 && len(paragraphs) > 0 {
				paragraphs[len(paragraphs)-1] += string(token)
			}
		}
	}
	switch attribute(start, officeSpace, "value-type") {
	case "float", "percentage", "currency":
		return shortest(attribute(start, officeSpace, "value")), nil
	case "date":
		return attribute(start, officeSpace, "date-value"), nil
	}
	return strings.Join(paragraphs, "\n"), nil
}

func isElement(e xml.StartElement, space, name string) bool {
	return e.Name.Space == space && e.Name.Local == name
}

func attribute(e xml.StartElement, space, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == space && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func repeated(e xml.StartElement, name string) int {
	return max(1, number(attribute(e, tableSpace, name)))
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
