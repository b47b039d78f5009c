package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// A table keeps values of type T as rows of type R, with their tags and documents in tables beside it. What holds
// for contacts and for notes alike is here.
type table[T, R any] struct {
	kind                            assistant.Kind
	name, tags, documents, trigrams string
	encode                          func(*T) *R
	decode                          func(*R) (*T, error)
	head                            func(*T) head
	seq                             func(*R) *int64
	keys                            func(*T) listing.Keys
	enrich                          func(*T) // fills in what older versions left in the card
	document                        func(*T) search.Document
	bytes                           string // an expression with what listing.ContactBytes or NoteBytes returns, about
}

// head is what a table needs to know of a value.
type head struct {
	id      string
	version *int64
	tags    []string
}

// contacts and notes are the two tables.
func contacts() table[assistant.Contact, contactRow] {
	return table[assistant.Contact, contactRow]{
		kind: assistant.KindContact,
		name: "contacts", tags: "contact_tags", documents: "contact_documents", trigrams: "contact_trigrams",
		encode: newContactRow, decode: (*contactRow).contact, keys: listing.ContactKeys, document: (*assistant.Contact).Document,
		enrich: (*assistant.Contact).Enrich,
		head:   func(c *assistant.Contact) head { return head{c.ID, &c.Version, c.Tags} },
		seq:    func(row *contactRow) *int64 { return &row.Seq },
		// The length of a picture is known without reading it, which that of a text is not.
		bytes: "coalesce(length(photo), 0) + coalesce(length(source), 0) + length(note)",
	}
}

func notes() table[assistant.Note, noteRow] {
	return table[assistant.Note, noteRow]{
		kind: assistant.KindNote,
		name: "notes", tags: "note_tags", documents: "note_documents", trigrams: "note_trigrams",
		encode: newNoteRow, decode: (*noteRow).note, keys: listing.NoteKeys, document: (*assistant.Note).Document,
		enrich: func(*assistant.Note) {},
		head:   func(n *assistant.Note) head { return head{n.ID, &n.Version, n.Tags} },
		seq:    func(row *noteRow) *int64 { return &row.Seq },
		bytes:  "length(text)",
	}
}

// stored says under which number and in which version a value is stored.
type stored struct {
	Seq     int64
	ID      string
	Version int64
}

// perQuery is how many rows one query reads or writes.
const perQuery = 250

