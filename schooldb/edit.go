package schooldb

import (
	"context"
	"fmt"
	"slices"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// Add adds a record, gives it its number and returns its key. The number is one more than the greatest that any record
// of its kind has or had or, when that is the greatest possible, the next free smaller one. Add returns ErrParameters
// for a value that a field must not hold, ErrNotFound if the record refers to one that does not exist, and ErrExists
// for an enrolment that exists already.
func (s *School) Add(ctx context.Context, r Record) (Key, error) {
	keys, err := s.AddAll(ctx, r.Kind(), []Record{r})
	if err != nil {
		return Key{}, err
	}
	return keys[0], nil
}

// AddAll is Add for several records of a kind: all of them, or none.
func (s *School) AddAll(ctx context.Context, kind Kind, all []Record) ([]Key, error) {
	var keys []Key
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		keys = nil
		if err := s.lockIDs(ctx, tx, kind); err != nil {
			return err
		}
		for _, r := range all {
			if err := s.add(ctx, tx, r); err != nil {
				return err
			}
			keys = append(keys, keyOf(r))
		}
		return nil
	})
	if err != nil {
		return nil, failed("add "+string(kind), err)
	}
	return keys, nil
}

// add adds a record.
func (s *School) add(ctx context.Context, tx bun.Tx, r Record) error {
	if err := check(r); err != nil {
		return err
	}
	if err := s.checkPointers(ctx, tx, r, nil); err != nil {
		return err
	}
	if e, ok := r.(*Enrolment); ok {
		if err := s.checkNew(ctx, tx, e); err != nil {
			return err
		}
	} else {
		id, err := nextID(ctx, tx, r.Kind())
		if err != nil {
			return err
		}
		*r.pointers()[0].(*int64) = id
	}
	_, err := tx.ExecContext(ctx, insertStatement(r.Kind(), 1), rowOf(r)...)
	return err
}

// checkNew returns ErrExists if the enrolment exists already.
func (s *School) checkNew(ctx context.Context, tx bun.Tx, e *Enrolment) error {
	switch exists, err := s.exists(ctx, tx, e.Kind(), keyOf(e)); {
	case err != nil:
		return err
	case exists:
		return fmt.Errorf("enrolment %s: %w", keyOf(e), ErrExists)
	}
	return nil
}

// Edit reads a record, calls change to modify it, and writes the fields that differ then; an id stays. The record and
// those that it will refer to must exist, else Edit returns ErrNotFound; its fields must hold what Add accepts. change
// may be called more than once.
func (s *School) Edit(ctx context.Context, kind Kind, key Key, change func(Record)) error {
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r := kind.New()
		if err := s.get(ctx, tx, key, r); err != nil {
			return err
		}
		old := rowOf(r)
		change(r)
		if kind != EnrolmentKind {
			*r.pointers()[0].(*int64) = key.ID
		}
		if err := check(r); err != nil {
			return err
		}
		if err := s.checkPointers(ctx, tx, r, old); err != nil {
			return err
		}
		if e, ok := r.(*Enrolment); ok && keyOf(r) != key {
			if err := s.checkNew(ctx, tx, e); err != nil {
				return err
			}
		}
		set := changes(kind, old, rowOf(r))
		if len(set) == 0 {
			return nil
		}
		_, err := tx.NewUpdate().Model(&set).Table(kind.Table()).Where("?", key.where()).Exec(ctx)
		return err
	})
	if err != nil {
		return failed(fmt.Sprintf("edit %s %s", kind, key), err)
	}
	return nil
}

// changes returns the fields of row that differ from those of old.
func changes(kind Kind, old, row record) map[string]any {
	set := map[string]any{}
	for i, f := range kind.fields() {
		if row[i] != old[i] {
			set[f.name] = row[i]
		}
	}
	return set
}

// Remove removes a record. It must exist, else Remove returns ErrNotFound, and no other record may refer to it, else
// ErrInUse.
func (s *School) Remove(ctx context.Context, kind Kind, key Key) error {
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		switch exists, err := s.exists(ctx, tx, kind, key); {
		case err != nil:
			return err
		case !exists:
			return notFound(string(kind), key)
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
	if isConstraint(err) { // somebody has added one that refers to it
		err = fmt.Errorf("%w: a record of this %s was added just now", ErrInUse, kind)
	}
	if err != nil {
		return failed(fmt.Sprintf("remove %s %s", kind, key), err)
	}
	return nil
}

// write runs change in a transaction, and again when PostgreSQL aborted it because of another one, or when somebody
// else has taken the number of a new record.
func (s *School) write(ctx context.Context, change func(context.Context, bun.Tx) error) error {
	const times = 20
	var err error
	for range times {
		err = s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			if err := s.limitWaiting(ctx, tx); err != nil {
				return err
			}
			return change(ctx, tx)
		})
		if !isGivenUp(err) && !isTaken(err) {
			break
		}
	}
	return err
}

// limitWaiting lets a PostgreSQL transaction wait for others as long as SQLite would, and not forever.
func (s *School) limitWaiting(ctx context.Context, tx bun.Tx) error {
	if s.dialect == statement.SQLite {
		return nil
	}
	_, err := tx.ExecContext(ctx, "SET LOCAL lock_timeout = '30s'")
	return err
}

// get reads a record.
func (s *School) get(ctx context.Context, tx bun.Tx, key Key, r Record) error {
	rows, err := tx.QueryContext(ctx, "SELECT ? FROM ? WHERE ?",
		bun.Safe(columnList(r.Kind())), bun.Ident(r.Kind().Table()), key.where())
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return notFound(string(r.Kind()), key)
	}
	return rows.Scan(targets(r)...)
}

func (s *School) exists(ctx context.Context, tx bun.Tx, kind Kind, key Key) (bool, error) {
	return tx.NewSelect().Table(kind.Table()).Where("?", key.where()).Exists(ctx)
}

// checkPointers returns ErrNotFound when a record refers to one that does not exist. Those that it referred to before
// exist.
func (s *School) checkPointers(ctx context.Context, tx bun.Tx, r Record, before record) error {
	row := rowOf(r)
	for i, field := range r.fields() {
		id, ok := row[i].(int64)
		if !ok || field.points == "" || before != nil && before[i] == row[i] {
			continue
		}
		if err := s.find(ctx, tx, Parameter(field.points), id); err != nil {
			return err
		}
	}
	return nil
}

// user returns the table of a record that refers to the given one, "" when none does.
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
