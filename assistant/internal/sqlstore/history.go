package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
)

// removedRow is a row of the table removed.
type removedRow struct {
	bun.BaseModel `bun:"table:removed,alias:r"`
	stamp

	Kind    assistant.Kind `bun:"kind"`
	ID      string         `bun:"id"`
	Version int64          `bun:"version"`
	Name    string         `bun:"name"`
	Kept    int            `bun:"kept"`
}

// keep copies rows, as they are now, to the former versions.
func (t table[T, R]) keep(ctx context.Context, tx bun.Tx, s *Store, ids []string) error {
	_, err := tx.NewRaw("INSERT INTO ?0 (?1) SELECT ?1 FROM ?2 WHERE book = ?3 AND id IN (?4) ON CONFLICT DO NOTHING",
		bun.Ident(t.versions), bun.Safe(t.columns), bun.Ident(t.name), s.book, bun.List(ids)).Exec(ctx)
	return err
}

// rows reads the rows of an id from the table of stored values or that of former versions, latest first.
func (t table[T, R]) rows(ctx context.Context, db bun.IDB, table string, book int64, id string) ([]*R, error) {
	var rows []*R
	err := db.NewSelect().Model(&rows).ModelTableExpr("?", bun.Ident(table)).ColumnExpr(t.columns).
		Where("book = ?", book).Where("id = ?", id).Order("changed DESC", "version DESC").Scan(ctx)
	return rows, err
}

// changeRow is what a history shows of a version.
type changeRow struct {
	Version   int64
	Changed   int64
	ChangedBy string
	Via       assistant.Via
	Label     string
}

func (row changeRow) change() assistant.Change {
	return assistant.Change{
		Version: row.Version, At: moment(row.Changed), By: row.ChangedBy, Via: row.Via,
		Label: row.Label,
	}
}

// history returns the changes of an id, latest first.
func (t table[T, R]) history(ctx context.Context, s *Store, id string) ([]assistant.Change, error) {
	var changes []assistant.Change
	for _, table := range []string{t.name, t.versions} {
		var rows []changeRow
		err := s.db.Reader.NewRaw("SELECT version, changed, changed_by, via, label FROM ? WHERE book = ? AND id = ? ORDER "+
			"BY changed DESC, version DESC",
			bun.Ident(table), s.book, id).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
		for _, row := range rows {
			changes = append(changes, row.change())
		}
	}
	if len(changes) == 0 {
		return nil, &assistant.NotFoundError{Kind: t.kind, Ref: id}
	}
	return changes, nil
}

// version returns a value as it is or was in a version.
func (t table[T, R]) version(ctx context.Context, s *Store, id string, version int64) (*T, error) {
	for _, table := range []string{t.name, t.versions} {
		var rows []*R
		err := s.db.Reader.NewSelect().Model(&rows).ModelTableExpr("?", bun.Ident(table)).ColumnExpr(t.columns).
			Where("book = ?", s.book).Where("id = ?", id).Where("version = ?", version).Order("changed DESC").Limit(1).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
		if len(rows) > 0 {
			return t.decode(rows[0])
		}
	}
	return nil, &assistant.NotFoundError{Kind: t.kind, Ref: fmt.Sprintf("%s version %d", id, version)}
}

// emptyTrash deletes for good what was removed before a time. The numbers of the last versions stay.
func (t table[T, R]) emptyTrash(ctx context.Context, tx bun.Tx, s *Store, before int64) error {
	const old = "book = ? AND kind = ? AND kept = 1 AND changed < ?"
	_, err := tx.NewRaw("DELETE FROM ? WHERE book = ? AND id IN (SELECT id FROM removed WHERE "+old+")",
		bun.Ident(t.versions), s.book, s.book, t.kind, before).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw("UPDATE removed SET kept = 0, name = '' WHERE "+old, s.book, t.kind, before).Exec(ctx)
	return err
}

// History implements [assistant.HistoryStore].
func (s *Store) History(ctx context.Context, kind assistant.Kind, id string) ([]assistant.Change, error) {
	if kind == assistant.KindNote {
		return notes().history(ctx, s, id)
	}
	return contacts().history(ctx, s, id)
}

// ContactVersion implements [assistant.HistoryStore].
func (s *Store) ContactVersion(ctx context.Context, id string, version int64) (*assistant.Contact, error) {
	return contacts().version(ctx, s, id, version)
}

// NoteVersion implements [assistant.HistoryStore].
func (s *Store) NoteVersion(ctx context.Context, id string, version int64) (*assistant.Note, error) {
	return notes().version(ctx, s, id, version)
}

// Trash implements [assistant.HistoryStore].
func (s *Store) Trash(ctx context.Context, kind assistant.Kind) ([]assistant.Trashed, error) {
	var rows []removedRow
	err := s.db.Reader.NewSelect().Model(&rows).Where("book = ?", s.book).Where("kind = ?", kind).Where("kept = 1").
		Order("changed DESC", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the trash: %w", err)
	}
	list := make([]assistant.Trashed, len(rows))
	for i, row := range rows {
		list[i] = assistant.Trashed{Kind: kind, ID: row.ID, Name: row.Name, Change: row.change()}
	}
	return list, nil
}