// stored looks the ids up.
func (t table[T, R]) stored(ctx context.Context, db bun.IDB, ids []string) (map[string]stored, error) {
	found := make(map[string]stored, len(ids))
	for part := range slices.Chunk(ids, perQuery) {
		var rows []stored
		err := db.NewRaw("SELECT seq, id, version FROM ? WHERE id IN (?)", bun.Ident(t.name), bun.List(part)).Scan(ctx, &rows)
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
	err := s.write(ctx, "save "+t.name, func(ctx context.Context, tx bun.Tx) error {
		if err := t.compareVersions(ctx, tx, values); err != nil {
			return err
		}
		return t.put(ctx, tx, values, 1)
	})
	if err == nil {
		for _, v := range values {
			*t.head(v).version++
		}
	}
	return err
}

func (t table[T, R]) compareVersions(ctx context.Context, db bun.IDB, values []*T) error {
	found, err := t.stored(ctx, db, t.ids(values))
	if err != nil {
		return err
	}
	for _, v := range values {
		h := t.head(v)
		have := found[h.id]
		switch want := *h.version; {
		case want == 0 && have.Version != 0:
			return fmt.Errorf("%s %s: %w", t.kind, h.id, assistant.ErrExists)
		case want != have.Version:
			return &assistant.ConflictError{Kind: t.kind, ID: h.id, Want: want, Have: have.Version}
		}
		have.Version++
		found[h.id] = have // so that a second change of the same batch conflicts
	}
	return nil
}

// restore writes the values as they are in one transaction.
func (t table[T, R]) restore(ctx context.Context, s *Store, values []*T) error {
	return s.write(ctx, "restore "+t.name, func(ctx context.Context, tx bun.Tx) error { return t.put(ctx, tx, values, 0) })
}

// put writes the values in place of what is stored, with versions raised by step.
func (t table[T, R]) put(ctx context.Context, db bun.IDB, values []*T, step int64) error {
	for part := range slices.Chunk(values, perQuery) {
		if err := t.putPart(ctx, db, part, step); err != nil {
			return err
		}
	}
	return nil
}

func (t table[T, R]) putPart(ctx context.Context, db bun.IDB, values []*T, step int64) error {
	ids := t.ids(values)
	found, err := t.stored(ctx, db, ids)
	if err != nil {
		return err
	}
	var added []*R
	for _, v := range values {
		raised := *v
		*t.head(&raised).version += step
		row := t.encode(&raised)
		have, exists := found[t.head(v).id]
		if !exists {
			added = append(added, row)
			continue
		}
		*t.seq(row) = have.Seq
		if _, err := db.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	if len(added) > 0 {
		if _, err := db.NewInsert().Model(&added).Returning("NULL").Exec(ctx); err != nil {
			return err
		}
		if found, err = t.stored(ctx, db, ids); err != nil {
			return err
		}
	}
	return t.putBeside(ctx, db, values, found)
}

// putBeside writes the tags and the documents of the values.
func (t table[T, R]) putBeside(ctx context.Context, db bun.IDB, values []*T, found map[string]stored) error {
	var tags []tagRow
	var documents []documentRow
	for _, v := range values {
		h := t.head(v)
		documents = append(documents, documentRow{Seq: found[h.id].Seq, ID: h.id, Document: string(t.document(v))})
		for _, tag := range h.tags {
			tags = append(tags, tagRow{ID: h.id, Folded: search.LookupKey(tag), Tag: tag})
		}
	}
	_, err := db.NewInsert().Model(&documents).ModelTableExpr("? AS d", bun.Ident(t.documents)).
		On("CONFLICT (seq) DO UPDATE").Set("document = excluded.document").Exec(ctx)
	if err != nil {
		return err
	}
	_, err = db.NewRaw("DELETE FROM ? WHERE id IN (?)", bun.Ident(t.tags), bun.List(t.ids(values))).Exec(ctx)
	if err != nil || len(tags) == 0 {
		return err
	}
	_, err = db.NewInsert().Model(&tags).ModelTableExpr("?", bun.Ident(t.tags)).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}

// tagRow is a row of contact_tags or note_tags.
type tagRow struct {
	ID     string `bun:"id"`
	Folded string `bun:"tag_folded"`
	Tag    string `bun:"tag"`
}

// documentRow is a row of contact_documents or note_documents.
type documentRow struct {
	Seq      int64  `bun:"seq,pk"`
	ID       string `bun:"id"`
	Document string `bun:"document"`
}

// remove deletes a value if it has that version; 0 is any.
func (t table[T, R]) remove(ctx context.Context, s *Store, id string, version int64) error {
	return s.write(ctx, "remove "+string(t.kind), func(ctx context.Context, tx bun.Tx) error {
		found, err := t.stored(ctx, tx, []string{id})
		if err != nil {
			return err
		}
		have, exists := found[id]
		switch {
		case !exists:
			return &assistant.NotFoundError{Kind: t.kind, Ref: id}
		case version != 0 && version != have.Version:
			return &assistant.ConflictError{Kind: t.kind, ID: id, Want: version, Have: have.Version}
		}
		_, err = tx.NewRaw("DELETE FROM ? WHERE id = ?", bun.Ident(t.name), id).Exec(ctx)
		return err
	})
}

// byID returns the values that exist, in the order of the ids.
func (t table[T, R]) byID(ctx context.Context, s *Store, ids []string) ([]*T, error) {
	place := make(map[string]*T, len(ids))
	for part := range slices.Chunk(ids, perQuery) {
		found, err := t.query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("id IN (?)", bun.List(part)) })
		if err != nil {
			return nil, err
		}
		for _, v := range found {
			place[t.head(v).id] = v
		}
	}
	list := make([]*T, 0, len(place))
	for _, id := range ids {
		if v := place[id]; v != nil {
			list = append(list, v)
		}
	}
	return list, nil
}

