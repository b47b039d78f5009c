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
	"github.com/pythonweb/goweb/storage/sqldb"
)

// A table keeps values of type T as rows of type R, with their tags and documents in separate tables. It has what
// contacts and notes have in common.
type table[T, R any] struct {
	kind                            assistant.Kind
	name, tags, documents, trigrams string
	grams, unindexed                string // the index for words of one or two characters, if any, and what it lacks
	versions                        string // the table of former versions
	columns                         string // of both tables: all except the keys of lists and look-ups
	encode                          func(*T) *R
	decode                          func(*R) (*T, error)
	beside                          func(*R, *sqldb.Parameters) // passes long values as parameters; nil if there are none
	head                            func(*T) head
	seq                             func(*R) *int64
	stamp                           func(*R) *stamp
	title                           func(*T) string
	card                            func(*T) *string // the name of its card; nil for what has none
	keys                            func(*T) listing.Keys
	document                        func(*T) search.Document
	bytes                           string   // an expression for about what listing.ContactBytes or NoteBytes returns
	long                            []string // the columns in bytes
	row                             []string // the columns of a row of a table
}

// head is what a table needs to know of a value.
type head struct {
	id      string
	version *int64
	tags    []string
}

// contacts describes the table of contacts; notes, that of notes.
func contacts() table[assistant.Contact, contactRow] {
	return table[assistant.Contact, contactRow]{
		kind: assistant.KindContact,
		name: "contacts", tags: "contact_tags", documents: "contact_documents", trigrams: "contact_trigrams",
		grams: "contact_grams", unindexed: "contact_unindexed",
		versions: "contact_versions",
		columns: "book, id, version, name, nickname, name_parts, organization, phones, emails, addresses, web_pages, " +
			"birthday, birthday_text, note, tags, created, recency, photo_type, photo_url, photo, source, more, " +
			"resource, kind, changed, changed_by, via, label",
		encode: newContactRow, decode: (*contactRow).contact, beside: (*contactRow).beside,
		keys: listing.ContactKeys, document: (*assistant.Contact).Document,
		head:  func(c *assistant.Contact) head { return head{c.ID, &c.Version, c.Tags} },
		seq:   func(row *contactRow) *int64 { return &row.Seq },
		stamp: func(row *contactRow) *stamp { return &row.stamp },
		title: func(c *assistant.Contact) string { return c.Name },
		card:  func(c *assistant.Contact) *string { return &c.Resource },
		// The length of a photo is known without reading it; that of a text is not.
		bytes: "coalesce(length(photo), 0) + coalesce(length(source), 0) + length(note)",
		long:  []string{"photo", "source", "note"},
		row:   []string{"id", "version", "name", "phones", "emails", "birthday", "birthday_text", "tags", "recency"},
	}
}

func notes() table[assistant.Note, noteRow] {
	return table[assistant.Note, noteRow]{
		kind: assistant.KindNote,
		name: "notes", tags: "note_tags", documents: "note_documents", trigrams: "note_trigrams",
		versions: "note_versions",
		columns: "book, id, version, title, text, tags, unpinned, created, recency, due, remind, done, changed, " +
			"changed_by, via, label",
		encode: newNoteRow, decode: (*noteRow).note, keys: listing.NoteKeys, document: (*assistant.Note).Document,
		head:  func(n *assistant.Note) head { return head{n.ID, &n.Version, n.Tags} },
		seq:   func(row *noteRow) *int64 { return &row.Seq },
		stamp: func(row *noteRow) *stamp { return &row.stamp },
		title: (*assistant.Note).Heading,
		card:  func(*assistant.Note) *string { return nil },
		bytes: "length(text)",
	}
}

// byID returns the values that exist, in the order of the ids.
func (t table[T, R]) byID(ctx context.Context, s *Store, ids []string) ([]*T, error) {
	place := make(map[string]*T, len(ids))
	for part := range slices.Chunk(ids, perQuery) {
		found, err := t.query(
			ctx,
			s,
			func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("id IN (?)", bun.List(part)) },
		)
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

// query reads the rows that match the condition.
func (t table[T, R]) query(
	ctx context.Context,
	s *Store,
	condition func(*bun.SelectQuery) *bun.SelectQuery,
) ([]*T, error) {
	var rows []*R
	if err := condition(s.db.Reader.NewSelect().Model(&rows).Where("book = ?", s.book)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.name, err)
	}
	return t.decoded(rows)
}

