package schooldb

import (
	"context"
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
)

// list says how all records of a kind are read, with the names of those they refer to.
type list struct {
	columns []string
	sql     statement.Text
	by      map[Parameter]string // the columns that {where} may restrict
}

func (k Kind) list() list {
	switch k {
	case GroupKind:
		return list{[]string{GroupIDColumn, GroupColumn}, statement.ListGroups, nil}
	case TeacherKind:
		return list{[]string{TeacherIDColumn, TeacherColumn}, statement.ListTeachers, nil}
	case SubjectKind:
		columns := []string{SubjectIDColumn, SubjectColumn, TeacherIDColumn, TeacherColumn}
		return list{columns, statement.ListSubjects, map[Parameter]string{OfTeacher: "u.teacher_id"}}
	case StudentKind:
		columns := []string{StudentIDColumn, StudentColumn, GroupIDColumn, GroupColumn}
		return list{columns, statement.ListStudents, map[Parameter]string{OfGroup: "s.group_id"}}
	case GradeKind:
		columns := []string{
			GradeIDColumn, StudentIDColumn, StudentColumn, SubjectIDColumn, SubjectColumn, MarkColumn, DayColumn,
		}
		return list{columns, statement.ListGrades, ofLessons()}
	case EnrolmentKind:
		columns := []string{StudentIDColumn, StudentColumn, SubjectIDColumn, SubjectColumn}
		return list{columns, statement.ListEnrolments, ofLessons()}
	}
	panic("schooldb: no list of " + string(k))
}

// ofLessons are the conditions by which grades and enrolments can be listed.
func ofLessons() map[Parameter]string {
	return map[Parameter]string{
		OfStudent: "r.student_id", OfSubject: "r.subject_id", OfGroup: "s.group_id", OfTeacher: "u.teacher_id",
	}
}

// ListColumns returns the columns of the rows of List.
func (k Kind) ListColumns() []string { return k.list().columns }

// Selection says what to list: all records of a kind, or those of a student, a subject and so on, where these
// identifiers are not 0.
type Selection struct {
	Kind Kind
	Parameters
}

// List calls each with the records of a selection, by name and identifier; grades by student, day and identifier. The
// Row is valid until each returns, and an error of each ends the list. List returns ErrNotFound if what the selection
// names does not exist.
func (s *School) List(ctx context.Context, of Selection, each func(*Row) error) error {
	l := of.Kind.list()
	var conditions []string
	for _, parameter := range allParameters() {
		id := of.ID(parameter)
		if id == 0 {
			continue
		}
		column := l.by[parameter]
		if column == "" {
			return fmt.Errorf("list %s: %w: there are no %s of a %s", of.Kind.Table(), ErrParameters, of.Kind.Table(), parameter)
		}
		if err := s.find(ctx, s.db.Reader, parameter, id); err != nil {
			return failed("list "+of.Kind.Table(), err)
		}
		conditions = append(conditions, fmt.Sprintf("%s = %d", column, id))
	}
	err := s.query(ctx, s.db.Reader, l.columns, each, l.where(conditions).In(s.dialect))
	return failed("list "+of.Kind.Table(), err)
}

// where returns the statement with conditions, all of which must hold.
func (l list) where(conditions []string) statement.Text {
	where := ""
	if len(conditions) > 0 {
		where = "WHERE " + strings.Join(conditions, " AND ")
	}
	return statement.Text(strings.Replace(string(l.sql), "{where}", where, 1))
}
