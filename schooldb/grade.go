package schooldb

import "github.com/pythonweb/goweb/schooldb/internal/statement"

// Grade is a mark that a student got in a subject on a day.
type Grade struct {
	ID      int64
	Student int64 // its identifier
	Subject int64 // its identifier
	Mark    Mark
	Day     Day
}

// Kind returns GradeKind.
func (*Grade) Kind() Kind { return GradeKind }

func (*Grade) fields() []field {
	return []field{
		idField(),
		{name: "student_id", points: StudentKind},
		{name: "subject_id", points: SubjectKind},
		{name: "grade", form: markForm, words: []string{"mark", "оцінка", "бал"}},
		{name: "received_on", form: dayForm, words: []string{"date", "day", "on", "дата", "день"}},
	}
}

func (g *Grade) pointers() []any { return []any{&g.ID, &g.Student, &g.Subject, &g.Mark, &g.Day} }

// lessonOf returns the lesson of a row of grades, if all of it could be read. It tells grades without an id apart,
// together with their order.
func lessonOf(r record) (statement.Lesson, bool) {
	student, ok1 := r[1].(int64)
	subject, ok2 := r[2].(int64)
	day, ok3 := r[4].(string)
	return statement.Lesson{Student: student, Subject: subject, Day: day}, ok1 && ok2 && ok3
}