func (row removedRow) change() assistant.Change {
	return assistant.Change{Version: row.Version, At: moment(row.Changed), By: row.By, Via: row.Via, Label: row.Label}
}

// EmptyTrash implements [assistant.HistoryStore]. It changes no answer about contacts or notes.
func (s *Store) EmptyTrash(ctx context.Context, before time.Time) error {
	return s.transact(ctx, "empty the trash", func(ctx context.Context, tx bun.Tx) error {
		if err := contacts().emptyTrash(ctx, tx, s, before.UnixMilli()); err != nil {
			return err
		}
		return notes().emptyTrash(ctx, tx, s, before.UnixMilli())
	})
}

// MergeContacts implements [assistant.MergeStore].
func (s *Store) MergeContacts(ctx context.Context, m assistant.Merge) error {
	list := []*assistant.Contact{m.After}
	return s.membership().Write(ctx, list, func(ctx context.Context, beside []*assistant.Contact) error {
		return s.merge(ctx, m, append(slices.Clone(list), beside...))
	})
}

// merge saves the contacts, the first of which is the one that stays.
func (s *Store) merge(ctx context.Context, m assistant.Merge, list []*assistant.Contact) error {
	var next []int64
	err := s.write(ctx, "merge contacts", func(ctx context.Context, tx bun.Tx) (err error) {
		if next, err = contacts().saveIn(ctx, tx, s, list); err != nil {
			return err
		}
		if err := contacts().removeIn(ctx, tx, s, m.Other.ID, m.Other.Version); err != nil {
			return err
		}
		after := *m.After
		after.Version = next[0]
		row := &mergeRow{Book: s.book, Other: m.Other.ID, Stayed: m.After.ID, At: m.At.UnixMilli()}
		row.Merge.V = m
		row.Merge.V.After = &after
		return row.put(ctx, tx)
	})
	if err == nil {
		contacts().raise(list, next)
	}
	return err
}

// UnmergeContacts implements [assistant.MergeStore].
func (s *Store) UnmergeContacts(ctx context.Context, u assistant.Unmerge) error {
	list := []*assistant.Contact{u.Other}
	if u.Into != nil {
		list = append(list, u.Into)
	}
	return s.membership().Write(ctx, list, func(ctx context.Context, beside []*assistant.Contact) error {
		return s.unmerge(ctx, u, append(slices.Clone(list), beside...))
	})
}

func (s *Store) unmerge(ctx context.Context, u assistant.Unmerge, list []*assistant.Contact) error {
	var next []int64
	err := s.write(ctx, "unmerge contacts", func(ctx context.Context, tx bun.Tx) (err error) {
		if next, err = contacts().saveIn(ctx, tx, s, list); err != nil {
			return err
		}
		_, err = tx.NewRaw("DELETE FROM merges WHERE book = ? AND other = ?", s.book, u.Other.ID).Exec(ctx)
		return err
	})
	if err == nil {
		contacts().raise(list, next)
	}
	return err
}

// Merges implements [assistant.MergeStore].
func (s *Store) Merges(ctx context.Context, id string) ([]assistant.Merge, error) {
	var rows []mergeRow
	q := s.db.Reader.NewSelect().Model(&rows).Where("book = ?", s.book).Order("at DESC", "other")
	if id != "" {
		q = q.Where("other = ?0 OR stayed = ?0", id)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read merges: %w", err)
	}
	list := make([]assistant.Merge, len(rows))
	for i, row := range rows {
		list[i] = row.Merge.V
	}
	return list, nil
}

// mergeRow is a row of the table merges.
type mergeRow struct {
	bun.BaseModel `bun:"table:merges,alias:m"`

	Book   int64                     `bun:"book,pk"`
	Other  string                    `bun:"other,pk"`
	Stayed string                    `bun:"stayed"`
	At     int64                     `bun:"at"`
	Merge  document[assistant.Merge] `bun:"merge"`
}

func (row *mergeRow) put(ctx context.Context, db bun.IDB) error {
	_, err := db.NewInsert().Model(row).On("CONFLICT (book, other) DO UPDATE").
		Set("stayed = excluded.stayed, at = excluded.at, merge = excluded.merge").Exec(ctx)
	return err
}

// RestoreMerges implements [assistant.MergeStore].
func (s *Store) RestoreMerges(ctx context.Context, merges ...assistant.Merge) error {
	return s.transact(ctx, "restore merges", func(ctx context.Context, tx bun.Tx) error {
		for _, m := range slices.Backward(merges) {
			row := &mergeRow{
				Book:   s.book,
				Other:  m.Other.ID,
				Stayed: m.After.ID,
				At:     m.At.UnixMilli(),
				Merge:  document[assistant.Merge]{m},
			}
			if err := row.put(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}
