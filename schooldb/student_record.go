package schooldb

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Period is the days from First to Last, both included; "" is no limit.
type Period struct{ First, Last string }

// bounds returns the days that a statement compares with.
func (p Period) bounds() (first, last string) {
	if first, last = p.First, p.Last; first == "" {
		first = "0001-01-01"
	}
	if last == "" {
		last = "9999-12-31"
	}
	return first, last
}

// StudentRecord is what a student has got in every subject, as of one moment.
type StudentRecord struct {
	Student  string
	Group    string // "" for none
	Subjects []SubjectRecord
	Mean     Mean
}

// SubjectRecord is what a student has got in one subject, by day.
type SubjectRecord struct {
	Subject, Teacher string
	Grades           []DatedGrade
	Mean             Mean
}

// DatedGrade is a grade and its day.
type DatedGrade struct {
	Grade      Grade
	ReceivedOn string
}

// StudentRecord returns the record of a student, subjects by name. A student who does not exist is ErrNotFound.
func (s *School) StudentRecord(ctx context.Context, student int64, p Period) (*StudentRecord, error) {
	first, last := p.bounds()
	var record StudentRecord
	err := s.db.Reader.RunInTx(ctx, exportSnapshot(), func(ctx context.Context, tx bun.Tx) error {
		if err := s.find(ctx, tx, OfStudent, student); err != nil {
			return err
		}
		err := s.query(ctx, tx, []string{Student, GroupID, Group}, func(row *Row) error {
			record.Student, record.Group = row.Student, row.Group
			return nil
		}, "SELECT s.name, g.id, g.name FROM students AS s LEFT JOIN groups AS g ON g.id = s.group_id WHERE s.id = ?", student)
		if err != nil {
			return err
		}
		var subject int64
		columns := []string{SubjectID, Subject, Teacher, GradeMarks, ReceivedOn}
		return s.query(ctx, tx, columns, func(row *Row) error {
			if row.SubjectID != subject {
				subject = row.SubjectID
				record.Subjects = append(record.Subjects, SubjectRecord{Subject: row.Subject, Teacher: row.Teacher})
			}
			own := &record.Subjects[len(record.Subjects)-1]
			own.Grades = append(own.Grades, DatedGrade{row.Grade, row.ReceivedOn})
			for _, m := range []*Mean{&own.Mean, &record.Mean} {
				m.Sum += int64(row.Grade)
				m.Count++
			}
			return nil
		}, `
			SELECT u.id, u.name, t.name, r.grade, r.received_on
			FROM grades AS r CROSS JOIN subjects AS u CROSS JOIN teachers AS t
			WHERE r.student_id = ?0 AND r.received_on BETWEEN ?1 AND ?2 AND u.id = r.subject_id AND t.id = u.teacher_id
			ORDER BY u.name, u.id, r.received_on, r.id`, student, first, last)
	})
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return &record, nil
}
