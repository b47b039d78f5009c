package schooldb

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/schooldb/internal/publish"
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

	step func() // called around each file that is moved into place, for tests
}

// exportSnapshot is the transaction of an export: everything is as of one moment.
func exportSnapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// Export writes all records, as of one moment, to a folder of the files that Import reads; it creates the folder. After
// an error the old files are still there, and no new folder is; when the process dies while they are being replaced,
// the next export or import finishes that. Records are ordered by their keys, so exports of equal databases are equal.
func (s *School) Export(ctx context.Context, dir string, o ExportOptions) (err error) {
	made := false
	if _, missing := os.Stat(dir); errors.Is(missing, fs.ErrNotExist) {
		made = true
	}
	if err := atomicfile.MkdirAll(dir, 0o700); err != nil {
		return failed("export", err)
	}
	files := publish.New(dir, tables(), o.step)
	defer func() {
		files.GiveUp()
		if err != nil && made {
			_ = os.Remove(dir) // stays if something is in it
		}
	}()
	err = s.db.Reader.RunInTx(ctx, exportSnapshot(), func(ctx context.Context, tx bun.Tx) error {
		for _, kind := range Kinds() {
			file, err := files.Create(kind.Table())
			if err != nil {
				return err
			}
			if err := exportText(ctx, tx, kind, o, file); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = files.Put()
	}
	return failed("export", err)
}

// exportText writes the records of one kind as CSV.
func exportText(ctx context.Context, tx bun.Tx, kind Kind, o ExportOptions, out io.Writer) error {
	w := bufio.NewWriterSize(out, 256<<10)
	comma, end, begin := byte(','), "\n", ""
	if o.Excel {
		comma, end, begin = ';', "\r\n", "\ufeff"
	}
	// Bufio.Writer keeps its first error for Flush.
	_, _ = w.WriteString(begin + strings.Join(kind.Columns(), string(comma)) + end)
	var line []byte
	err := eachRecord(ctx, tx, kind, func(r Record) error {
		line = o.appendRecord(line[:0], r.pointers(), comma)
		line = append(line, end...)
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// eachRecord calls each with the records of a kind, in the order of their keys. It is always the same Record.
func eachRecord(ctx context.Context, tx bun.Tx, kind Kind, each func(Record) error) error {
	order := "id"
	if kind == EnrolmentKind {
		order = "student_id, subject_id"
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+columnList(kind)+" FROM "+kind.Table()+" ORDER BY "+order)
	if err != nil {
		return err
	}
	defer rows.Close()
	r := kind.New()
	into := targets(r)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// escape puts an apostrophe before what looks like a formula, if the options say so.
func (o ExportOptions) escape(name string) string {
	if o.EscapeFormulas && strings.IndexByte("=+-@\t\r", name[0]) >= 0 {
		return "'" + name
	}
	return name
}

// appendRecord appends a line of a file, without its line end. pointers are those of the Record.
func (o ExportOptions) appendRecord(line []byte, pointers []any, comma byte) []byte {
	for i, pointer := range pointers {
		if i > 0 {
			line = append(line, comma)
		}
		switch p := pointer.(type) {
		case *string:
			line = rfc4180.AppendField(line, o.escape(*p))
		case *Mark:
			from := len(line)
			line = p.append(line)
			if point := bytes.IndexByte(line[from:], '.'); point >= 0 && o.Excel {
				line[from+point] = ','
			}
		case *Day:
			line = append(line, *p...)
		case *int64:
			if *p != 0 {
				line = strconv.AppendInt(line, *p, 10)
			}
		}
	}
	return line
}
