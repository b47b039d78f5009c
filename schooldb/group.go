package schooldb

// Group is a class, or another group of students.
type Group struct {
	ID   int64
	Name string
}

// Kind returns GroupKind.
func (*Group) Kind() Kind { return GroupKind }

func (*Group) fields() []field { return []field{idField(), nameField(GroupKind)} }

func (g *Group) pointers() []any { return []any{&g.ID, &g.Name} }
