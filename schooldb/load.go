package schooldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/uptrace/bun"
)

// record is one row of a kind's table: an int64, a string or nil for each of its fields.
type record []any

// source gives records one after the other, and io.EOF after the last. A record is valid until the next call.
type source interface {
	next() (record, error)
}

// load adds all records of the sources, which come in the order of Kinds, in one transaction, and keeps the sums.
// much says that there are more grades to come than there are already: then the sums are computed anew, and made,
// if not nil, is told how far that is.
func (s *School) load(ctx context.Context, much bool, open func(Kind) (source, error), made func(n, of int)) error {
	if s.dialect == postgres {
		return s.copyIn(ctx, open)
	}
	path, err := s.path(ctx)
	if err != nil {
		return err
	}
	if much && path != "" {
		return bulk(ctx, path, open, made)
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, kind := range Kinds() {
			src, err := open(kind)
			if err != nil {
				return err
			}
			if src == nil {
				continue
			}
			if err := insertAll(ctx, tx, kind, src); err != nil {
				return fmt.Errorf("%s: %w", kind.Table(), err)
			}
		}
		return nil
	})
}

// path returns the absolute path of the SQLite file, "" for a database in memory.
func (s *School) path(ctx context.Context) (string, error) {
	var path string
	err := s.db.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path)
	return path, err
}

// insertAll inserts the records of src through prepared statements of many rows.
func insertAll(ctx context.Context, tx bun.Tx, kind Kind, src source) error {
	const rows = 100
	width := len(kind.columns())
	many, err := tx.PrepareContext(ctx, insertStatement(kind, rows))
	if err != nil {
		return err
	}
	defer many.Close()
	args := make([]any, 0, rows*width)
	for {
		record, err := src.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		args = append(args, record...)
		if len(args) == cap(args) {
			if _, err := many.ExecContext(ctx, args...); err != nil {
				return err
			}
			args = args[:0]
		}
	}
	if len(args) == 0 {
		return nil
	}
	rest, err := tx.PrepareContext(ctx, insertStatement(kind, len(args)/width))
	if err != nil {
		return err
	}
	defer rest.Close()
	_, err = rest.ExecContext(ctx, args...)
	return err
}

func insertStatement(kind Kind, rows int) string {
	columns := kind.columns()
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	return "INSERT INTO " + kind.Table() + " (" + strings.Join(columns, ", ") + ") VALUES " +
		row + strings.Repeat(", "+row, rows-1)
}
