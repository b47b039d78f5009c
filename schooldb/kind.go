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

// Kinds returns all kinds; each one refers to earlier ones only.
func Kinds() []Kind {
	return []Kind{GroupKind, TeacherKind, SubjectKind, StudentKind, GradeKind, EnrolmentKind}
}

// tables returns the names of the tables of all kinds.
func tables() []string {
	var names []string
	for _, kind := range Kinds() {
		names = append(names, kind.Table())
	}
	return names
}

// Table returns the name of the kind's table, of its file in an import and of its list.
func (k Kind) Table() string { return string(k) + "s" }

// New returns an empty record of the kind.
func (k Kind) New() Record {
	switch k {
	case GroupKind:
		return &Group{}
	case TeacherKind:
		return &Teacher{}
	case SubjectKind:
		return &Subject{}
	case StudentKind:
		return &Student{}
	case GradeKind:
		return &Grade{}
	case EnrolmentKind:
		return &Enrolment{}
	}
	panic("schooldb: unknown kind " + string(k))
}

// fields returns the columns of the kind's table in their order.
func (k Kind) fields() []field { return k.New().fields() }

// Columns returns the names of the columns of the kind's table, and of its file, in their order.
func (k Kind) Columns() []string {
	fields := k.fields()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// column returns the name of the kind's column that has a form.
func (k Kind) column(of form) string {
	fields := k.fields()
	return fields[slices.IndexFunc(fields, func(f field) bool { return f.form == of })].name
}
