package sqlstore

import (
	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// noteRow is a row of the table notes.
type noteRow struct {
	bun.BaseModel `bun:"table:notes,alias:n"`

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
