package schooldb

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

// crowd is the most members that a group may have for a query to look at each of them.
const crowd = 1000

// Ask answers a query. The rows come in the query's order, and an average is exactly one row; a Mean without grades has
// Count 0. Ask returns ErrNotFound for an identifier that does not exist, and ErrParameters unless the parameters are
// those of the query.
func (s *School) Ask(ctx context.Context, q *Query, p Parameters) ([]Row, error) {
	if err := q.check(p); err != nil {
		return nil, err
	}
	text := q.sql
	if p.WithTies {
		text = q.ties
	}
	if q.crowded != "" {
		crowded, err := s.crowded(ctx, p.Group)
		if err != nil {
			return nil, failed(q.Name, err)
		}
		if crowded {
			text = q.crowded
		}
	}
	if p.Limit == 0 {
		p.Limit = DefaultLimit
	}
	var answer []Row
	err := s.query(ctx, s.db.Reader, q.Columns, func(row *Row) error {
		answer = append(answer, *row)
		return nil
	}, text.In(s.dialect), p.Student, p.Subject, p.Group, p.Teacher, p.Limit)
	if err == nil && len(answer) == 0 {
		err = s.findAll(ctx, q, p)
	}
	if err != nil {
		return nil, failed(q.Name, err)
	}
	return answer, nil
}

// query runs one statement and calls each with its rows; each must not keep the Row.
func (s *School) query(
	ctx context.Context,
	db bun.IDB,
	columns []string,
	each func(*Row) error,
	text string,
	args ...any,
) error {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var target scanTarget
	into := target.columns(columns)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := each(target.finish()); err != nil {
			return err
		}
	}
	return rows.Err()
}

// scanTarget is where database/sql puts the columns of a Row.
type scanTarget struct {
	row              Row
	sum, count       sql.NullInt64
	group            sql.NullInt64
	name             sql.NullString // of the group
	mean, maybeGroup bool
}

// columns returns pointers for the columns in their order; a mean takes two, and the group may be NULL.
func (t *scanTarget) columns(names []string) []any {
	into := make([]any, 0, len(names)+1)
	for _, name := range names {
		switch name {
		case GroupIDColumn:
			into = append(into, &t.group)
			t.maybeGroup = true
		case GroupColumn:
			into = append(into, &t.name)
		case MeanColumn:
			into = append(into, &t.sum, &t.count)
			t.mean = true
		default:
			into = append(into, t.row.pointer(name))
		}
	}
	return into
}

func (t *scanTarget) finish() *Row {
	if t.mean {
		t.row.Mean = Mean{t.sum.Int64, t.count.Int64}
	}
	if t.maybeGroup {
		t.row.Group = Group{t.group.Int64, t.name.String}
	}
	return &t.row
}

// crowded reports whether a group has more members than crowd.
func (s *School) crowded(ctx context.Context, group int64) (bool, error) {
	var n int
	err := s.db.Reader.QueryRowContext(ctx,
		"SELECT count(*) FROM (SELECT 1 FROM students WHERE group_id = ? LIMIT 1 OFFSET ?) AS beyond", group, crowd).Scan(&n)
	return n > 0, err
}

// findAll returns ErrNotFound for the first parameter of q that does not exist.
func (s *School) findAll(ctx context.Context, q *Query, p Parameters) error {
	for _, parameter := range q.Parameters {
		if err := s.find(ctx, s.db.Reader, parameter, p.ID(parameter)); err != nil {
			return err
		}
	}
	return nil
}

// find returns ErrNotFound unless a record has this identifier.
func (s *School) find(ctx context.Context, db bun.IDB, what Parameter, id int64) error {
	var n int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM ? WHERE id = ?", bun.Ident(string(what)+"s"), id).Scan(&n)
	if err == nil && n == 0 {
		err = notFound(string(what), id)
	}
	return err
}
