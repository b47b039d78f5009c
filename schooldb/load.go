package schooldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// source returns records one after the other, and io.EOF after the last. A record is valid until the next call.
type source interface {
	next() (record, error)
}

// load adds all records of the sources, which come in the order of Kinds, in one transaction, and keeps the sums. much
// says that many grades come, compared with those that exist: then the sums are recomputed, and made, if not nil, is
// told the progress.
func (s *School) load(ctx context.Context, much bool, open func(Kind) (source, error), made func(n, of int)) error {
	if s.dialect == statement.Postgres {
		return s.copyIn(ctx, much, open, made)
	}
	if much && s.db.Path() != "" {
		return s.bulk(ctx, open, made)
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

// insertAll inserts the records of src through prepared statements of many rows.
func insertAll(ctx context.Context, tx bun.Tx, kind Kind, src source) error {
	const rows = 100
	width := len(kind.Columns())
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
	row := "(?" + strings.Repeat(", ?", len(kind.fields())-1) + ")"
	return "INSERT INTO " + kind.Table() + " (" + columnList(kind) + ") VALUES " +
		row + strings.Repeat(", "+row, rows-1)
}

// columnList returns the columns of a kind's table as a statement has them.
func columnList(kind Kind) string { return strings.Join(kind.Columns(), ", ") }
