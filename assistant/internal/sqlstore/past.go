package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// perPastPage is how many former versions are read at once: each may have a photo.
const perPastPage = 50

// Past implements [assistant.HistoryStore]. It goes through the tables one after another, each in the order of its
// keys.
func (s *Store) Past(ctx context.Context, after string) (assistant.PastPage, error) {
	place, err := listing.ParsePastPlace(after)
	if err != nil {
		return assistant.PastPage{}, err
	}
	stages := [listing.PastStages]func(context.Context, *Store, listing.PastPlace) ([]assistant.Past, error){
		contacts().formerVersions, notes().formerVersions, contacts().storedChanges, notes().storedChanges, removals,
	}
	past, err := stages[place.Stage](ctx, s, place)
	if err != nil {
		return assistant.PastPage{}, fmt.Errorf("read the past: %w", err)
	}
	return assistant.PastPage{Past: past, Next: place.Next(past)}, nil
}

func (t table[T, R]) formerVersions(ctx context.Context, s *Store, p listing.PastPlace) ([]assistant.Past, error) {
	var rows []*R
	err := s.db.Reader.NewSelect().Model(&rows).ModelTableExpr("?", bun.Ident(t.versions)).ColumnExpr(t.columns).
		Where("book = ?", s.book).Where("(id, version, changed) > (?, ?, ?)", p.ID, p.Version, p.Changed).
		Order("id", "version", "changed").Limit(perPastPage).Scan(ctx)
	if err != nil {
		return nil, err
	}
	values, err := t.decoded(rows)
	if err != nil {
		return nil, err
	}
	past := make([]assistant.Past, len(values))
	for i, v := range values {
		h, at := t.head(v), t.stamp(rows[i])
		past[i] = assistant.Past{Kind: t.kind, ID: h.id, Change: at.change(*h.version)}
		past[i].SetValue(v)
	}
	return past, nil
}

func (at stamp) change(version int64) assistant.Change {
	return assistant.Change{Version: version, At: moment(at.Changed), By: at.By, Via: at.Via, Label: at.Label}
}

// storedChanges returns the changes that made the stored versions.
func (t table[T, R]) storedChanges(ctx context.Context, s *Store, p listing.PastPlace) ([]assistant.Past, error) {
	var rows []struct {
		ID string
		changeRow
	}
	err := s.db.Reader.NewRaw("SELECT id, version, changed, changed_by, via, label FROM ? WHERE book = ? AND id > ? "+
		"ORDER BY id LIMIT ?",
		bun.Ident(t.name), s.book, p.ID, perQuery).Scan(ctx, &rows)
	past := make([]assistant.Past, len(rows))
	for i, row := range rows {
		past[i] = assistant.Past{Kind: t.kind, ID: row.ID, Change: row.change()}
	}
	return past, err
}

// removals returns what was removed, first contacts and then notes.
func removals(ctx context.Context, s *Store, p listing.PastPlace) ([]assistant.Past, error) {
	var rows []removedRow
	err := s.db.Reader.NewSelect().Model(&rows).Where("book = ?", s.book).Where("(kind, id) > (?, ?)", p.Kind, p.ID).
		Order("kind", "id").Limit(perQuery).Scan(ctx)
	past := make([]assistant.Past, len(rows))
	for i, row := range rows {
		past[i] = assistant.Past{
			Kind:    row.Kind,
			ID:      row.ID,
			Change:  row.stamp.change(row.Version),
			Removed: true,
			Name:    row.Name,
		}
	}
	return past, err
}

// RestorePast implements [assistant.HistoryStore]. It changes no answer about contacts or notes.
func (s *Store) RestorePast(ctx context.Context, past ...assistant.Past) error {
	return s.transact(ctx, "restore the past", func(ctx context.Context, tx bun.Tx) error {
		for _, p := range past {
			var err error
			switch {
			case p.Contact != nil:
				err = contacts().restoreVersion(ctx, s, tx, p.Contact, s.stampOf(p))
			case p.Note != nil:
				err = notes().restoreVersion(ctx, s, tx, p.Note, s.stampOf(p))
			case p.Removed:
				err = s.restoreRemoval(ctx, tx, p)
			default:
				_, err = tx.NewRaw("UPDATE ?0 SET changed = ?1, changed_by = ?2, via = ?3, label = ?7 WHERE book = ?4 AND id = "+
					"?5 AND version = ?6 "+
					"AND (changed <> ?1 OR changed_by <> ?2 OR via <> ?3 OR label <> ?7)",
					tableOf(p.Kind), p.At.UnixMilli(), p.By, p.Via, s.book, p.ID, p.Version, p.Label).Exec(ctx)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// tableOf returns the name of the table for a kind.
func tableOf(kind assistant.Kind) bun.Ident {
	if kind == assistant.KindNote {
		return bun.Ident(notes().name)
	}
	return bun.Ident(contacts().name)
}

func (s *Store) stampOf(p assistant.Past) stamp {
	return stamp{Book: s.book, Changed: p.At.UnixMilli(), By: p.By, Via: p.Via, Label: p.Label}
}

// restoreVersion saves a former version, unless it exists.
func (t table[T, R]) restoreVersion(ctx context.Context, s *Store, tx bun.Tx, v *T, at stamp) error {
	row := t.encode(v)
	*t.stamp(row) = at
	insert := tx.NewInsert().Model(row).ModelTableExpr("?", bun.Ident(t.versions)).
		Column(strings.Split(t.columns, ", ")...).On("CONFLICT DO NOTHING")
	return t.exec(ctx, s, tx, insert, row)
}

// restoreRemoval puts what does not exist into the trash. A later removal is kept.
func (s *Store) restoreRemoval(ctx context.Context, tx bun.Tx, p assistant.Past) error {
	there, err := tx.NewSelect().TableExpr("?", tableOf(p.Kind)).
		Where("book = ?", s.book).Where("id = ?", p.ID).
		Exists(ctx)
	if err != nil || there {
		return err
	}
	row := &removedRow{stamp: s.stampOf(p), Kind: p.Kind, ID: p.ID, Version: p.Version, Name: p.Name}
	if p.Name != "" {
		row.Kept = 1
	}
	_, err = tx.NewInsert().Model(row).On("CONFLICT (book, kind, id) DO UPDATE").
		Set("version = excluded.version, name = excluded.name, changed = excluded.changed").
		Set("changed_by = excluded.changed_by, via = excluded.via, label = excluded.label, kept = excluded.kept").
		Where("excluded.version > r.version").Exec(ctx)
	return err
}