// decoded returns the values of the rows.
func (t table[T, R]) decoded(rows []*R) ([]*T, error) {
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
	condition    string // an additional one; "" for none
	after        string
	limit, bytes int
	brief        bool // without the columns that bytes counts
	row          bool // only the columns of a row of a table
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
			q = q.Where(
				"seq IN (SELECT seq FROM ? WHERE book = ? AND tag_folded = ?)",
				bun.Ident(t.tags),
				s.book,
				search.LookupKey(tag),
			)
		}
		for _, tag := range sel.filter.NotTags {
			q = q.Where(
				"seq NOT IN (SELECT seq FROM ? WHERE book = ? AND tag_folded = ?)",
				bun.Ident(t.tags),
				s.book,
				search.LookupKey(tag),
			)
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
		switch {
		case sel.row:
			q = q.Column(t.row...)
		case sel.brief:
			q = q.ExcludeColumn(t.long...)
		}
		return q.Order(sel.order...)
	}
	if sel.bytes > 0 && !sel.brief && !sel.row {
		var sizes []int
		measured := s.db.Reader.NewSelect().TableExpr("?", bun.Ident(t.name)).ColumnExpr(t.bytes).Where("book = ?", s.book)
		err := part(measured).Scan(ctx, &sizes)
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

// renew rewrites those values of all books for which change returns true, with their tags and documents.
func (t table[T, R]) renew(ctx context.Context, s *Store, tx bun.Tx, change func(*T) bool) error {
	for after := int64(0); ; {
		var rows []*R
		if err := tx.NewSelect().Model(&rows).Where("seq > ?", after).Order("seq").Limit(perQuery).Scan(ctx); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		var beside []placed[T]
		for _, row := range rows {
			v, err := t.decode(row)
			if err != nil {
				return err
			}
			after = *t.seq(row)
			if !change(v) {
				continue
			}
			beside = append(beside, placed[T]{v, t.stamp(row).Book, after})
			renewed := t.encode(v)
			*t.seq(renewed), *t.stamp(renewed) = after, *t.stamp(row)
			if err := t.exec(ctx, s, tx, tx.NewUpdate().Model(renewed).WherePK(), renewed); err != nil {
				return err
			}
		}
		if len(beside) == 0 {
			continue
		}
		if err := t.putBeside(ctx, tx, beside); err != nil {
			return err
		}
	}
}

// from returns the values whose ids begin with a prefix and for which a condition is true.
func (t table[T, R]) from(ctx context.Context, s *Store, condition, prefix string, limit int) ([]*T, error) {
	return t.query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		// Every character of an id sorts before a tilde.
		return q.Where("id >= ? AND id < ?", prefix, prefix+"~").Where(condition).Order("id").Limit(int64(limit))
	})
}

func (t table[T, R]) tagCounts(ctx context.Context, s *Store) ([]assistant.TagCount, error) {
	var counts []assistant.TagCount
	err := s.db.Reader.NewRaw("SELECT min(tag) AS tag, count(*) AS count FROM ? WHERE book = ? GROUP BY tag_folded",
		bun.Ident(t.tags), s.book).Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("count tags of %s: %w", t.name, err)
	}
	listing.SortTags(counts)
	return counts, nil
}

// Search implements [assistant.Store].
func (s *Store) Search(ctx context.Context, q assistant.SearchQuery) (assistant.SearchResult, error) {
	var result assistant.SearchResult
	query := q.Query()
	if query.Empty() {
		return result, nil
	}
	var err error
	result.Contacts, result.TotalContacts, err = contacts().search(ctx, s, query, q.Skip, q.Limit)
	if err == nil {
		result.Notes, result.TotalNotes, err = notes().search(ctx, s, query, q.Skip, q.Limit)
	}
	if err != nil {
		return assistant.SearchResult{}, fmt.Errorf("search: %w", err)
	}
	return result, nil
}

// search asks the database for candidates, verifies and ranks them, and reads those of the page.
func (t table[T, R]) search(ctx context.Context, s *Store, query search.Query, skip, limit int) ([]*T, int, error) {
	ids, total, ok, err := t.searchGram(ctx, s, query, skip, limit)
	if err == nil && !ok {
		q := s.db.Reader.NewSelect().TableExpr("? AS d", bun.Ident(t.documents)).ColumnExpr("d.id, d.document").
			Where("d.book = ?", s.book)
		ranking := query.Ranking(skip, limit)
		err = rank(ctx, s.dialect.candidates(q, t.trigrams, query.Words()), ranking)
		ids, total = ranking.Best()
	}
	if err != nil {
		return nil, 0, err
	}
	found, err := t.byID(ctx, s, ids)
	return found, total, err
}

// rank passes the ids and documents that a query selects to a ranking.
func rank(ctx context.Context, q *bun.SelectQuery, ranking *search.Ranking) error {
	rows, err := q.Rows(ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id, document string
	for rows.Next() {
		if err := rows.Scan(&id, &document); err != nil {
			return err
		}
		ranking.Add(id, search.Document(document))
	}
	return rows.Err()
}
