package schooldb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyIn loads everything into PostgreSQL by COPY, one for each kind, in one transaction. The triggers see each COPY as
// one statement.
func (s *School) copyIn(ctx context.Context, open func(Kind) (source, error)) error {
	conn, err := s.db.DB.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		return pgx.BeginFunc(ctx, pg, func(tx pgx.Tx) error {
			// A COPY cannot be repeated, so nobody may bring it into a deadlock.
			if _, err := tx.Exec(ctx, lockTables); err != nil {
				return err
			}
			for _, kind := range Kinds() {
				src, err := open(kind)
				if err != nil {
					return err
				}
				if src == nil {
					continue
				}
				rows := &copySource{src: src}
				_, err = tx.CopyFrom(ctx, pgx.Identifier{kind.Table()}, kind.Columns(), rows)
				// The server's answer to a COPY that its client gave up says less than why it did.
				if err := cmp.Or(rows.Err(), err); err != nil {
					return fmt.Errorf("%s: %w", kind.Table(), err)
				}
			}
			return nil
		})
	})
}

// copySource is a source as pgx reads it.
type copySource struct {
	src    source
	record record
	err    error
}

func (c *copySource) Next() bool {
	c.record, c.err = c.src.next()
	return c.err == nil
}

func (c *copySource) Values() ([]any, error) { return c.record, nil }

func (c *copySource) Err() error {
	if errors.Is(c.err, io.EOF) {
		return nil
	}
	return c.err
}
