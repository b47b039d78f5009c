package sqlstore

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// SaveNotes implements [assistant.NoteStore]. All notes are written in one transaction.
func (s *Store) SaveNotes(ctx context.Context, list ...*assistant.Note) error {
	return notes().save(ctx, s, list)
}

// RestoreNotes implements [assistant.NoteStore]. All notes are written in one transaction.
func (s *Store) RestoreNotes(ctx context.Context, list ...*assistant.Note) error {
	return notes().restore(ctx, s, list)
}

// DeleteNote implements [assistant.NoteStore].
func (s *Store) DeleteNote(ctx context.Context, id string, version int64) error {
	return notes().remove(ctx, s, id, version)
}

// Notes implements [assistant.NoteStore].
func (s *Store) Notes(ctx context.Context, ids ...string) ([]*assistant.Note, error) {
	return notes().byID(ctx, s, ids)
}

// NoteTags implements [assistant.NoteStore].
func (s *Store) NoteTags(ctx context.Context) ([]assistant.TagCount, error) {
	return notes().tagCounts(ctx, s)
}

// ListNotes implements [assistant.NoteStore].
func (s *Store) ListNotes(ctx context.Context, q assistant.NoteQuery) (page assistant.NotePage, err error) {
	order, err := listing.Notes(q.Sort)
	if err == nil {
		page.Notes, page.Next, err = notes().page(ctx, s, selection{
			order: order, filter: q.Filter, condition: done(q.Done), after: q.After, limit: q.Limit, bytes: q.Bytes,
		})
	}
	return page, err
}

// NotesTitled implements [assistant.NoteStore].
func (s *Store) NotesTitled(ctx context.Context, title string) ([]*assistant.Note, error) {
	folded := search.Fold(title)
	if folded == "" {
		return nil, nil
	}
	list, err := notes().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("title_folded = ?", search.LookupKey(title)).Order("heading_key", "id")
	})
	return slices.DeleteFunc(list, func(n *assistant.Note) bool { return search.Fold(n.Title) != folded }), err
}

// done returns the condition for a choice of notes.
func done(d assistant.Doneness) string {
	switch d {
	case assistant.NotDone:
		return "done = 0"
	case assistant.OnlyDone:
		return "done <> 0"
	}
	return ""
}

// DueNotes implements [assistant.NoteStore].
func (s *Store) DueNotes(ctx context.Context, day assistant.Date) ([]*assistant.Note, error) {
	return notes().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("due_day <= ?", listing.Day(day)).Where("due_day < 99999999").Where("done = 0")
	})
}

// NotesFrom implements [assistant.NoteStore].
func (s *Store) NotesFrom(ctx context.Context, prefix string, limit int) ([]*assistant.Note, error) {
	return notes().from(ctx, s, "true", prefix, limit)
}

// noteRow is a row of the table notes.
type noteRow struct {
	bun.BaseModel `bun:"table:notes,alias:n"`
	stamp

	Seq         int64              `bun:"seq,pk,autoincrement"`
	ID          string             `bun:"id"`
	Version     int64              `bun:"version"`
	Title       string             `bun:"title"`
	TitleFolded string             `bun:"title_folded"`
	HeadingKey  string             `bun:"heading_key"`
	Text        string             `bun:"text"`
	Tags        document[[]string] `bun:"tags"`
	TagKey      string             `bun:"tag_key"`
	Unpinned    int64              `bun:"unpinned"`
	Created     int64              `bun:"created"`
	Recency     int64              `bun:"recency"`
	Due         string             `bun:"due"`
	DueDay      int64              `bun:"due_day"`
	Remind      int                `bun:"remind"`
	Done        int64              `bun:"done"`
}

func newNoteRow(n *assistant.Note) *noteRow {
	keys := listing.NoteKeys(n)
	row := &noteRow{
		ID: n.ID, Version: n.Version,
		Title: n.Title, TitleFolded: search.LookupKey(n.Title), HeadingKey: keys.Heading,
		Text: n.Text, Tags: document[[]string]{n.Tags}, TagKey: keys.Tag, Unpinned: keys.Unpinned,
		Created: n.Created.UnixMilli(), Recency: keys.Recency,
		Due: n.Due.String(), DueDay: keys.Due, Remind: n.Remind,
	}
	if !n.Done.IsZero() {
		row.Done = n.Done.UnixMilli()
	}
	return row
}

func (row *noteRow) note() (*assistant.Note, error) {
	n := &assistant.Note{
		ID: row.ID, Version: row.Version,
		Title: row.Title, Text: row.Text, Tags: row.Tags.V, Pinned: row.Unpinned == 0, Remind: row.Remind,
		Created: moment(row.Created), Updated: moment(-row.Recency),
	}
	if row.Done != 0 {
		n.Done = moment(row.Done)
	}
	return n, n.Due.UnmarshalText([]byte(row.Due))
}
