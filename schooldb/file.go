package schooldb

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/rfc4180"
)

// WrongRow is a row of a file that cannot be imported.
type WrongRow struct {
	File   string // its name without the folder
	Line   int    // the physical line on which the record starts
	Column string // the header's name, "-" when the whole record is wrong
	Reason string
}

// String returns FILE:LINE:COLUMN: reason.
func (w *WrongRow) String() string {
	return fmt.Sprintf("%s:%d:%s: %s", w.File, w.Line, w.Column, w.Reason)
}

// Error is String.
func (w *WrongRow) Error() string { return w.String() }

// csvFile is a file of records of one kind. It is a source.
type csvFile struct {
	kind   Kind
	fields []field // of the kind
	name   string
	file   *os.File
	reader *rfc4180.Reader
	order  []int // the field of the kind that each column of the file is
	record record
	days   map[string]any // texts that ParseDay accepted
	read   func()         // called for every record
}

// openFile opens the file of a kind in a folder and reads its header; nil when an optional file is not there. Wrong
// headers are given to wrong, and then it returns nil too.
func openFile(dir string, kind Kind, wrong func(*WrongRow)) (*csvFile, error) {
	f := &csvFile{kind: kind, fields: kind.fields(), name: kind.Table() + ".csv", days: map[string]any{}, read: func() {}}
	file, err := os.Open(filepath.Join(dir, f.name))
	if errors.Is(err, fs.ErrNotExist) && kind == EnrolmentKind {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f.file, f.reader = file, rfc4180.NewReader(file)
	f.record = make(record, len(f.fields))
	mistakes, err := f.header()
	for i := range mistakes {
		wrong(&mistakes[i])
	}
	if err != nil || len(mistakes) > 0 {
		return nil, errors.Join(err, file.Close())
	}
	return f, nil
}

func (f *csvFile) close() error { return f.file.Close() }

// header reads the first record, which names the columns in any order.
func (f *csvFile) header() ([]WrongRow, error) {
	names, err := f.reader.Read()
	var bad *rfc4180.RecordError
	switch {
	case errors.Is(err, io.EOF):
		return []WrongRow{{f.name, 1, "-", "the header line is missing"}}, nil
	case errors.As(err, &bad):
		return []WrongRow{{f.name, f.reader.Line(), "-", bad.Reason}}, nil
	case err != nil:
		return nil, f.failed(err)
	}
	columns := f.kind.columns()
	var mistakes []WrongRow
	mistake := func(column, reason string) {
		mistakes = append(mistakes, WrongRow{f.name, f.reader.Line(), column, reason})
	}
	for _, bytes := range names {
		name := string(bytes)
		i := slices.Index(columns, strings.ToLower(strings.TrimSpace(name)))
		switch {
		case i < 0:
			mistake(name, "the column is unknown; the file has "+strings.Join(columns, ", "))
		case slices.Contains(f.order, i):
			mistake(name, "the column is there twice")
		}
		f.order = append(f.order, i)
	}
	for i, name := range columns {
		if !slices.Contains(f.order, i) {
			mistake(name, "the column is missing")
		}
	}
	return mistakes, nil
}

// next returns the next record, io.EOF, or a *WrongRow, after which it goes on. The record holds what could be read
// also of a wrong row, nil in its other fields.
func (f *csvFile) next() (record, error) {
	clear(f.record)
	texts, err := f.reader.Read()
	var bad *rfc4180.RecordError
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.As(err, &bad):
		return f.record, f.wrong("-", bad.Reason)
	case err != nil:
		return nil, f.failed(err)
	case len(texts) != len(f.order):
		return f.record, f.wrong("-", fmt.Sprintf("there are %d fields, the header has %d", len(texts), len(f.order)))
	}
	f.read()
	var first error
	for i, text := range texts {
		field := &f.fields[f.order[i]]
		value, err := f.parse(field, text)
		if err != nil && first == nil {
			first = f.wrong(field.name, field.name+" "+err.Error())
		}
		f.record[f.order[i]] = value
	}
	return f.record, first
}

// parse reads one field; on an error the value is nil.
func (f *csvFile) parse(field *field, text []byte) (any, error) {
	switch {
	case field.maybe && len(text) == 0:
		return nil, nil
	case field.name == "name":
		name := string(text)
		return value2(name, CheckName(name))
	case field.name == "grade":
		grade, err := ParseGrade(text)
		return value2(int64(grade), err)
	case field.name == "received_on":
		if day, ok := f.days[string(text)]; ok {
			return day, nil
		}
		day, err := ParseDay(string(text))
		if err != nil {
			return nil, err
		}
		if len(f.days) == 10_000 {
			clear(f.days)
		}
		f.days[day] = day
		return f.days[day], nil
	}
	id, err := ParseID(text)
	return value2(id, err)
}

func value2[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (f *csvFile) wrong(column, reason string) *WrongRow {
	return &WrongRow{f.name, f.reader.Line(), column, reason}
}

// failed says which file could not be read.
func (f *csvFile) failed(err error) error { return fmt.Errorf("read %s: %w", f.file.Name(), err) }
