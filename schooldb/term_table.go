package schooldb

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// TermTable is the means of a group's students in every subject, as of one moment.
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

// TermTable returns the table of a group, with all its students by name. A group that does not exist is ErrNotFound.
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
		err := s.query(ctx, tx, []string{StudentID, Student}, func(row *Row) error {
			students = append(students, row.StudentID)
			table.Students = append(table.Students, TermRow{Student: row.Student})
			return nil
		}, "SELECT id, name FROM students WHERE group_id = ? ORDER BY name, id", group)
		if err != nil {
			return err
		}
		return s.query(ctx, tx, []string{SubjectID, Subject, StudentID, MeanMarks}, func(row *Row) error {
			if n := len(subjects); n == 0 || subjects[n-1] != row.SubjectID {
				subjects = append(subjects, row.SubjectID)
				table.Subjects = append(table.Subjects, row.Subject)
			}
			means[[2]int64{row.StudentID, row.SubjectID}] = row.Mean
			return nil
		}, statement(`
			SELECT u.id, u.name, p.student_id, p.grade_sum, p.grade_count
			FROM (
				SELECT r.student_id, r.subject_id, sum(r.grade)::int64 AS grade_sum, count(*) AS grade_count
				FROM students AS s CROSS JOIN grades AS r
				WHERE s.group_id = ?0 AND r.student_id = s.id AND r.received_on BETWEEN ?1 AND ?2
				GROUP BY r.student_id, r.subject_id) AS p
			CROSS JOIN subjects AS u
			WHERE u.id = p.subject_id
			ORDER BY u.name, u.id`).in(s.dialect), group, first, last)
	})
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
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
