package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/storage/sqldb"
)

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

// more is what a row holds of a contact that is neither sorted nor looked up.
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

// beside gives the statement that writes the row its picture and its card as parameters.
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

// document is a value that a column keeps as JSON.
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

// moment returns the time that is kept in milliseconds.
func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
