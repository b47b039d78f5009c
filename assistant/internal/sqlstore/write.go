package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// A stamp says in which book a row is, and when, by whom and in which way its version was made.
type stamp struct {
	Book    int64         `bun:"book"`
	Changed int64         `bun:"changed"`
	By      string        `bun:"changed_by"`
	Via     assistant.Via `bun:"via"`
	Label   string        `bun:"label"`
}

// stamp returns the stamp of a change that is made now.
func (s *Store) stamp(ctx context.Context) stamp {
	return stamp{
		Book: s.book, Changed: time.Now().UnixMilli(), By: s.by, Via: assistant.ViaOf(ctx), Label: assistant.LabelOf(ctx),
	}
}

// stored is the number and the version under which a value is stored.
type stored struct {
	Seq     int64
	ID      string
	Version int64
}

// perQuery is how many rows one query reads or writes.
const perQuery = 250

// stored looks the ids up.
func (t table[T, R]) stored(ctx context.Context, db bun.IDB, s *Store, ids []string) (map[string]stored, error) {
	found := make(map[string]stored, len(ids))
	for part := range slices.Chunk(ids, perQuery) {
		var rows []stored
		err := db.NewRaw("SELECT seq, id, version FROM ? WHERE book = ? AND id IN (?)",
			bun.Ident(t.name), s.book, bun.List(part)).Scan(ctx, &rows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[row.ID] = row
		}
	}
	return found, nil
}

// save writes the values in one transaction, each if its version is the stored one, with the next version.
func (t table[T, R]) save(ctx context.Context, s *Store, values []*T) error {
	var next []int64
	err := s.write(ctx, "save "+t.name, func(ctx context.Context, tx bun.Tx) (err error) {
		if next, err = t.saveIn(ctx, tx, s, values); err != nil {
			return err
		}
		return t.indexGrams(ctx, tx, s)
	})
	if err == nil {
		t.raise(values, next)
	}
	return err
}

// raise sets the versions of the values to those in the store.
func (t table[T, R]) raise(values []*T, versions []int64) {
	for i, v := range values {
		*t.head(v).version = versions[i]
	}
}

// saveIn is save in a transaction. It returns the new versions of the values.
func (t table[T, R]) saveIn(ctx context.Context, tx bun.Tx, s *Store, values []*T) ([]int64, error) {
	found, err := t.stored(ctx, tx, s, t.ids(values))
	if err != nil {
		return nil, err
	}
	last, err := t.lastVersions(ctx, tx, s, t.ids(values))
	if err != nil {
		return nil, err
	}
	there := maps.Clone(found)
	next, err := t.nextVersions(values, found, last)
	if err == nil {
		err = t.nameCards(ctx, tx, s, values)
	}
	if err != nil {
		return nil, err
	}
	return next, t.put(ctx, tx, s, values, next, there, len(last) > 0)
}

// nextVersions compares the versions with the stored ones and returns the next ones.
func (t table[T, R]) nextVersions(values []*T, found map[string]stored, last map[string]int64) ([]int64, error) {
	next := make([]int64, len(values))
	for i, v := range values {
		h := t.head(v)
		have := found[h.id]
		switch want := *h.version; {
		case want == 0 && have.Version != 0:
			return nil, fmt.Errorf("%s %s: %w", t.kind, h.id, assistant.ErrExists)
		case want != have.Version:
			return nil, &assistant.ConflictError{Kind: t.kind, ID: h.id, Want: want, Have: have.Version}
		case want == 0:
			next[i] = last[h.id] + 1
		default:
			next[i] = want + 1
		}
		have.Version = next[i]
		found[h.id] = have // so that a second change of the same batch conflicts
	}
	return next, nil
}

// lastVersions returns the last versions of those of the ids that were removed.
func (t table[T, R]) lastVersions(ctx context.Context, tx bun.Tx, s *Store, ids []string) (map[string]int64, error) {
	last := make(map[string]int64)
	for part := range slices.Chunk(ids, perQuery) {
		var rows []stored
		err := tx.NewRaw("SELECT id, version FROM removed WHERE book = ? AND kind = ? AND id IN (?)",
			s.book, t.kind, bun.List(part)).Scan(ctx, &rows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			last[row.ID] = row.Version
		}
	}
	return last, nil
}

