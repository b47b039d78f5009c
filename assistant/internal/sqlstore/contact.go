package sqlstore

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// SaveContacts implements [assistant.ContactStore]. All contacts are written in one transaction.
func (s *Store) SaveContacts(ctx context.Context, list ...*assistant.Contact) error {
	return s.membership().SaveContacts(ctx, list...)
}

// membership keeps groups and tags in step; what it saves is in the same transaction.
func (s *Store) membership() assistant.Membership {
	return assistant.Membership{Store: s, Save: func(ctx context.Context, list ...*assistant.Contact) error {
		return contacts().save(ctx, s, list)
	}}
}

// RestoreContacts implements [assistant.ContactStore]. All contacts are written in one transaction.
func (s *Store) RestoreContacts(ctx context.Context, list ...*assistant.Contact) error {
	return contacts().restore(ctx, s, list)
}

// DeleteContact implements [assistant.ContactStore].
func (s *Store) DeleteContact(ctx context.Context, id string, version int64) error {
	return s.membership().DeleteContact(ctx, id, func() error { return contacts().remove(ctx, s, id, version) })
}

// Contacts implements [assistant.ContactStore].
func (s *Store) Contacts(ctx context.Context, ids ...string) ([]*assistant.Contact, error) {
	return contacts().byID(ctx, s, ids)
}

// ContactTags implements [assistant.ContactStore].
func (s *Store) ContactTags(ctx context.Context) ([]assistant.TagCount, error) {
	return contacts().tagCounts(ctx, s)
}

// ListContacts implements [assistant.ContactStore].
func (s *Store) ListContacts(ctx context.Context, q assistant.ContactQuery) (page assistant.ContactPage, err error) {
	order, err := listing.Contacts(q.Sort)
	condition := "kind = ''"
	if q.Groups {
		condition = ""
	}
	if err == nil {
		page.Contacts, page.Next, err = contacts().page(ctx, s, selection{
			order: order, filter: q.Filter, condition: condition, after: q.After, limit: q.Limit, bytes: q.Bytes,
			brief: q.Brief, row: q.Row,
		})
	}
	return page, err
}

// Groups implements [assistant.ContactStore].
func (s *Store) Groups(ctx context.Context) ([]*assistant.Contact, error) {
	return contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("kind <> ''").Order("name_key", "id")
	})
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, names ...string) ([]*assistant.Contact, error) {
	wanted, keys := listing.Named(names)
	if len(keys) == 0 {
		return nil, nil
	}
	var list []*assistant.Contact
	for part := range slices.Chunk(keys, perQuery) {
		found, err := contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
			// The book is in both alternatives: each is looked up in an index of its own.
			return q.Where("(book = ?0 AND name_folded IN (?1)) OR "+
				"(book = ?0 AND nickname_folded <> '' AND nickname_folded IN (?1))",
				s.book, bun.List(part)).Order("name_key", "id")
		})
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return wanted(list), nil
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return s.contactsOfDays(ctx, "month_day", from, to)
}

// AnniversaryContacts implements [assistant.ContactStore].
func (s *Store) AnniversaryContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return s.contactsOfDays(ctx, "anniversary_day", from, to)
}

func (s *Store) contactsOfDays(ctx context.Context, column bun.Ident, from, to int) ([]*assistant.Contact, error) {
	return contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		if from <= to {
			return q.Where("? BETWEEN ? AND ?", column, from, to)
		}
		return q.Where("? BETWEEN ? AND 1231 OR ? BETWEEN 101 AND ?", column, from, column, to)
	})
}

// CallContacts implements [assistant.ContactStore].
func (s *Store) CallContacts(
	ctx context.Context, day assistant.Date, tags assistant.Intervals,
) ([]*assistant.Contact, error) {
	found, err := contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("call_day <= ? AND call_day < 99999999", listing.Day(day))
			for _, i := range tags {
				q = q.WhereOr("call_day = 99999999 AND seq IN (SELECT seq FROM contact_tags WHERE book = ? AND tag_folded = ?) "+
					"AND ? <= ?",
					s.book, search.LookupKey(i.Tag), s.dialect.text("more", "called"), day.AddDays(-i.CallEvery).String())
			}
			return q
		})
	})
	if err != nil {
		return nil, err
	}
	return listing.Due(found, day, tags), nil
}

// ContactsFrom implements [assistant.ContactStore].
func (s *Store) ContactsFrom(ctx context.Context, prefix string, limit int) ([]*assistant.Contact, error) {
	return contacts().from(ctx, s, "kind = ''", prefix, limit)
}

