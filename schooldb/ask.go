package schooldb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// crowd is how many members a group may have for a query to look at each of them.
const crowd = 1000

// Ask answers a query. The rows come in the query's order, and the averages are exactly one row; a Mean without grades
// has Count 0. An identifier that does not exist is ErrNotFound, parameters that are not the query's are ErrParameters.
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
			return nil, fmt.Errorf("%s: %w", q.Name, err)
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
	}, text.in(s.dialect), p.Student, p.Subject, p.Group, p.Teacher, p.Limit)
	if err == nil && len(answer) == 0 {
		err = s.findAll(ctx, q, p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.Name, err)
	}
	return answer, nil
}

// query runs one statement and gives its rows to each, which must not keep the Row.
func (s *School) query(ctx context.Context, db bun.IDB, columns []string, each func(*Row) error, text string, args ...any) error {
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
	row               Row
	sum, count        sql.NullInt64
	group             sql.NullInt64
	groupName         sql.NullString
	hasMean, hasGroup bool
}

// columns returns pointers for the columns in their order; a mean takes two.
func (t *scanTarget) columns(names []string) []any {
	into := make([]any, 0, len(names)+1)
	for _, name := range names {
		switch name {
		case StudentID:
			into = append(into, &t.row.StudentID)
		case Student:
			into = append(into, &t.row.Student)
		case GroupID:
			into = append(into, &t.group)
			t.hasGroup = true
		case Group:
			into = append(into, &t.groupName)
		case SubjectID:
			into = append(into, &t.row.SubjectID)
		case Subject:
			into = append(into, &t.row.Subject)
		case TeacherID:
			into = append(into, &t.row.TeacherID)
		case Teacher:
			into = append(into, &t.row.Teacher)
		case GradeID:
			into = append(into, &t.row.GradeID)
		case GradeMarks:
			into = append(into, &t.row.Grade)
		case ReceivedOn:
			into = append(into, (*day)(&t.row.ReceivedOn))
		case MeanMarks:
			into = append(into, &t.sum, &t.count)
			t.hasMean = true
		default:
			panic("schooldb: unknown column " + name)
		}
	}
	return into
}

func (t *scanTarget) finish() *Row {
	if t.hasMean {
		t.row.Mean = Mean{t.sum.Int64, t.count.Int64}
	}
	if t.hasGroup {
		t.row.GroupID, t.row.Group = t.group.Int64, t.groupName.String
	}
	return &t.row
}

// day reads a day from what the drivers give: text from SQLite, a time from PostgreSQL.
type day string

func (d *day) Scan(value any) error {
	switch value := value.(type) {
	case string:
		*d = day(value)
	case time.Time:
		*d = day(value.Format(time.DateOnly))
	default:
		return fmt.Errorf("a day is stored as %T", value)
	}
	return nil
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

// find returns ErrNotFound unless there is one with this identifier.
func (s *School) find(ctx context.Context, db bun.IDB, what Parameter, id int64) error {
	var n int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM ? WHERE id = ?", bun.Ident(string(what)+"s"), id).Scan(&n)
	if err == nil && n == 0 {
		err = notFound(what, id)
	}
	return err
}