// query reads the rows that the condition asks for.
func (t table[T, R]) query(ctx context.Context, s *Store, condition func(*bun.SelectQuery) *bun.SelectQuery) ([]*T, error) {
	var rows []*R
	if err := condition(s.db.Reader.NewSelect().Model(&rows)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.name, err)
	}
	values := make([]*T, 0, len(rows))
	for _, row := range rows {
		v, err := t.decode(row)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.name, err)
		}
		values = append(values, v)
	}
	return values, nil
}

// A selection says which part of a list is read.
type selection struct {
	order        listing.Order
	filter       assistant.Filter
	condition    string // a further one; "" is none
	after        string
	limit, bytes int
}

// page reads a part of a list and returns the cursor of the next one.
func (t table[T, R]) page(ctx context.Context, s *Store, sel selection) ([]*T, string, error) {
	var place []any
	if sel.after != "" {
		var err error
		if place, err = sel.order.Place(sel.after); err != nil {
			return nil, "", err
		}
	}
	limit := sel.limit
	part := func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, tag := range sel.filter.Tags {
			q = q.Where("id IN (SELECT id FROM ? WHERE tag_folded = ?)", bun.Ident(t.tags), search.LookupKey(tag))
		}
		for _, tag := range sel.filter.NotTags {
			q = q.Where("id NOT IN (SELECT id FROM ? WHERE tag_folded = ?)", bun.Ident(t.tags), search.LookupKey(tag))
		}
		if sel.condition != "" {
			q = q.Where(sel.condition)
		}
		if place != nil {
			q = q.Where("(?) > (?)", bun.Safe(strings.Join(sel.order, ", ")), bun.List(place))
		}
		if limit > 0 {
			q = q.Limit(int64(limit) + 1)
		}
		return q.Order(sel.order...)
	}
	if sel.bytes > 0 {
		var sizes []int
		err := part(s.db.Reader.NewSelect().TableExpr("?", bun.Ident(t.name)).ColumnExpr(t.bytes)).Scan(ctx, &sizes)
		if err != nil {
			return nil, "", fmt.Errorf("measure %s: %w", t.name, err)
		}
		if n := listing.Fitting(sizes, sel.bytes); n < len(sizes) {
			limit = n
		}
	}
	found, err := t.query(ctx, s, part)
	if err != nil {
		return nil, "", err
	}
	page, next := listing.Cut(sel.order, found, limit, t.keys)
	return page, next, nil
}

// renew makes what stands beside the values anew. A contact is read from its card again for what older versions left in
// it.
func (t table[T, R]) renew(ctx context.Context, tx bun.Tx) error {
	for after := int64(0); ; {
		var rows []*R
		if err := tx.NewSelect().Model(&rows).Where("seq > ?", after).Order("seq").Limit(perQuery).Scan(ctx); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		values, found := make([]*T, len(rows)), make(map[string]stored, len(rows))
		for i, row := range rows {
			v, err := t.decode(row)
			if err != nil {
				return err
			}
			t.enrich(v)
			values[i], after = v, *t.seq(row)
			found[t.head(v).id] = stored{Seq: after}
			renewed := t.encode(v)
			*t.seq(renewed) = after
			if _, err := tx.NewUpdate().Model(renewed).WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		if err := t.putBeside(ctx, tx, values, found); err != nil {
			return err
		}
	}
}

// from returns the values whose ids begin with a prefix.
func (t table[T, R]) from(ctx context.Context, s *Store, prefix string, limit int) ([]*T, error) {
	return t.query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		// Every character of an id is lower than a tilde.
		return q.Where("id >= ? AND id < ?", prefix, prefix+"~").Order("id").Limit(int64(limit))
	})
}

func (t table[T, R]) tagCounts(ctx context.Context, s *Store) ([]assistant.TagCount, error) {
	var counts []assistant.TagCount
	err := s.db.Reader.NewRaw("SELECT min(tag) AS tag, count(*) AS count FROM ? GROUP BY tag_folded", bun.Ident(t.tags)).Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("count tags of %s: %w", t.name, err)
	}
	listing.SortTags(counts)
	return counts, nil
}

func (t table[T, R]) ids(values []*T) []string {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i] = t.head(v).id
	}
	return ids
}
