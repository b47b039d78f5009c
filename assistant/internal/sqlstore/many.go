package sqlstore

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// Many new values are written to SQLite in another way than a few. Its triggers run for each row, and because they call
// functions, which may fail, SQLite saves the former content of every page that a statement changes. So a save of many
// drops these triggers, does what they do for all rows at once, and creates them again, all in its own transaction: to
// others they always exist. The text of the next statement is rendered in the meantime.

// many is the number of new values from which on this pays.
const many = 500

// insertTriggers are the triggers whose work putMany does.
func (t table[T, R]) insertTriggers() []string {
	return []string{
		t.name + "_revision_insert", t.tags + "_revision_insert", t.documents + "_revision_insert", t.name + "_card_insert",
	}
}

// putMany is put for values of which nothing is stored, in a transaction of SQLite, during which nobody else writes.
// The revision of the book has been renewed.
func (t table[T, R]) putMany(
	ctx context.Context, tx bun.Tx, s *Store, values []*T, versions []int64, buried bool,
) error {
	m := manyNew[T, R]{table: t, store: s, values: values, versions: versions, at: s.stamp(ctx)}
	err := tx.NewRaw("SELECT (SELECT coalesce(max(seq), 0) FROM ?) AS seq, changes AS change FROM books WHERE book = ?",
		bun.Ident(t.name), s.book).Scan(ctx, &m.seq, &m.change)
	if err != nil {
		return err
	}
	var triggers []struct{ Name, SQL string }
	err = tx.NewRaw("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name IN (?)",
		bun.List(t.insertTriggers())).Scan(ctx, &triggers)
	for _, trigger := range triggers {
		if err == nil {
			_, err = tx.NewRaw("DROP TRIGGER ?", bun.Ident(trigger.Name)).Exec(ctx)
		}
	}
	if err == nil {
		err = m.run(ctx, tx)
	}
	if err == nil && buried {
		err = t.unbury(ctx, tx, s, t.ids(values))
	}
	for _, trigger := range triggers {
		if err == nil {
			_, err = tx.Tx.ExecContext(ctx, trigger.SQL)
		}
	}
	return err
}

// manyNew writes values that are new.
type manyNew[T, R any] struct {
	table[T, R]
	store       *Store
	values      []*T
	versions    []int64
	at          stamp
	seq, change int64 // the last ones in use
}

