package schooldb

import (
	"database/sql"
	"fmt"
)

// Record is a *Group, *Teacher, *Subject, *Student, *Grade or *Enrolment.
type Record interface {
	Kind() Kind

	fields() []field
	pointers() []any // to the values of the fields
}

// record is one row of a kind's table: an int64, a string or nil for each of its fields.
type record []any

// rowOf returns a Record as a row.
func rowOf(r Record) record {
	fields, pointers := r.fields(), r.pointers()
	row := make(record, len(pointers))
	for i, pointer := range pointers {
		switch p := pointer.(type) {
		case *int64:
			if row[i] = *p; *p == 0 && fields[i].maybe {
				row[i] = nil
			}
		case *string:
			row[i] = *p
		case *Mark:
			row[i] = int64(*p)
		case *Day:
			row[i] = string(*p)
		}
	}
	return row
}

// check returns what is wrong with a Record, apart from its number and from references to what does not exist.
func check(r Record) error {
	row := rowOf(r)
	for i, f := range r.fields() {
		if f.name == "id" {
			continue
		}
		if id, ok := row[i].(int64); ok && id == 0 && f.points != "" {
			return fmt.Errorf("%w: a %s needs its %s", ErrParameters, r.Kind(), f.points)
		}
		if err := f.check(row[i]); err != nil {
			return fmt.Errorf("%w: its %s %w", ErrParameters, f.name, err)
		}
	}
	return nil
}

// targets returns where database/sql puts the columns of a Record.
func targets(r Record) []any {
	into := r.pointers()
	for i, f := range r.fields() {
		if f.maybe {
			into[i] = &optional{into[i].(*int64)}
		}
	}
	return into
}

// optional is where database/sql puts an identifier that may be NULL, which becomes 0.
type optional struct{ id *int64 }

// Scan takes what the drivers give.
func (o *optional) Scan(value any) error {
	var id sql.NullInt64
	err := id.Scan(value)
	*o.id = id.Int64
	return err
}

// keyOf returns the key of a Record.
func keyOf(r Record) Key {
	if e, ok := r.(*Enrolment); ok {
		return Key{Student: e.Student, Subject: e.Subject}
	}
	return Key{ID: *r.pointers()[0].(*int64)}
}
