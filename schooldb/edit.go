package schooldb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// Fields are the contents of a record; nil leaves a field as it is, or out.
type Fields struct {
	Name       *string
	Group      *int64 // 0 is no group
	Teacher    *int64
	Student    *int64
	Subject    *int64
	Grade      *Grade
	ReceivedOn *string // a day that ParseDay accepts
}

// values returns what f holds for a column, and whether it holds anything.
func (f *Fields) value(column string) (any, bool) {
	switch column {
	case "name":
		return value(f.Name)
	case "group_id":
		if f.Group != nil && *f.Group == 0 {
			return nil, true
		}
		return value(f.Group)
	case "teacher_id":
		return value(f.Teacher)
	case "student_id":
		return value(f.Student)
	case "subject_id":
		return value(f.Subject)
	case "grade":
		return value(f.Grade)
	case "received_on":
		return value(f.ReceivedOn)
	}
	return nil, false
}

func value[T any](pointer *T) (any, bool) {
	if pointer == nil {
		return nil, false
	}
	return *pointer, true
}

// Key identifies a record: by its number, an enrolment by its student and subject.
type Key struct {
	ID               int64
	Student, Subject int64
}

// ParseKey reads the key of a record of this kind: a number, for an enrolment STUDENT:SUBJECT.
func ParseKey(kind Kind, text string) (Key, error) {
	if kind != EnrolmentKind {
		id, err := ParseID(text)
		return Key{ID: id}, err
	}
	student, subject, ok := strings.Cut(text, ":")
	if !ok {
		return Key{}, fmt.Errorf("is not STUDENT:SUBJECT")
	}
	var key Key
	var err error
	if key.Student, err = ParseID(student); err == nil {
		key.Subject, err = ParseID(subject)
	}
	return key, err
}

// String returns the key as ParseKey reads it.
func (k Key) String() string {
	if k.ID == 0 {
		return fmt.Sprintf("%d:%d", k.Student, k.Subject)
	}
	return strconv.FormatInt(k.ID, 10)
}

// where restricts a statement to the record.
func (k Key) where() bun.Safe {
	if k.ID == 0 {
		return bun.Safe(fmt.Sprintf("student_id = %d AND subject_id = %d", k.Student, k.Subject))
	}
	return bun.Safe(fmt.Sprintf("id = %d", k.ID))
}

// Add adds a record and returns its key: one more than the greatest that any of its kind has or had, or, when that
// is the greatest number there is, the next free smaller one. Every field that the kind has must be given, except a
// student's group. What it points to must exist, else ErrNotFound; an enrolment must be new, else ErrExists.
func (s *School) Add(ctx context.Context, kind Kind, f Fields) (Key, error) {
	keys, err := s.AddAll(ctx, kind, []Fields{f})
	if err != nil {
		return Key{}, err
	}
	return keys[0], nil
}

// AddAll is Add for several records of a kind: all of them, or none.
func (s *School) AddAll(ctx context.Context, kind Kind, all []Fields) ([]Key, error) {
	var keys []Key
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		keys = nil
		if err := s.lockIDs(ctx, tx, kind); err != nil {
			return err
		}
		for _, f := range all {
			key, err := s.add(ctx, tx, kind, f)
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add %s: %w", kind, err)
	}
	return keys, nil
}

// add adds a record.
func (s *School) add(ctx context.Context, tx bun.Tx, kind Kind, f Fields) (Key, error) {
	var key Key
	row := map[string]any{}
	for _, field := range kind.fields() {
		content, given := f.value(field.name)
		switch {
		case field.name == "id":
			var err error
			if key.ID, err = nextID(ctx, tx, kind); err != nil {
				return Key{}, err
			}
			row["id"] = key.ID
		case given:
			row[field.name] = content
		case !field.maybe:
			return Key{}, fmt.Errorf("%w: a %s needs its %s", ErrParameters, kind, field.name)
		}
	}
	if err := s.checkPointers(ctx, tx, kind, f); err != nil {
		return Key{}, err
	}
	if kind == EnrolmentKind {
		key = Key{Student: *f.Student, Subject: *f.Subject}
		switch exists, err := s.exists(ctx, tx, kind, key); {
		case err != nil:
			return Key{}, err
		case exists:
			return Key{}, fmt.Errorf("enrolment %s: %w", key, ErrExists)
		}
	}
	_, err := tx.NewInsert().Model(&row).Table(kind.Table()).Exec(ctx)
	return key, err
}

