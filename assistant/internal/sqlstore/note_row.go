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
}

func newNoteRow(n *assistant.Note) *noteRow {
	keys := listing.NoteKeys(n)
	return &noteRow{
		ID: n.ID, Version: n.Version,
		Title: n.Title, TitleFolded: search.LookupKey(n.Title), HeadingKey: keys["heading_key"].(string),
		Text: n.Text, Tags: document[[]string]{n.Tags}, TagKey: keys["tag_key"].(string), Unpinned: keys["unpinned"].(int64),
		Created: n.Created.UnixMilli(), Recency: listing.Recency(n.Updated),
	}
}

func (row *noteRow) note() (*assistant.Note, error) {
	return &assistant.Note{
		ID: row.ID, Version: row.Version,
		Title: row.Title, Text: row.Text, Tags: row.Tags.V, Pinned: row.Unpinned == 0,
		Created: moment(row.Created), Updated: moment(-row.Recency),
	}, nil
}
