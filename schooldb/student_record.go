package schooldb

import (
	"context"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// Period is the days from First to Last, both included; "" is no limit.
type Period struct{ First, Last Day }

// bounds returns the days that a statement compares with.
func (p Period) bounds() (first, last Day) {
	if first, last = p.First, p.Last; first == "" {
		first = "0001-01-01"
	}
	if last == "" {
		last = "9999-12-31"
	}
	return first, last
}

// StudentRecord holds the grades of a student in every subject, as of one moment.
type StudentRecord struct {
	Student  string
	Group    string // "" for none
	Subjects []SubjectRecord
	Mean     Mean
}

// SubjectRecord holds the grades of a student in one subject, by day.
type SubjectRecord struct {
	Subject, Teacher string
	Grades           []Grade // without their own, the student's and the subject's identifiers
	Mean             Mean
}

// StudentRecord returns the record of a student, subjects by name. It returns ErrNotFound if the student does not
// exist.
func (s *School) StudentRecord(ctx context.Context, student int64, p Period) (*StudentRecord, error) {
	first, last := p.bounds()
	var record StudentRecord
	err := s.db.Reader.RunInTx(ctx, exportSnapshot(), func(ctx context.Context, tx bun.Tx) error {
		if err := s.find(ctx, tx, OfStudent, student); err != nil {
			return err
		}
		err := s.query(ctx, tx, []string{StudentColumn, GroupIDColumn, GroupColumn}, func(row *Row) error {
			record.Student, record.Group = row.Student.Name, row.Group.Name
			return nil
		}, "SELECT s.name, g.id, g.name FROM students AS s LEFT JOIN groups AS g ON g.id = s.group_id "+
			"WHERE s.id = ?", student)
		if err != nil {
			return err
		}
		var subject int64
		columns := []string{SubjectIDColumn, SubjectColumn, TeacherColumn, MarkColumn, DayColumn}
		return s.query(ctx, tx, columns, func(row *Row) error {
			if row.Subject.ID != subject {
				subject = row.Subject.ID
				record.Subjects = append(record.Subjects, SubjectRecord{Subject: row.Subject.Name, Teacher: row.Teacher.Name})
			}
			own := &record.Subjects[len(record.Subjects)-1]
			own.Grades = append(own.Grades, row.Grade)
			for _, m := range []*Mean{&own.Mean, &record.Mean} {
				m.Sum += int64(row.Grade.Mark)
				m.Count++
			}
			return nil
		}, statement.RecordOfStudent.In(s.dialect), student, first, last)
	})
	if err != nil {
		return nil, failed("report", err)
	}
	return &record, nil
}
