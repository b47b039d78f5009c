package schooldb

import (
	"context"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// TermTable holds the means of a group's students in every subject, as of one moment.
type TermTable struct {
	Group    string
	Subjects []string // those that somebody has a grade in, by name
	Students []TermRow
}

// TermRow is the line of a student.
type TermRow struct {
	Student string
	Means   []Mean // by subject, the zero Mean where there is no grade
	Mean    Mean
}

// TermTable returns the table of a group, with all its students by name. It returns ErrNotFound if the group does not
// exist.
func (s *School) TermTable(ctx context.Context, group int64, p Period) (*TermTable, error) {
	first, last := p.bounds()
	var table TermTable
	means := map[[2]int64]Mean{} // by student and subject
	var students, subjects []int64
	err := s.db.Reader.RunInTx(ctx, exportSnapshot(), func(ctx context.Context, tx bun.Tx) error {
		if err := s.find(ctx, tx, OfGroup, group); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, "SELECT name FROM groups WHERE id = ?", group).Scan(&table.Group); err != nil {
			return err
		}
		err := s.query(ctx, tx, []string{StudentIDColumn, StudentColumn}, func(row *Row) error {
			students = append(students, row.Student.ID)
			table.Students = append(table.Students, TermRow{Student: row.Student.Name})
			return nil
		}, "SELECT id, name FROM students WHERE group_id = ? ORDER BY name, id", group)
		if err != nil {
			return err
		}
		return s.query(ctx, tx, []string{SubjectIDColumn, SubjectColumn, StudentIDColumn, MeanColumn}, func(row *Row) error {
			if n := len(subjects); n == 0 || subjects[n-1] != row.Subject.ID {
				subjects = append(subjects, row.Subject.ID)
				table.Subjects = append(table.Subjects, row.Subject.Name)
			}
			means[[2]int64{row.Student.ID, row.Subject.ID}] = row.Mean
			return nil
		}, statement.TermMeans.In(s.dialect), group, first, last)
	})
	if err != nil {
		return nil, failed("report", err)
	}
	for i := range table.Students {
		row := &table.Students[i]
		for _, subject := range subjects {
			mean := means[[2]int64{students[i], subject}]
			row.Means = append(row.Means, mean)
			row.Mean.Sum += mean.Sum
			row.Mean.Count += mean.Count
		}
	}
	return &table, nil
}
