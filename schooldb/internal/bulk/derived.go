package bulk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// derived is what a SQLite database holds only because of other tables: triggers, indexes and sums. A load of many
// grades drops and recreates all of it, which is many times faster than to update it grade by grade.
type derived struct {
	objects []object
}

// object is an index or a trigger.
type object struct {
	Type, Name, Table, SQL string
}

// SetAside drops the triggers and indexes of the tables of records and of sums, and empties the sums.
func SetAside(ctx context.Context, tx bun.Tx, tables []string) (*derived, error) {
	for _, sum := range statement.Sums() {
		tables = append(tables, sum.Table)
	}
	d := &derived{}
	err := tx.NewRaw(`SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema
		WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN (?) ORDER BY rowid`,
		bun.List(tables)).Scan(ctx, &d.objects)
	if err != nil {
		return nil, err
	}
	for _, o := range d.objects {
		if _, err := tx.ExecContext(ctx, "DROP "+strings.ToUpper(o.Type)+" ?", bun.Ident(o.Name)); err != nil {
			return nil, err
		}
	}
	for _, sum := range statement.Sums() {
		if _, err := tx.ExecContext(ctx, "DELETE FROM ?", bun.Ident(sum.Table)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Restore recreates everything: the tables' indexes first, because the sums are computed from them, and the triggers
// last. made, if not nil, is told how many of all these have been made.
func (d *derived) Restore(ctx context.Context, tx bun.Tx, made func(n, of int)) error {
	if made == nil {
		made = func(int, int) {}
	}
	statements := d.statements()
	for i, text := range statements {
		made(i, len(statements))
		// Not through bun, which takes a question mark for a parameter.
		if _, err := tx.Tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// statements returns the statements that recreate everything, in order.
func (d *derived) statements() []string {
	var ofTables, truths, ofSums, triggers []string
	for _, sum := range statement.Sums() {
		truths = append(
			truths,
			fmt.Sprintf("INSERT OR FAIL INTO %s (%s) %s", sum.Table, strings.Join(sum.Columns, ", "),
				sum.Truth.In(statement.SQLite)),
		)
	}
	for _, o := range d.objects {
		switch {
		case o.Type == "trigger":
			triggers = append(triggers, o.SQL)
		case slices.ContainsFunc(statement.Sums(), func(s statement.Sum) bool { return s.Table == o.Table }):
			ofSums = append(ofSums, o.SQL)
		default:
			ofTables = append(ofTables, o.SQL)
		}
	}
	return slices.Concat(ofTables, truths, ofSums, triggers)
}
