package schooldb

// Teacher gives courses in subjects.
type Teacher struct {
	ID   int64
	Name string
}

// Kind returns TeacherKind.
func (*Teacher) Kind() Kind { return TeacherKind }

func (*Teacher) fields() []field { return []field{idField(), nameField(TeacherKind)} }

func (t *Teacher) pointers() []any { return []any{&t.ID, &t.Name} }
