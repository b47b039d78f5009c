package schooldb

// Subject is a course that one teacher gives.
type Subject struct {
	ID      int64
	Name    string
	Teacher int64 // its identifier
}

// Kind returns SubjectKind.
func (*Subject) Kind() Kind { return SubjectKind }

func (*Subject) fields() []field {
	return []field{idField(), nameField(SubjectKind), {name: "teacher_id", points: TeacherKind}}
}

func (s *Subject) pointers() []any { return []any{&s.ID, &s.Name, &s.Teacher} }
