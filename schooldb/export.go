package schooldb

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
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
}

// Export writes all records, as of one moment, to the files of Import in a folder, which it creates. Each file is
// replaced whole; records are ordered by their keys, so exports of equal databases are equal.
func (s *School) Export(ctx context.Context, dir string, o ExportOptions) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	snapshot := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	err := s.db.Reader.RunInTx(ctx, snapshot, func(ctx context.Context, tx bun.Tx) error {
		for _, kind := range Kinds() {
			name := filepath.Join(dir, kind.Table()+".csv")
			err := atomicfile.Write(name, 0o600, func(w io.Writer) error { return export(ctx, tx, kind, o, w) })
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// export writes the records of one kind.
func export(ctx context.Context, tx bun.Tx, kind Kind, o ExportOptions, out io.Writer) error {
	w := bufio.NewWriterSize(out, 256<<10)
	columns := kind.columns()
	order := "id"
	if kind == EnrolmentKind {
		order = "student_id, subject_id"
	}
	header := strings.Join(columns, ",")
	_, _ = w.WriteString(header + "\n") // bufio.Writer keeps its first error for Flush
	rows, err := tx.QueryContext(ctx, "SELECT "+header+" FROM "+kind.Table()+" ORDER BY "+order)
	if err != nil {
		return err
	}
	defer rows.Close()
	var target exportTarget
	into := target.columns(columns)
	var line []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		line = target.append(line[:0], columns, o)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return w.Flush()
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

// append appends a line of the file.
func (t *exportTarget) append(line []byte, columns []string, o ExportOptions) []byte {
	for i, column := range columns {
		if i > 0 {
			line = append(line, ',')
		}
		switch column {
		case "name":
			name := t.name
			if o.EscapeFormulas && bytes.IndexByte([]byte("=+-@\t\r"), name[0]) >= 0 {
				name = append([]byte{'\''}, name...)
			}
			line = rfc4180.AppendField(line, name)
		case "grade":
			line = t.grade.append(line)
		case "received_on":
			line = append(line, t.day...)
		default:
			if t.numbers[i].Valid {
				line = strconv.AppendInt(line, t.numbers[i].Int64, 10)
			}
		}
	}
	return append(line, '\n')
}
