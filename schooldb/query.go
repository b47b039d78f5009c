package schooldb

import (
	"fmt"
	"slices"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
)

// Parameter names what a query is asked about.
type Parameter string

// The parameters of queries.
const (
	OfStudent Parameter = "student"
	OfSubject Parameter = "subject"
	OfGroup   Parameter = "group"
	OfTeacher Parameter = "teacher"
)

func allParameters() []Parameter { return []Parameter{OfStudent, OfSubject, OfGroup, OfTeacher} }

// Parameters are the values of a query's parameters; identifiers are positive.
type Parameters struct {
	Student, Subject, Group, Teacher int64

	Limit    int  // of top-students; 0 means DefaultLimit
	WithTies bool // of rankings: add everyone whose mean equals the last one's
}

// DefaultLimit is how many students top-students returns.
const DefaultLimit = 5

// ID returns the identifier that p holds for a parameter, 0 when it holds none.
func (p *Parameters) ID(parameter Parameter) int64 {
	switch parameter {
	case OfStudent:
		return p.Student
	case OfSubject:
		return p.Subject
	case OfGroup:
		return p.Group
	case OfTeacher:
		return p.Teacher
	}
	panic("schooldb: unknown parameter " + string(parameter))
}

// Query is one of the twelve questions.
type Query struct {
	Name       string
	Meaning    string
	Parameters []Parameter // every one of them must be given, and no other
	Ranking    bool        // takes WithTies
	Limited    bool        // takes Limit
	Columns    []string    // of its rows

	sql     statement.Text
	ties    statement.Text // with WithTies
	crowded statement.Text // for a group too large to look at every member
}

// Needs reports whether the query has this parameter.
func (q *Query) Needs(parameter Parameter) bool { return slices.Contains(q.Parameters, parameter) }

// check returns why p are not the parameters of q.
func (q *Query) check(p Parameters) error {
	for _, parameter := range allParameters() {
		id, needed := p.ID(parameter), q.Needs(parameter)
		switch {
		case needed && id == 0:
			return fmt.Errorf("%s: %w: it needs a %s", q.Name, ErrParameters, parameter)
		case !needed && id != 0:
			return fmt.Errorf("%s: %w: it takes no %s", q.Name, ErrParameters, parameter)
		}
	}
	switch {
	case p.Limit < 0:
		return fmt.Errorf("%s: %w: the limit is negative", q.Name, ErrParameters)
	case p.Limit != 0 && !q.Limited:
		return fmt.Errorf("%s: %w: it takes no limit", q.Name, ErrParameters)
	case p.WithTies && !q.Ranking:
		return fmt.Errorf("%s: %w: it ranks nobody, so there are no ties", q.Name, ErrParameters)
	}
	return nil
}

// QueryByName returns the query with this name.
func QueryByName(name string) (*Query, bool) {
	queries := Queries()
	i := slices.IndexFunc(queries, func(q Query) bool { return q.Name == name })
	if i < 0 {
		return nil, false
	}
	return &queries[i], true
}

// Queries returns the twelve questions, in the order of the course.
func Queries() []Query {
	return []Query{
		{
			Name: "top-students", Meaning: "the 5 students with the highest mean over all subjects",
			Ranking: true, Limited: true,
			Columns: []string{StudentIDColumn, StudentColumn, MeanColumn},
			sql:     statement.TopStudents, ties: statement.TopStudentsWithTies,
		},
		{
			Name: "best-in-subject", Meaning: "the student with the highest mean in one subject",
			Parameters: []Parameter{OfSubject}, Ranking: true,
			Columns: []string{StudentIDColumn, StudentColumn, SubjectIDColumn, SubjectColumn, MeanColumn},
			sql:     statement.BestInSubject, ties: statement.BestInSubjectWithTies,
		},
		{
			Name: "group-average", Meaning: "a group's mean in one subject",
			Parameters: []Parameter{OfGroup, OfSubject},
			Columns:    []string{GroupIDColumn, GroupColumn, SubjectIDColumn, SubjectColumn, MeanColumn},
			sql:        statement.GroupAverage,
		},
		{
			Name: "stream-average", Meaning: "the mean of all grades",
			Columns: []string{MeanColumn},
			sql:     statement.StreamAverage,
		},
		{
			Name: "teacher-courses", Meaning: "courses that a teacher gives",
			Parameters: []Parameter{OfTeacher},
			Columns:    []string{SubjectIDColumn, SubjectColumn, TeacherIDColumn, TeacherColumn},
			sql:        statement.TeacherCourses,
		},
		{
			Name: "group-students", Meaning: "students of a group",
			Parameters: []Parameter{OfGroup},
			Columns:    []string{StudentIDColumn, StudentColumn, GroupIDColumn, GroupColumn},
			sql:        statement.GroupStudents,
		},
		{
			Name: "group-grades", Meaning: "grades of a group's students in a subject",
			Parameters: []Parameter{OfGroup, OfSubject},
			Columns:    gradeColumns(),
			sql:        statement.GroupGrades,
		},
		{
			Name: "last-lesson-grades", Meaning: "grades of a group's students at its last lesson in a subject",
			Parameters: []Parameter{OfGroup, OfSubject},
			Columns:    gradeColumns(),
			sql:        statement.LastLessonGrades, crowded: statement.LastLessonGradesOfCrowd,
		},
		{
			Name: "student-courses", Meaning: "courses that a student attends",
			Parameters: []Parameter{OfStudent},
			Columns:    []string{SubjectIDColumn, SubjectColumn, TeacherIDColumn, TeacherColumn, StudentIDColumn, StudentColumn},
			sql:        statement.StudentCourses,
		},
		{
			Name: "student-teacher-courses", Meaning: "courses of a teacher that a student attends",
			Parameters: []Parameter{OfStudent, OfTeacher},
			Columns:    []string{SubjectIDColumn, SubjectColumn, TeacherIDColumn, TeacherColumn, StudentIDColumn, StudentColumn},
			sql:        statement.StudentTeacherCourses,
		},
		{
			Name: "teacher-student-average", Meaning: "the mean of a teacher's grades for a student",
			Parameters: []Parameter{OfTeacher, OfStudent},
			Columns:    []string{TeacherIDColumn, TeacherColumn, StudentIDColumn, StudentColumn, MeanColumn},
			sql:        statement.TeacherStudentAverage,
		},
		{
			Name: "teacher-average", Meaning: "the mean of a teacher's grades",
			Parameters: []Parameter{OfTeacher},
			Columns:    []string{TeacherIDColumn, TeacherColumn, MeanColumn},
			sql:        statement.TeacherAverage,
		},
	}
}

func gradeColumns() []string {
	return []string{
		StudentIDColumn,
		StudentColumn,
		GroupIDColumn,
		GroupColumn,
		SubjectIDColumn,
		SubjectColumn,
		MarkColumn,
		DayColumn,
		GradeIDColumn,
	}
}
