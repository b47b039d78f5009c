package mongostore

import (
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// contactDocument is a document of the collection contacts: the contact's fields, and those by which it is found. The
// field names are the store's own: a JSON key may change, a document stays.
type contactDocument struct {
	Stamp `bson:",inline"`

	Key          string     `bson:"_id"`
	ID           string     `bson:"id"`
	Version      int64      `bson:"version"`
	Name         string     `bson:"name"`
	Parts        nameParts  `bson:"name_parts,omitempty"`
	Nickname     string     `bson:"nickname,omitempty"`
	Organization string     `bson:"organization,omitempty"`
	Title        string     `bson:"title,omitempty"`
	Role         string     `bson:"role,omitempty"`
	Phones       []phone    `bson:"phones,omitempty"`
	Emails       []labelled `bson:"emails,omitempty"`
	Addresses    []address  `bson:"addresses,omitempty"`
	WebPages     []labelled `bson:"web_pages,omitempty"`
	Chats        []labelled `bson:"chats,omitempty"`
	Birthday     string     `bson:"birthday,omitempty"`
	BirthdayText string     `bson:"birthday_text,omitempty"`
	Anniversary  string     `bson:"anniversary,omitempty"`
	Dates        []labelled `bson:"dates,omitempty"`
	Relations    []labelled `bson:"relations,omitempty"`
	Note         string     `bson:"note,omitempty"`
	Tags         []string   `bson:"tags,omitempty"`
	Photo        *photo     `bson:"photo,omitempty"`
	CallEvery    int        `bson:"call_every,omitempty"`
	Called       string     `bson:"called,omitempty"`
	Other        []labelled `bson:"other,omitempty"`
	Created      time.Time  `bson:"created"`
	Updated      time.Time  `bson:"updated"`
	Source       []byte     `bson:"source"`
	Resource     string     `bson:"resource"` // never empty
	Group        bool       `bson:"group,omitempty"`

	NameKey        string   `bson:"name_key"`
	NameFolded     string   `bson:"name_folded"`
	NicknameFolded string   `bson:"nickname_folded"`
	MonthDay       int64    `bson:"month_day"`
	AnniversaryDay int64    `bson:"anniversary_day"`
	CallDay        int64    `bson:"call_day"`
	Recency        int64    `bson:"recency"`
	TagsFolded     []string `bson:"tags_folded"`
	Text           string   `bson:"document"`
	Trigrams       []string `bson:"trigrams"`
}

type nameParts struct {
	Family     string `bson:"family,omitempty"`
	Given      string `bson:"given,omitempty"`
	Additional string `bson:"additional,omitempty"`
	Prefix     string `bson:"prefix,omitempty"`
	Suffix     string `bson:"suffix,omitempty"`
}

type phone struct {
	Type      string `bson:"type,omitempty"`
	E164      string `bson:"e164,omitempty"`
	Typed     string `bson:"typed"`
	Extension string `bson:"extension,omitempty"`
}

type address struct {
	Type       string `bson:"type,omitempty"`
	POBox      string `bson:"po_box,omitempty"`
	Extended   string `bson:"extended,omitempty"`
	Street     string `bson:"street,omitempty"`
	Locality   string `bson:"locality,omitempty"`
	Region     string `bson:"region,omitempty"`
	PostalCode string `bson:"postal_code,omitempty"`
	Country    string `bson:"country,omitempty"`
}

type photo struct {
	MediaType string `bson:"media_type,omitempty"`
	Data      []byte `bson:"data,omitempty"`
	URL       string `bson:"url,omitempty"`
}

// labelled is a value with its label. Each list has its values under the field that it has had since the first version.
type labelled struct {
	Type    string `bson:"type,omitempty"`
	Address string `bson:"address,omitempty"` // of an email or a chat
	URL     string `bson:"url,omitempty"`     // of a web page
	Value   string `bson:"value,omitempty"`   // of anything else
}

func newContactDocument(c *assistant.Contact) *contactDocument {
	document := c.Document()
	d := &contactDocument{
		Key: c.ID, ID: c.ID, Version: c.Version, Name: c.Name, Parts: nameParts(c.Parts),
		Nickname: c.Nickname, Organization: c.Organization, Title: c.Title, Role: c.Role,
		Phones:    mapped(c.Phones, func(p assistant.Phone) phone { return phone(p) }),
		Emails:    mapped(c.Emails, func(m assistant.Email) labelled { return labelled{Type: m.Type, Address: m.Address} }),
		Addresses: mapped(c.Addresses, func(a assistant.Address) address { return address(a) }),
		WebPages:  mapped(c.WebPages, func(w assistant.WebPage) labelled { return labelled{Type: w.Type, URL: w.URL} }),
		Chats:     mapped(c.Chats, func(h assistant.Chat) labelled { return labelled{Type: h.Type, Address: h.Address} }),
		Birthday:  c.Birthday.String(), BirthdayText: c.BirthdayText, Anniversary: c.Anniversary.String(),
		Dates: mapped(
			c.Dates,
			func(e assistant.Event) labelled { return labelled{Type: e.Type, Value: e.Date.String()} },
		),
		Relations: mapped(c.Relations, func(r assistant.Relation) labelled { return labelled{Type: r.Type, Value: r.Name} }),
		Note:      c.Note, Tags: c.Tags, CallEvery: c.CallEvery, Called: c.Called.String(),
		Other:   mapped(c.Other, func(p assistant.Property) labelled { return labelled{Type: p.Name, Value: p.Value} }),
		Created: c.Created, Updated: c.Updated, Source: c.Source, Resource: c.CardName(),
		Group:   c.Group,
		NameKey: search.OrderKey(c.Name), NameFolded: search.LookupKey(c.Name), NicknameFolded: search.LookupKey(c.Nickname),
		MonthDay: listing.MonthDay(c.Birthday), AnniversaryDay: listing.MonthDay(c.Anniversary),
		CallDay: listing.Day(c.CallDue()), Recency: listing.Recency(c.Updated),
		TagsFolded: folded(c.Tags), Text: string(document), Trigrams: search.Trigrams(string(document)),
	}
	if c.Photo != nil {
		d.Photo = &photo{c.Photo.MediaType, c.Photo.Data, c.Photo.URL}
	}
	return d
}

func (d *contactDocument) contact() *assistant.Contact {
	c := &assistant.Contact{
		ID: d.ID, Version: d.Version, Name: d.Name, Parts: assistant.NameParts(d.Parts),
		Nickname: d.Nickname, Organization: d.Organization, Title: d.Title, Role: d.Role,
		Phones: mapped(d.Phones, func(p phone) assistant.Phone { return assistant.Phone(p) }),
		Emails: mapped(d.Emails, func(l labelled) assistant.Email {
			return assistant.Email{Type: l.Type, Address: l.Address}
		}),
		Addresses: mapped(d.Addresses, func(a address) assistant.Address { return assistant.Address(a) }),
		WebPages: mapped(d.WebPages, func(l labelled) assistant.WebPage {
			return assistant.WebPage{Type: l.Type, URL: l.URL}
		}),
		Chats: mapped(d.Chats, func(l labelled) assistant.Chat {
			return assistant.Chat{Type: l.Type, Address: l.Address}
		}),
		Birthday: day(d.Birthday), BirthdayText: d.BirthdayText, Anniversary: day(d.Anniversary),
		Dates: mapped(d.Dates, func(l labelled) assistant.Event {
			return assistant.Event{Type: l.Type, Date: day(l.Value)}
		}),
		Relations: mapped(d.Relations, func(l labelled) assistant.Relation {
			return assistant.Relation{Type: l.Type, Name: l.Value}
		}),
		Note: d.Note, Tags: d.Tags, CallEvery: d.CallEvery, Called: day(d.Called),
		Other: mapped(d.Other, func(l labelled) assistant.Property {
			return assistant.Property{Name: l.Type, Value: l.Value}
		}),
		Created: d.Created.UTC(), Updated: d.Updated.UTC(), Source: d.Source, Group: d.Group,
	}
	if d.Resource != d.ID+".vcf" {
		c.Resource = d.Resource
	}
	if d.Photo != nil {
		c.Photo = &assistant.Photo{MediaType: d.Photo.MediaType, Data: d.Photo.Data, URL: d.Photo.URL}
	}
	return c
}

// day parses what [assistant.Date.String] has written.
func day(s string) assistant.Date {
	d, err := assistant.ParseDate(s)
	if err != nil {
		return assistant.Date{} // for the empty text, too
	}
	return d
}

func mapped[A, B any](list []A, f func(A) B) []B {
	if list == nil {
		return nil
	}
	result := make([]B, len(list))
	for i, v := range list {
		result[i] = f(v)
	}
	return result
}

// noteDocument is a document of the collection notes.
type noteDocument struct {
	Stamp `bson:",inline"`

	Key     string    `bson:"_id"`
	ID      string    `bson:"id"`
	Version int64     `bson:"version"`
	Title   string    `bson:"title"`
	Text    string    `bson:"text"`
	Tags    []string  `bson:"tags,omitempty"`
	Pinned  bool      `bson:"pinned"`
	Due     string    `bson:"due,omitempty"`
	Remind  int       `bson:"remind,omitempty"`
	Done    time.Time `bson:"done,omitempty"`
	Created time.Time `bson:"created"`
	Updated time.Time `bson:"updated"`

	TitleFolded string   `bson:"title_folded"`
	HeadingKey  string   `bson:"heading_key"`
	TagKey      string   `bson:"tag_key"`
	Unpinned    int64    `bson:"unpinned"`
	DueDay      int64    `bson:"due_day"`
	Open        int64    `bson:"open"` // 1 unless the note is done
	Recency     int64    `bson:"recency"`
	TagsFolded  []string `bson:"tags_folded"`
	Document    string   `bson:"document"`
	Trigrams    []string `bson:"trigrams"`
}

func newNoteDocument(n *assistant.Note) *noteDocument {
	keys, document := listing.NoteKeys(n), n.Document()
	d := &noteDocument{
		Key: n.ID, ID: n.ID, Version: n.Version, Title: n.Title, Text: n.Text, Tags: n.Tags, Pinned: n.Pinned,
		Due: n.Due.String(), Remind: n.Remind, Done: n.Done, Created: n.Created, Updated: n.Updated,
		TitleFolded: search.LookupKey(n.Title), HeadingKey: keys.Heading, TagKey: keys.Tag,
		Unpinned: keys.Unpinned, DueDay: keys.Due, Recency: keys.Recency,
		TagsFolded: folded(n.Tags), Document: string(document), Trigrams: search.Trigrams(string(document)),
	}
	if n.Done.IsZero() {
		d.Open = 1
	}
	return d
}

func (d *noteDocument) note() *assistant.Note {
	n := &assistant.Note{
		ID: d.ID, Version: d.Version, Title: d.Title, Text: d.Text, Tags: d.Tags, Pinned: d.Pinned,
		Due: day(d.Due), Remind: d.Remind, Created: d.Created.UTC(), Updated: d.Updated.UTC(),
	}
	if !d.Done.IsZero() {
		n.Done = d.Done.UTC()
	}
	return n
}

func folded(tags []string) []string {
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = search.LookupKey(tag)
	}
	return keys
}
