package schooldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// directory finds the records that have a name, among those of the database and those of an import.
type directory map[Kind]map[string][]bearer

// bearer is a record that has a name.
type bearer struct {
	id    int64
	name  string
	of    int64  // a student's group, a subject's teacher, else 0
	part  string // its name
	fresh bool   // is part of the import
}

// newDirectory reads the names of the records of some kinds.
func (s *School) newDirectory(ctx context.Context, db bun.IDB, kinds []Kind) (directory, error) {
	d := directory{}
	for _, kind := range kinds {
		d[kind] = map[string][]bearer{}
		l := kind.list()
		err := s.query(ctx, db, l.columns, func(row *Row) error {
			d.add(kind, row.bearer(kind))
			return nil
		}, l.where(nil).In(s.dialect))
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}

// bearer returns what a row of a list is about.
func (r *Row) bearer(kind Kind) bearer {
	switch kind {
	case GroupKind:
		return bearer{id: r.Group.ID, name: r.Group.Name}
	case TeacherKind:
		return bearer{id: r.Teacher.ID, name: r.Teacher.Name}
	case SubjectKind:
		return bearer{id: r.Subject.ID, name: r.Subject.Name, of: r.Teacher.ID, part: r.Teacher.Name}
	}
	return bearer{id: r.Student.ID, name: r.Student.Name, of: r.Group.ID, part: r.Group.Name}
}

// belonging returns the kind that records of this kind belong to, "" for none.
func (k Kind) belonging() Kind {
	switch k {
	case StudentKind:
		return GroupKind
	case SubjectKind:
		return TeacherKind
	}
	return ""
}

// add adds a bearer, or gives one that is known already its new name and its new group or teacher.
func (d directory) add(kind Kind, n bearer) {
	if d[kind] == nil {
		return
	}
	word := fold(n.name)
	if i := slices.IndexFunc(d[kind][word], func(other bearer) bool { return other.id == n.id }); i >= 0 {
		n.fresh = d[kind][word][i].fresh
		d[kind][word][i] = n
		return
	}
	d[kind][word] = append(d[kind][word], n)
}

// all returns the records of a kind that have exactly this name or, if none has, one that fold makes equal.
func (d directory) all(kind Kind, name string) []bearer {
	found := d[kind][fold(name)]
	if exact := slices.DeleteFunc(slices.Clone(found), func(n bearer) bool { return n.name != name }); len(exact) > 0 {
		return exact
	}
	return found
}

// name returns the name of a record that the directory knows.
func (d directory) name(kind Kind, id int64) string {
	for _, all := range d[kind] {
		for _, n := range all {
			if n.id == id {
				return n.name
			}
		}
	}
	return ""
}

// ambiguous returns the error for a name that several records have.
type ambiguous struct {
	kind  Kind
	name  string
	found []bearer
}

func (a *ambiguous) Error() string {
	texts := make([]string, 0, len(a.found))
	for _, n := range a.found {
		text := strconv.FormatInt(n.id, 10)
		switch {
		case n.part != "":
			text += " of " + n.part
		case n.of != 0:
			text += fmt.Sprintf(" of %s %d", a.kind.belonging(), n.of)
		}
		texts = append(texts, text)
	}
	return fmt.Sprintf("%d %ss have the name %q: %s", len(a.found), a.kind, a.name, strings.Join(texts, ", "))
}

// id returns the id of the record of a kind that has the name; part, if not 0, is the group or teacher that it must
// belong to. A number that nothing has as its name is taken for the id itself.
func (d directory) id(kind Kind, name string, part int64) (int64, error) {
	found := d.all(kind, name)
	if part != 0 {
		found = slices.DeleteFunc(slices.Clone(found), func(n bearer) bool { return n.of != part })
	}
	switch {
	case len(found) == 1:
		return found[0].id, nil
	case len(found) > 1:
		return 0, &ambiguous{kind, name, found}
	}
	if id, err := cellID([]byte(name)); err == nil {
		return id, nil
	}
	if part != 0 {
		return 0, &missing{fmt.Sprintf("%s %q of this %s", kind, name, kind.belonging())}
	}
	return 0, notFound(string(kind), name)
}

// Find returns the id of the group, teacher, subject or student that text names: by its id, or by its name, regardless
// of blanks at the ends, case and kinds of apostrophes. part, if not 0, is the group of the student or the teacher of
// the subject. Find returns ErrNotFound if nothing has this name, and ErrAmbiguous if several have it.
func (s *School) Find(ctx context.Context, kind Kind, text string, part int64) (int64, error) {
	if id, err := ParseID(text); err == nil {
		return id, nil
	}
	d, err := s.newDirectory(ctx, s.db.Reader, []Kind{kind})
	if err != nil {
		return 0, failed("find "+string(kind), err)
	}
	id, err := d.id(kind, text, part)
	var several *ambiguous
	if errors.As(err, &several) {
		return 0, fmt.Errorf("%w: %w", ErrAmbiguous, err)
	}
	return id, err
}