// restore writes the values as they are in one transaction.
func (t table[T, R]) restore(ctx context.Context, s *Store, values []*T) error {
	versions := make([]int64, len(values))
	for i, v := range values {
		versions[i] = *t.head(v).version
	}
	return s.write(ctx, "restore "+t.name, func(ctx context.Context, tx bun.Tx) error {
		found, err := t.stored(ctx, tx, s, t.ids(values))
		if err == nil {
			err = t.put(ctx, tx, s, values, versions, found, true)
		}
		if err != nil {
			return err
		}
		return t.indexGrams(ctx, tx, s)
	})
}

// put writes values with the versions given, in place of the stored ones, which are in found and are kept as former
// versions. buried says that some of the ids may have been removed before.
func (t table[T, R]) put(
	ctx context.Context, tx bun.Tx, s *Store, values []*T, versions []int64, found map[string]stored, buried bool,
) error {
	if s.dialect.takesMany() && len(values) >= many && len(found) == 0 {
		return t.putMany(ctx, tx, s, values, versions, buried)
	}
	var beside []placed[T]
	for from := 0; from < len(values); from += perQuery {
		to := min(from+perQuery, len(values))
		part, err := t.putPart(ctx, tx, s, values[from:to], versions[from:to], found, buried)
		if err != nil {
			return err
		}
		beside = append(beside, part...)
	}
	return t.putBeside(ctx, tx, beside)
}

