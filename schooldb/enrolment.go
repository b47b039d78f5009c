package schooldb

// Enrolment says that a student attends a subject, with or without a grade in it.
type Enrolment struct{ Student, Subject int64 } // their identifiers

// Kind returns EnrolmentKind.
func (*Enrolment) Kind() Kind { return EnrolmentKind }

func (*Enrolment) fields() []field {
	return []field{{name: "student_id", points: StudentKind}, {name: "subject_id", points: SubjectKind}}
}

func (e *Enrolment) pointers() []any { return []any{&e.Student, &e.Subject} }