// contactRow is a row of the table contacts.
type contactRow struct {
	bun.BaseModel `bun:"table:contacts,alias:c"`
	stamp

	Seq            int64                         `bun:"seq,pk,autoincrement"`
	ID             string                        `bun:"id"`
	Version        int64                         `bun:"version"`
	Name           string                        `bun:"name"`
	NameKey        string                        `bun:"name_key"`
	NameFolded     string                        `bun:"name_folded"`
	Nickname       string                        `bun:"nickname"`
	NicknameFolded string                        `bun:"nickname_folded"`
	Parts          document[assistant.NameParts] `bun:"name_parts"`
	Organization   string                        `bun:"organization"`
	Phones         document[[]assistant.Phone]   `bun:"phones"`
	Emails         document[[]assistant.Email]   `bun:"emails"`
	Addresses      document[[]assistant.Address] `bun:"addresses"`
	WebPages       document[[]assistant.WebPage] `bun:"web_pages"`
	Birthday       string                        `bun:"birthday"`
	BirthdayText   string                        `bun:"birthday_text"`
	MonthDay       int64                         `bun:"month_day"`
	Note           string                        `bun:"note"`
	Tags           document[[]string]            `bun:"tags"`
	Created        int64                         `bun:"created"`
	Recency        int64                         `bun:"recency"`
	PhotoType      string                        `bun:"photo_type"`
	PhotoURL       string                        `bun:"photo_url"`
	Photo          sqldb.Blob                    `bun:"photo"`
	Source         sqldb.Blob                    `bun:"source"`
	More           document[more]                `bun:"more"`
	AnniversaryDay int64                         `bun:"anniversary_day"`
	CallDay        int64                         `bun:"call_day"`
	Resource       string                        `bun:"resource"`
	Kind           string                        `bun:"kind"` // "group", or "" for a person
}

// more is what a row holds of a contact that is neither sorted by nor looked up.
type more struct {
	Title       string               `json:"title,omitempty"`
	Role        string               `json:"role,omitempty"`
	Chats       []assistant.Chat     `json:"chats,omitempty"`
	Anniversary assistant.Date       `json:"anniversary,omitzero"`
	Dates       []assistant.Event    `json:"dates,omitempty"`
	Relations   []assistant.Relation `json:"relations,omitempty"`
	CallEvery   int                  `json:"call_every,omitempty"`
	Called      assistant.Date       `json:"called,omitzero"`
	Other       []assistant.Property `json:"other,omitempty"`
}

const groupKind = "group"

func newContactRow(c *assistant.Contact) *contactRow {
	row := &contactRow{
		ID: c.ID, Version: c.Version,
		Name: c.Name, NameKey: search.OrderKey(c.Name), NameFolded: search.LookupKey(c.Name),
		Nickname: c.Nickname, NicknameFolded: search.LookupKey(c.Nickname),
		Parts:        document[assistant.NameParts]{c.Parts},
		Organization: c.Organization,
		Phones:       document[[]assistant.Phone]{c.Phones},
		Emails:       document[[]assistant.Email]{c.Emails},
		Addresses:    document[[]assistant.Address]{c.Addresses},
		WebPages:     document[[]assistant.WebPage]{c.WebPages},
		Birthday:     c.Birthday.String(), BirthdayText: c.BirthdayText, MonthDay: listing.MonthDay(c.Birthday),
		Note: c.Note, Tags: document[[]string]{c.Tags},
		Created: c.Created.UnixMilli(), Recency: listing.Recency(c.Updated),
		Source: sqldb.Blob{Data: c.Source}, Resource: c.Resource,
		More: document[more]{more{
			c.Title, c.Role, c.Chats, c.Anniversary, c.Dates, c.Relations, c.CallEvery, c.Called, c.Other,
		}},
		AnniversaryDay: listing.MonthDay(c.Anniversary), CallDay: listing.Day(c.CallDue()),
	}
	if c.Group {
		row.Kind = groupKind
	}
	if p := c.Photo; p != nil {
		row.PhotoType, row.PhotoURL, row.Photo.Data = p.MediaType, p.URL, p.Data
	}
	return row
}

// beside passes the row's photo and card to the statement that writes it as parameters.
func (row *contactRow) beside(p *sqldb.Parameters) { row.Photo.In, row.Source.In = p, p }

func (row *contactRow) contact() (*assistant.Contact, error) {
	c := &assistant.Contact{
		ID: row.ID, Version: row.Version,
		Name: row.Name, Parts: row.Parts.V, Nickname: row.Nickname, Organization: row.Organization,
		Phones: row.Phones.V, Emails: row.Emails.V, Addresses: row.Addresses.V, WebPages: row.WebPages.V,
		BirthdayText: row.BirthdayText,
		Note:         row.Note, Tags: row.Tags.V,
		Created: moment(row.Created), Updated: moment(-row.Recency),
		Source: row.Source.Data, Resource: row.Resource,
		Title: row.More.V.Title, Role: row.More.V.Role, Chats: row.More.V.Chats, Anniversary: row.More.V.Anniversary,
		Dates: row.More.V.Dates, Relations: row.More.V.Relations, CallEvery: row.More.V.CallEvery, Called: row.More.V.Called,
		Other: row.More.V.Other, Group: row.Kind == groupKind,
	}
	if row.PhotoType != "" || row.PhotoURL != "" || len(row.Photo.Data) > 0 {
		c.Photo = &assistant.Photo{MediaType: row.PhotoType, URL: row.PhotoURL, Data: row.Photo.Data}
	}
	return c, c.Birthday.UnmarshalText([]byte(row.Birthday))
}

// document is a value that is stored as JSON in a column.
type document[T any] struct{ V T }

// Value implements [driver.Valuer].
func (d document[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(d.V)
	return string(b), err
}

// Scan implements [database/sql.Scanner].
func (d *document[T]) Scan(src any) error {
	switch src := src.(type) {
	case string:
		if src == "null" || src == "{}" { // most are empty
			return nil
		}
		return json.Unmarshal([]byte(src), &d.V)
	case []byte:
		return json.Unmarshal(src, &d.V)
	}
	return fmt.Errorf("JSON text expected, not %T", src)
}

// moment returns a time stored in milliseconds.
func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
