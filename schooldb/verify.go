package schooldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// Difference is a stored sum that differs from the recomputed one.
type Difference struct {
	Table string `json:"table"`
	Row   string `json:"row"`
	Kept  bool   `json:"kept"` // whether the row is in the table and should not be, or should be and is not
}

// String says what is wrong.
func (d Difference) String() string {
	if d.Kept {
		return d.Table + ": wrong: " + d.Row
	}
	return d.Table + ": missing: " + d.Row
}

// maxDifferences is how many differences of a table Verify returns.
const maxDifferences = 5

// Verify recomputes all sums, as of one moment, and returns the first differences of every table of sums.
func (s *School) Verify(ctx context.Context) ([]Difference, error) {
	var differences []Difference
	err := s.db.Reader.RunInTx(
		ctx,
		&sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		func(ctx context.Context, tx bun.Tx) error {
			var err error
			differences, err = s.differences(ctx, tx)
			return err
		},
	)
	return differences, failed("", err)
}

// Repair recomputes all sums and stores them. It returns what Verify would have found before.
func (s *School) Repair(ctx context.Context) ([]Difference, error) {
	var differences []Difference
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lock(ctx, tx); err != nil {
			return err
		}
		var err error
		if differences, err = s.differences(ctx, tx); err != nil || len(differences) == 0 {
			return err
		}
		for _, sum := range statement.Sums() {
			for _, text := range sum.Remake(s.dialect) {
				if _, err := tx.ExecContext(ctx, text); err != nil {
					return fmt.Errorf("repair %s: %w", sum.Table, err)
				}
			}
		}
		return nil
	})
	return differences, failed("", err)
}

// differences returns the first differences of every table of sums.
func (s *School) differences(ctx context.Context, tx bun.Tx) ([]Difference, error) {
	var differences []Difference
	for _, sum := range statement.Sums() {
		kept := "SELECT " + strings.Join(sum.Columns, ", ") + " FROM " + sum.Table
		truth := sum.Truth.In(s.dialect)
		for _, wrong := range []bool{true, false} {
			text := kept + " EXCEPT " + truth
			if !wrong {
				text = truth + " EXCEPT " + kept
			}
			rows, err := describe(
				ctx,
				tx,
				sum.Columns,
				fmt.Sprintf("SELECT * FROM (%s) AS d ORDER BY 1, 2 LIMIT %d", text, maxDifferences),
			)
			if err != nil {
				return nil, fmt.Errorf("verify %s: %w", sum.Table, err)
			}
			for _, row := range rows {
				differences = append(differences, Difference{Table: sum.Table, Row: row, Kept: wrong})
			}
		}
	}
	return differences, nil
}

// describe runs a query and returns its rows as "column=value" texts.
func describe(ctx context.Context, tx bun.Tx, columns []string, text string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var described []string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		var b strings.Builder
		for i, column := range columns {
			switch value := values[i].(type) {
			case nil:
				fmt.Fprintf(&b, " %s=none", column)
			case string:
				fmt.Fprintf(&b, " %s=%q", column, value)
			default:
				fmt.Fprintf(&b, " %s=%v", column, value)
			}
		}
		described = append(described, b.String()[1:])
	}
	return described, rows.Err()
}