// Edit changes the given fields of a record, at least one. The record and what it will point to must exist, else
// ErrNotFound.
func (s *School) Edit(ctx context.Context, kind Kind, key Key, f Fields) error {
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		switch exists, err := s.exists(ctx, tx, kind, key); {
		case err != nil:
			return err
		case !exists:
			return fmt.Errorf("%w %s", ErrNotFound, kind)
		}
		if err := s.checkPointers(ctx, tx, kind, f); err != nil {
			return err
		}
		changed := key
		update := tx.NewUpdate().Table(kind.Table()).Where("?", key.where())
		for _, column := range kind.columns() {
			content, given := f.value(column)
			if !given {
				continue
			}
			update = update.Set("? = ?", bun.Ident(column), content)
			if kind == EnrolmentKind && column == "student_id" {
				changed.Student = *f.Student
			}
			if kind == EnrolmentKind && column == "subject_id" {
				changed.Subject = *f.Subject
			}
		}
		if changed != key {
			switch exists, err := s.exists(ctx, tx, kind, changed); {
			case err != nil:
				return err
			case exists:
				return fmt.Errorf("enrolment %s: %w", changed, ErrExists)
			}
		}
		_, err := update.Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("edit %s %s: %w", kind, key, err)
	}
	return nil
}

// Remove removes a record. It must exist, else ErrNotFound, and nothing may point to it, else ErrInUse.
func (s *School) Remove(ctx context.Context, kind Kind, key Key) error {
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		switch exists, err := s.exists(ctx, tx, kind, key); {
		case err != nil:
			return err
		case !exists:
			return fmt.Errorf("%w %s", ErrNotFound, kind)
		}
		if user, err := s.user(ctx, tx, kind, key); err != nil || user != "" {
			if err == nil {
				err = fmt.Errorf("%w: there are %s of this %s", ErrInUse, user, kind)
			}
			return err
		}
		_, err := tx.NewDelete().Table(kind.Table()).Where("?", key.where()).Exec(ctx)
		return err
	})
	if isConstraint(err) { // somebody has pointed to it in the meantime
		err = fmt.Errorf("%w: something was added that is of this %s", ErrInUse, kind)
	}
	if err != nil {
		return fmt.Errorf("remove %s %s: %w", kind, key, err)
	}
	return nil
}

// write runs change in a transaction, again when PostgreSQL gave it up for the sake of another one, or when
// somebody else has taken the number of a new record.
func (s *School) write(ctx context.Context, change func(context.Context, bun.Tx) error) error {
	const times = 20
	var err error
	for range times {
		err = s.db.RunInTx(ctx, nil, change)
		if !isGivenUp(err) && !isTaken(err) {
			break
		}
	}
	return err
}

func (s *School) exists(ctx context.Context, tx bun.Tx, kind Kind, key Key) (bool, error) {
	return tx.NewSelect().Table(kind.Table()).Where("?", key.where()).Exists(ctx)
}

// checkPointers returns ErrNotFound when f points to what does not exist.
func (s *School) checkPointers(ctx context.Context, tx bun.Tx, kind Kind, f Fields) error {
	for _, field := range kind.fields() {
		content, _ := f.value(field.name)
		if id, ok := content.(int64); ok && field.points != "" {
			if err := s.find(ctx, tx, Parameter(field.points), id); err != nil {
				return err
			}
		}
	}
	return nil
}

// user returns the table of something that points to a record, "" when nothing does.
func (s *School) user(ctx context.Context, tx bun.Tx, kind Kind, key Key) (string, error) {
	for _, other := range Kinds() {
		i := slices.IndexFunc(other.fields(), func(f field) bool { return f.points == kind })
		if i < 0 {
			continue
		}
		used, err := tx.NewSelect().Table(other.Table()).
			Where("? = ?", bun.Ident(other.fields()[i].name), key.ID).Exists(ctx)
		if err != nil || used {
			return other.Table(), err
		}
	}
	return "", nil
}
