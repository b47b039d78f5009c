package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// ErrForeign says that the table in which a program records its migrations is another program's.
var ErrForeign = errors.New("belongs to another program (give this program a database or a schema of its own)")

// oldTable is where every program recorded its migrations before each had a table of its own. Others use that name,
// too: golang-migrate, Rails, Ecto, dbmate.
const oldTable = "schema_migrations"

// marksTable is the table that holds the marks of one set of files.
type marksTable struct {
	own   string // the table's name
	store store
	files []file
}

// find returns the table that holds the marks now: the program's own, an old one that knows a file of this program, or
// none ("").
func (t marksTable) find(ctx context.Context, db bun.IDB) (string, error) {
	columns, err := t.store.columns(ctx, db, t.own)
	switch {
	case err != nil:
		return "", err
	case isOurs(columns):
		return t.own, nil
	case len(columns) > 0:
		return "", fmt.Errorf("the table %s in the database %w", t.own, ErrForeign)
	}
	if columns, err = t.store.columns(ctx, db, oldTable); err != nil || !isOurs(columns) {
		return "", err
	}
	marks, err := readMarks(ctx, db, oldTable)
	known := func(k mark) bool { return slices.ContainsFunc(t.files, func(f file) bool { return f.name == k.Name }) }
	if err != nil || !slices.ContainsFunc(marks, known) {
		return "", err
	}
	return oldTable, nil
}

// isOurs reports whether these are the columns of a table of marks.
func isOurs(columns []string) bool {
	slices.Sort(columns)
	return slices.Equal(columns, []string{"applied_at", "checksum", "name"})
}

// read returns the marks; none if there is no table of them. It changes nothing.
func (t marksTable) read(ctx context.Context, db bun.IDB) ([]mark, error) {
	if _, isFile := t.store.(sqlite); isFile { // a server has schemas, and a log in which the question would be an error
		if marks, ok := t.readOwn(ctx, db); ok {
			return marks, nil
		}
	}
	table, err := t.find(ctx, db)
	if err != nil || table == "" {
		return nil, err
	}
	return readMarks(ctx, db, table)
}

// readOwn returns what is in the program's own table, if there is one: at nearly every start that is the only query.
func (t marksTable) readOwn(ctx context.Context, db bun.IDB) (marks []mark, ok bool) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM ?", bun.Ident(t.own))
	if err != nil {
		return nil, false
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || !slices.Equal(columns, []string{"name", "checksum", "applied_at"}) {
		return nil, false
	}
	for rows.Next() {
		var m mark
		if rows.Scan(&m.Name, &m.Checksum, &m.At) != nil {
			return nil, false
		}
		marks = append(marks, m)
	}
	slices.SortFunc(marks, func(a, b mark) int { return strings.Compare(a.Name, b.Name) })
	return marks, rows.Err() == nil
}

// prepare creates the program's own table, from the old one if that is the program's, and returns the marks.
func (t marksTable) prepare(ctx context.Context, tx bun.Tx) ([]mark, error) {
	table, err := t.find(ctx, tx)
	if err != nil {
		return nil, err
	}
	switch table {
	case t.own:
	case oldTable:
		if _, err := tx.ExecContext(ctx, "ALTER TABLE ? RENAME TO ?", bun.Ident(oldTable), bun.Ident(t.own)); err != nil {
			return nil, err
		}
	default:
		if _, err := tx.ExecContext(ctx, `CREATE TABLE ? (
			name       text PRIMARY KEY,
			checksum   text NOT NULL,
			applied_at timestamp NOT NULL
		)`, bun.Ident(t.own)); err != nil {
			return nil, err
		}
	}
	return readMarks(ctx, tx, t.own)
}

func readMarks(ctx context.Context, db bun.IDB, table string) ([]mark, error) {
	var marks []mark
	err := db.NewSelect().Model(&marks).ModelTableExpr("? AS mark", bun.Ident(table)).Order("name").Scan(ctx)
	return marks, err
}

func (t marksTable) add(ctx context.Context, tx bun.Tx, m mark) error {
	_, err := tx.NewInsert().Model(&m).ModelTableExpr("?", bun.Ident(t.own)).Exec(ctx)
	return err
}

func (t marksTable) remove(ctx context.Context, tx bun.Tx, name string) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM ? WHERE name = ?", bun.Ident(t.own), name)
	return err
}