// run renders each statement while the previous ones are run.
func (m *manyNew[T, R]) run(ctx context.Context, tx bun.Tx) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	statements := make(chan sqldb.Rendered, 1)
	var unrendered error
	go func() {
		defer close(statements)
		unrendered = m.render(func(statement schema.QueryAppender, p *sqldb.Parameters) error {
			rendered, err := m.store.db.Render(statement, p)
			if err != nil {
				return err
			}
			select {
			case statements <- rendered:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var err error
	for statement := range statements {
		if err == nil {
			if err = statement.Exec(ctx, tx); err != nil {
				stop()
			}
		}
	}
	if err != nil {
		return err
	}
	return unrendered
}

// render passes the statements to do, one after the other.
func (m *manyNew[T, R]) render(do func(schema.QueryAppender, *sqldb.Parameters) error) error {
	first := m.seq + 1
	for from := 0; from < len(m.values); from += perQuery {
		var p sqldb.Parameters
		if err := do(orFail{m.rows(from, min(from+perQuery, len(m.values)), &p)}, &p); err != nil {
			return err
		}
	}
	for from := 0; from < len(m.values); from += perDocuments {
		part := m.values[from:min(from+perDocuments, len(m.values))]
		documents, tags := m.documentsOf(part, first+int64(from))
		insert := m.store.db.NewInsert().Model(&documents).ModelTableExpr("?", bun.Ident(m.documents))
		if err := do(orFail{insert}, &sqldb.Parameters{}); err != nil {
			return err
		}
		if len(tags) == 0 {
			continue
		}
		insert = m.store.db.NewInsert().Model(&tags).ModelTableExpr("?", bun.Ident(m.tags)).On("CONFLICT DO NOTHING")
		if err := do(orFail{insert}, &sqldb.Parameters{}); err != nil {
			return err
		}
	}
	if m.card(m.values[0]) == nil {
		return nil
	}
	return m.renderCards(do)
}

// rows inserts some of the values.
func (m *manyNew[T, R]) rows(from, to int, p *sqldb.Parameters) *bun.InsertQuery {
	rows := make([]*R, 0, to-from)
	for i, v := range m.values[from:to] {
		versioned := *v
		*m.head(&versioned).version = m.versions[from+i]
		row := m.encode(&versioned)
		m.seq++
		*m.table.seq(row), *m.stamp(row) = m.seq, m.at
		if m.beside != nil {
			m.beside(row, p)
		}
		rows = append(rows, row)
	}
	return m.store.db.NewInsert().Model(&rows).Returning("NULL")
}

// documentsOf returns the documents and tags of values, the first of which has this number.
func (m *manyNew[T, R]) documentsOf(values []*T, first int64) (documents []documentRow, tags []tagRow) {
	for i, v := range values {
		h, seq := m.head(v), first+int64(i)
		document := string(m.document(v))
		documents = append(documents, documentRow{Seq: seq, Book: m.store.book, ID: h.id, Document: document})
		for _, tag := range h.tags {
			tags = append(tags, tagRow{Book: m.store.book, Folded: search.LookupKey(tag), Seq: seq, Tag: tag})
		}
	}
	return documents, tags
}

// cardMark is a row of the table changes.
type cardMark struct {
	bun.BaseModel `bun:"table:changes"`

	Book   int64  `bun:"book,pk"`
	Change int64  `bun:"change,pk"`
	Mark   string `bun:"mark"`
	At     int64  `bun:"at"`
}

// renderCards does what the trigger contacts_card_insert does.
func (m *manyNew[T, R]) renderCards(do func(schema.QueryAppender, *sqldb.Parameters) error) error {
	db, book := m.store.db, m.store.book
	for from := 0; from < len(m.values); from += perQuery {
		to := min(from+perQuery, len(m.values))
		var marks []cardMark
		var list []cardRow
		var names []string
		for i, v := range m.values[from:to] {
			m.change++
			name, id := *m.card(v), m.head(v).id
			if name == "" {
				name = id + ".vcf"
			}
			var random [8]byte
			_, _ = rand.Read(random[:]) // never fails
			mark := cardMark{Book: book, Change: m.change, Mark: hex.EncodeToString(random[:]), At: m.at.Changed}
			marks, names = append(marks, mark), append(names, name)
			list = append(list, cardRow{
				Book: book, Resource: name, ID: id, Version: m.versions[from+i],
				Change: mark.Change, ETag: mark.Mark, At: mark.At,
			})
		}
		// A card of that name may have been there before.
		gone := db.NewRaw("DELETE FROM cards WHERE book = ? AND id = '' AND resource IN (?)", book, bun.List(names))
		for _, statement := range []schema.QueryAppender{
			gone, orFail{db.NewInsert().Model(&marks)}, orFail{db.NewInsert().Model(&list)},
		} {
			if err := do(statement, &sqldb.Parameters{}); err != nil {
				return err
			}
		}
	}
	changes := db.NewRaw("UPDATE books SET changes = ? WHERE book = ?", m.change, book)
	return do(changes, &sqldb.Parameters{})
}

// orFail is an INSERT that does not undo its own changes when it fails, as its transaction is then rolled back: in the
// absence of a trigger that calls functions, SQLite does not save the former content of pages.
type orFail struct{ *bun.InsertQuery }

// AppendQuery implements [schema.QueryAppender].
func (q orFail) AppendQuery(gen schema.QueryGen, text []byte) ([]byte, error) {
	insert, err := q.InsertQuery.AppendQuery(gen, nil)
	return append(append(text, "INSERT OR FAIL"...), bytes.TrimPrefix(insert, []byte("INSERT"))...), err
}
