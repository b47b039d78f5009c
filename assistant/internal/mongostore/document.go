package mongostore

import (
	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// contactDocument is a document of the collection contacts: the contact's fields and those by which it is found.
type contactDocument struct {
	Key               string `bson:"_id"`
	assistant.Contact `bson:",inline"`

	SourceBytes    []byte   `bson:"source"` // Contact leaves it out of its JSON form
	NameKey        string   `bson:"name_key"`
	NameFolded     string   `bson:"name_folded"`
	NicknameFolded string   `bson:"nickname_folded"`
	MonthDay       int64    `bson:"month_day"`
	Recency        int64    `bson:"recency"`
	TagsFolded     []string `bson:"tags_folded"`
	Text           string   `bson:"document"`
	Trigrams       []string `bson:"trigrams"`
}

func newContactDocument(c *assistant.Contact) *contactDocument {
	document := c.Document()
	return &contactDocument{
		Key: c.ID, Contact: *c, SourceBytes: c.Source,
		NameKey: search.OrderKey(c.Name), NameFolded: search.LookupKey(c.Name), NicknameFolded: search.LookupKey(c.Nickname),
		MonthDay: listing.MonthDay(c.Birthday), Recency: listing.Recency(c.Updated),
		TagsFolded: folded(c.Tags), Text: string(document), Trigrams: search.Trigrams(string(document)),
	}
}

func (d *contactDocument) contact() *assistant.Contact {
	c := d.Contact
	c.Source = d.SourceBytes
	return &c
}

// noteDocument is a document of the collection notes.
type noteDocument struct {
	Key            string `bson:"_id"`
	assistant.Note `bson:",inline"`

	TitleFolded string   `bson:"title_folded"`
	HeadingKey  string   `bson:"heading_key"`
	TagKey      string   `bson:"tag_key"`
	Unpinned    int64    `bson:"unpinned"`
	Recency     int64    `bson:"recency"`
	TagsFolded  []string `bson:"tags_folded"`
	Document    string   `bson:"document"`
	Trigrams    []string `bson:"trigrams"`
}

func newNoteDocument(n *assistant.Note) *noteDocument {
	keys, document := listing.NoteKeys(n), n.Document()
	return &noteDocument{
		Key: n.ID, Note: *n, TitleFolded: search.LookupKey(n.Title),
		HeadingKey: keys["heading_key"].(string), TagKey: keys["tag_key"].(string),
		Unpinned: keys["unpinned"].(int64), Recency: keys["recency"].(int64),
		TagsFolded: folded(n.Tags), Document: string(document), Trigrams: search.Trigrams(string(document)),
	}
}

func (d *noteDocument) note() *assistant.Note {
	n := d.Note
	return &n
}

func folded(tags []string) []string {
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = search.LookupKey(tag)
	}
	return keys
}
