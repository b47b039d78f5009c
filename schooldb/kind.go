package schooldb

import "slices"

// Kind is what a record is about.
type Kind string

// The kinds of records.
const (
	GroupKind     Kind = "group"
	TeacherKind   Kind = "teacher"
	SubjectKind   Kind = "subject"
	StudentKind   Kind = "student"
	GradeKind     Kind = "grade"
	EnrolmentKind Kind = "enrolment"
)

// Kinds returns all kinds; each one points to earlier ones only.
func Kinds() []Kind {
	return []Kind{GroupKind, TeacherKind, SubjectKind, StudentKind, GradeKind, EnrolmentKind}
}

// Table returns the name of the kind's table, of its file in an import and of its list.
func (k Kind) Table() string { return string(k) + "s" }

// field is a column of a kind's table and of its file.
type field struct {
	name   string
	points Kind // what it points to, or ""
	maybe  bool // may be empty
}

// fields returns the columns of the kind's table in their order.
func (k Kind) fields() []field {
	switch k {
	case GroupKind, TeacherKind:
		return []field{{name: "id"}, {name: "name"}}
	case SubjectKind:
		return []field{{name: "id"}, {name: "name"}, {name: "teacher_id", points: TeacherKind}}
	case StudentKind:
		return []field{{name: "id"}, {name: "name"}, {name: "group_id", points: GroupKind, maybe: true}}
	case GradeKind:
		return []field{
			{name: "id"},
			{name: "student_id", points: StudentKind},
			{name: "subject_id", points: SubjectKind},
			{name: "grade"},
			{name: "received_on"},
		}
	case EnrolmentKind:
		return []field{{name: "student_id", points: StudentKind}, {name: "subject_id", points: SubjectKind}}
	}
	panic("schooldb: unknown kind " + string(k))
}

// columns returns the names of the kind's fields.
func (k Kind) columns() []string {
	fields := k.fields()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// Has reports whether records of the kind have a field of this name; all but enrolments have an id.
func (k Kind) Has(name string) bool { return slices.Contains(k.columns(), name) }
