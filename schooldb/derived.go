package schooldb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// derived is what a SQLite database holds only because of other tables: triggers, indexes and sums. A load of many
// grades sets it aside and makes it anew, which is many times faster than one grade after the other.
type derived struct {
	objects []object
}

// object is an index or a trigger.
type object struct {
	Type, Name, Table, SQL string
}

// setAside drops the triggers and indexes of all tables and empties the sums.
func setAside(ctx context.Context, tx bun.Tx) (*derived, error) {
	tables := []string{}
	for _, kind := range Kinds() {
		tables = append(tables, kind.Table())
	}
	for _, sum := range sums() {
		tables = append(tables, sum.table)
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
	for _, sum := range sums() {
		if _, err := tx.ExecContext(ctx, "DELETE FROM ?", bun.Ident(sum.table)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// restore makes everything anew: the tables' indexes first, because the sums are computed from them, and the triggers
// last.
func (d *derived) restore(ctx context.Context, tx bun.Tx) error {
	ofSum := func(o object) bool {
		return slices.ContainsFunc(sums(), func(s sum) bool { return s.table == o.Table })
	}
	if err := d.create(ctx, tx, func(o object) bool { return o.Type == "index" && !ofSum(o) }); err != nil {
		return err
	}
	for _, sum := range sums() {
		insert := fmt.Sprintf("INSERT OR FAIL INTO %s (%s) %s", sum.table, strings.Join(sum.columns, ", "), sum.truth.in(sqlite))
		if _, err := tx.ExecContext(ctx, insert); err != nil {
			return err
		}
	}
	if err := d.create(ctx, tx, func(o object) bool { return o.Type == "index" && ofSum(o) }); err != nil {
		return err
	}
	return d.create(ctx, tx, func(o object) bool { return o.Type == "trigger" })
}

func (d *derived) create(ctx context.Context, tx bun.Tx, wanted func(object) bool) error {
	for _, o := range d.objects {
		if !wanted(o) {
			continue
		}
		// Not through bun, which takes a question mark for a parameter.
		if _, err := tx.Tx.ExecContext(ctx, o.SQL); err != nil {
			return err
		}
	}
	return nil
}
