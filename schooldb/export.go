package schooldb

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/schooldb/internal/rfc4180"
)

// ExportOptions say how Export writes.
type ExportOptions struct {
	// EscapeFormulas puts an apostrophe before names that a spreadsheet would take for a formula: those that begin with
	// =, +, -, @, a tab or a carriage return. Such an export does not import to the same names.
	EscapeFormulas bool

	// Excel writes CSV as Excel reads it where decimals have a comma: with a byte order mark, semicolons, decimal
	// commas and CR LF.
	Excel bool
}

// exportSnapshot is the transaction of an export: everything is as of one moment.
func exportSnapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// Export writes all records, as of one moment, to the files of Import in a folder, which it creates. An error
// leaves the files that were there, and no new folder. Records are ordered by their keys, so exports of equal
// databases are equal.
func (s *School) Export(ctx context.Context, dir string, o ExportOptions) (err error) {
	made := false
	if _, missing := os.Stat(dir); errors.Is(missing, fs.ErrNotExist) {
		made = true
	}
	if err := atomicfile.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	var written []*atomicfile.File
	defer func() {
		for _, file := range written {
			file.Close() // does nothing to a file in its place
		}
		if err != nil && made {
			_ = os.Remove(dir) // stays if something is in it
		}
	}()
	err = s.db.Reader.RunInTx(ctx, exportSnapshot(), func(ctx context.Context, tx bun.Tx) error {
		for _, kind := range Kinds() {
			file, err := atomicfile.Create(filepath.Join(dir, kind.Table()+".csv"), 0o600)
			if err != nil {
				return err
			}
			written = append(written, file)
			if err := exportText(ctx, tx, kind, o, file); err != nil {
				return err
			}
		}
		return nil
	})
	// All are written now; what is left is to rename each.
	for _, file := range written {
		if err == nil {
			err = file.Commit()
		}
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// exportText writes the records of one kind as CSV.
func exportText(ctx context.Context, tx bun.Tx, kind Kind, o ExportOptions, out io.Writer) error {
	w := bufio.NewWriterSize(out, 256<<10)
	columns := kind.columns()
	comma, end, begin := byte(','), "\n", ""
	if o.Excel {
		comma, end, begin = ';', "\r\n", "\ufeff"
	}
	_, _ = w.WriteString(begin + strings.Join(columns, string(comma)) + end) // bufio.Writer keeps its first error for Flush
	var line []byte
	err := eachRecord(ctx, tx, kind, func(t *exportTarget) error {
		line = t.append(line[:0], columns, comma, o)
		line = append(line, end...)
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// eachRecord gives the records of a kind to each, in the order of their keys.
func eachRecord(ctx context.Context, tx bun.Tx, kind Kind, each func(*exportTarget) error) error {
	columns := kind.columns()
	order := "id"
	if kind == EnrolmentKind {
		order = "student_id, subject_id"
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+kind.Table()+" ORDER BY "+order)
	if err != nil {
		return err
	}
	defer rows.Close()
	var target exportTarget
	into := target.columns(columns)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := each(&target); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exportTarget is where database/sql puts the fields of a record.
type exportTarget struct {
	numbers [3]sql.NullInt64
	name    sql.RawBytes
	grade   Grade
	day     day
}

func (t *exportTarget) columns(names []string) []any {
	into := make([]any, len(names))
	for i, name := range names {
		switch name {
		case "name":
			into[i] = &t.name
		case "grade":
			into[i] = &t.grade
		case "received_on":
			into[i] = &t.day
		default:
			into[i] = &t.numbers[i]
		}
	}
	return into
}

// escape puts an apostrophe before what looks like a formula, if the options want it.
func (o ExportOptions) escape(name []byte) []byte {
	if o.EscapeFormulas && bytes.IndexByte([]byte("=+-@\t\r"), name[0]) >= 0 {
		return append([]byte{'\''}, name...)
	}
	return name
}

// append appends the fields of a line of the file.
func (t *exportTarget) append(line []byte, columns []string, comma byte, o ExportOptions) []byte {
	for i, column := range columns {
		if i > 0 {
			line = append(line, comma)
		}
		switch column {
		case "name":
			line = rfc4180.AppendField(line, o.escape(t.name))
		case "grade":
			from := len(line)
			line = t.grade.append(line)
			if point := bytes.IndexByte(line[from:], '.'); point >= 0 && o.Excel {
				line[from+point] = ','
			}
		case "received_on":
			line = append(line, t.day...)
		default:
			if t.numbers[i].Valid {
				line = strconv.AppendInt(line, t.numbers[i].Int64, 10)
			}
		}
	}
	return line
}
