package schooldb

// Student is a person who gets grades.
type Student struct {
	ID    int64
	Name  string
	Group int64 // its identifier, 0 for none
}

// Kind returns StudentKind.
func (*Student) Kind() Kind { return StudentKind }

func (*Student) fields() []field {
	return []field{idField(), nameField(StudentKind), {name: "group_id", points: GroupKind, maybe: true}}
}

func (s *Student) pointers() []any { return []any{&s.ID, &s.Name, &s.Group} }
