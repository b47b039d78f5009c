package schooldb

import (
	"context"
	"fmt"
)

// list is how all records of a kind are read with the names of what they point to.
type list struct {
	columns []string
	sql     statement
}

func (k Kind) list() list {
	switch k {
	case GroupKind:
		return list{[]string{GroupID, Group}, `SELECT id, name FROM groups ORDER BY name, id`}
	case TeacherKind:
		return list{[]string{TeacherID, Teacher}, `SELECT id, name FROM teachers ORDER BY name, id`}
	case SubjectKind:
		return list{[]string{SubjectID, Subject, TeacherID, Teacher}, `
SELECT u.id, u.name, t.id, t.name
FROM subjects AS u JOIN teachers AS t ON t.id = u.teacher_id
ORDER BY u.name, u.id`}
	case StudentKind:
		return list{[]string{StudentID, Student, GroupID, Group}, `
SELECT s.id, s.name, g.id, g.name
FROM students AS s LEFT JOIN groups AS g ON g.id = s.group_id
ORDER BY s.name, s.id`}
	case GradeKind:
		return list{[]string{GradeID, StudentID, Student, SubjectID, Subject, GradeMarks, ReceivedOn}, `
SELECT r.id, s.id, s.name, u.id, u.name, r.grade, r.received_on
FROM grades AS r JOIN students AS s ON s.id = r.student_id JOIN subjects AS u ON u.id = r.subject_id
ORDER BY s.name, s.id, r.received_on, r.id`}
	}
	panic("schooldb: no list of " + string(k))
}

// ListColumns returns the columns of the rows of List. Enrolments have no list.
func (k Kind) ListColumns() []string { return k.list().columns }

// List gives all records of a kind to each, by name and identifier; grades by student, day and identifier. The Row is
// valid until each returns, and an error of each ends the list.
func (s *School) List(ctx context.Context, kind Kind, each func(*Row) error) error {
	l := kind.list()
	if err := s.query(ctx, s.db.Reader, l.columns, each, l.sql.in(s.dialect)); err != nil {
		return fmt.Errorf("list %s: %w", kind.Table(), err)
	}
	return nil
}
