package schooldb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pythonweb/goweb/schooldb/internal/bulk"
)

// copyIn loads everything into PostgreSQL by COPY, one for each kind, in one transaction. The triggers see each COPY as
// one statement. If these are the first grades and many, indexes, foreign keys and sums are made at the end.
func (s *School) copyIn(ctx context.Context, much bool, open func(Kind) (source, error), made func(n, of int)) error {
	conn, err := s.db.DB.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		return pgx.BeginFunc(ctx, pg, func(tx pgx.Tx) error {
			// A COPY cannot be repeated, so it must not run into a deadlock.
			if _, err := tx.Exec(ctx, lockTables); err != nil {
				return err
			}
			var first []bulk.Part
			if much {
				if first, err = bulk.SetAsideFirst(ctx, tx); err != nil {
					return err
				}
			}
			for _, kind := range Kinds() {
				src, err := open(kind)
				if err != nil {
					return err
				}
				if src == nil {
					continue
				}
				rows := newCopySource(kind, src)
				_, err = tx.CopyFrom(ctx, pgx.Identifier{kind.Table()}, kind.Columns(), rows)
				// The server's answer to a COPY that its client aborted says less than the client's reason.
				if err := cmp.Or(rows.Err(), err); err != nil {
					return fmt.Errorf("%s: %w", kind.Table(), err)
				}
			}
			if len(first) > 0 {
				return bulk.RestoreFirst(ctx, tx, first, made)
			}
			return nil
		})
	})
}

// copySource is a source as pgx reads it.
type copySource struct {
	src    source
	days   []int // which fields are days
	record record
	err    error
}

func newCopySource(kind Kind, src source) *copySource {
	c := &copySource{src: src}
	for i, f := range kind.fields() {
		if f.form == dayForm {
			c.days = append(c.days, i)
		}
	}
	return c
}

func (c *copySource) Next() bool {
	c.record, c.err = c.src.next()
	return c.err == nil
}

// Values returns the record with its days as dates: for a string pgx tries all other ways first, which took two thirds
// of this process's time in an import.
func (c *copySource) Values() ([]any, error) {
	for _, i := range c.days {
		text, ok := c.record[i].(string)
		if !ok {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil, err
		}
		c.record[i] = pgtype.Date{Time: day, Valid: true}
	}
	return c.record, nil
}

func (c *copySource) Err() error {
	if errors.Is(c.err, io.EOF) {
		return nil
	}
	return c.err
}