// putPart is put for as many values as one query writes, without their tags and documents.
func (t table[T, R]) putPart(
	ctx context.Context, tx bun.Tx, s *Store, values []*T, versions []int64, found map[string]stored, buried bool,
) ([]placed[T], error) {
	ids := t.ids(values)
	if slices.ContainsFunc(ids, func(id string) bool { return found[id].Seq != 0 }) {
		if err := t.keep(ctx, tx, s, ids); err != nil {
			return nil, err
		}
	}
	var added []*R
	for i, v := range values {
		versioned := *v
		*t.head(&versioned).version = versions[i]
		row := t.encode(&versioned)
		*t.stamp(row) = s.stamp(ctx)
		have, exists := found[t.head(v).id]
		if !exists {
			added = append(added, row)
			continue
		}
		*t.seq(row) = have.Seq
		if err := t.exec(ctx, s, tx, tx.NewUpdate().Model(row).WherePK(), row); err != nil {
			return nil, err
		}
	}
	if len(added) > 0 {
		if err := t.exec(ctx, s, tx, tx.NewInsert().Model(&added).Returning("NULL"), added...); err != nil {
			return nil, err
		}
		written, err := t.stored(ctx, tx, s, ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(found, written)
		if buried {
			if err := t.unbury(ctx, tx, s, ids); err != nil {
				return nil, err
			}
		}
	}
	beside := make([]placed[T], len(values))
	for i, v := range values {
		beside[i] = placed[T]{v, s.book, found[ids[i]].Seq}
	}
	return beside, nil
}

// unbury deletes the records that some of the ids were removed.
func (t table[T, R]) unbury(ctx context.Context, tx bun.Tx, s *Store, ids []string) error {
	for part := range slices.Chunk(ids, perQuery) {
		_, err := tx.NewRaw("DELETE FROM removed WHERE book = ? AND kind = ? AND id IN (?)", s.book, t.kind, bun.List(part)).
			Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement that writes these rows. Long values are passed separately from its text.
func (t table[T, R]) exec(ctx context.Context, s *Store, tx bun.Tx, statement schema.QueryAppender, rows ...*R) error {
	var p sqldb.Parameters
	if t.beside != nil {
		for _, row := range rows {
			t.beside(row, &p)
		}
	}
	return s.db.ExecWith(ctx, tx, statement, &p)
}

// placed is a value with the location of its row.
type placed[T any] struct {
	value     *T
	book, seq int64
}

// perDocuments is how many documents one query writes: after each query FTS5 writes a segment of its index, and fewer
// segments mean less merging.
const perDocuments = 16 * perQuery

// putBeside writes the tags and the documents of the values.
func (t table[T, R]) putBeside(ctx context.Context, tx bun.Tx, values []placed[T]) error {
	for part := range slices.Chunk(values, perDocuments) {
		if err := t.putDocuments(ctx, tx, part); err != nil {
			return err
		}
	}
	return nil
}

// putDocuments is putBeside for as many values as one query writes.
func (t table[T, R]) putDocuments(ctx context.Context, tx bun.Tx, values []placed[T]) error {
	var tags []tagRow
	var documents []documentRow
	seqs := make([]int64, len(values))
	for i, v := range values {
		h := t.head(v.value)
		seqs[i] = v.seq
		documents = append(documents, documentRow{Seq: v.seq, Book: v.book, ID: h.id, Document: string(t.document(v.value))})
		for _, tag := range h.tags {
			tags = append(tags, tagRow{Book: v.book, Folded: search.LookupKey(tag), Seq: v.seq, Tag: tag})
		}
	}
	_, err := tx.NewInsert().Model(&documents).ModelTableExpr("? AS d", bun.Ident(t.documents)).
		On("CONFLICT (seq) DO UPDATE").Set("document = excluded.document").Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw("DELETE FROM ? WHERE seq IN (?)", bun.Ident(t.tags), bun.List(seqs)).Exec(ctx)
	if err != nil || len(tags) == 0 {
		return err
	}
	_, err = tx.NewInsert().Model(&tags).ModelTableExpr("?", bun.Ident(t.tags)).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}

// tagRow is a row of contact_tags or note_tags.
type tagRow struct {
	Book   int64  `bun:"book"`
	Folded string `bun:"tag_folded"`
	Seq    int64  `bun:"seq"`
	Tag    string `bun:"tag"`
}

// documentRow is a row of contact_documents or note_documents.
type documentRow struct {
	Seq      int64  `bun:"seq,pk"`
	Book     int64  `bun:"book"`
	ID       string `bun:"id"`
	Document string `bun:"document"`
}

// remove deletes a value if it has that version; 0 means any version. It goes to the trash.
func (t table[T, R]) remove(ctx context.Context, s *Store, id string, version int64) error {
	return s.write(ctx, "remove "+string(t.kind), func(ctx context.Context, tx bun.Tx) error {
		return t.removeIn(ctx, tx, s, id, version)
	})
}

// removeIn is remove in a transaction.
func (t table[T, R]) removeIn(ctx context.Context, tx bun.Tx, s *Store, id string, version int64) error {
	rows, err := t.rows(ctx, tx, t.name, s.book, id)
	switch {
	case err != nil:
		return err
	case len(rows) == 0:
		return &assistant.NotFoundError{Kind: t.kind, Ref: id}
	}
	v, err := t.decode(rows[0])
	if err != nil {
		return err
	}
	have := *t.head(v).version
	if version != 0 && version != have {
		return &assistant.ConflictError{Kind: t.kind, ID: id, Want: version, Have: have}
	}
	if err := t.keep(ctx, tx, s, []string{id}); err != nil {
		return err
	}
	at := s.stamp(ctx)
	removed := &removedRow{stamp: at, Kind: t.kind, ID: id, Version: have, Name: t.title(v), Kept: 1}
	if _, err := tx.NewInsert().Model(removed).Exec(ctx); err != nil {
		return err
	}
	if _, err = tx.NewRaw("DELETE FROM ? WHERE book = ? AND id = ?", bun.Ident(t.name), s.book, id).Exec(ctx); err != nil {
		return err
	}
	if err := s.forgetChanges(ctx, tx, at.Changed-int64(assistant.ChangeDays*24*time.Hour/time.Millisecond)); err != nil {
		return err
	}
	return t.emptyTrash(ctx, tx, s, at.Changed-int64(assistant.TrashDays*24*time.Hour/time.Millisecond))
}

func (t table[T, R]) ids(values []*T) []string {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i] = t.head(v).id
	}
	return ids
}
