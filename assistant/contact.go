package assistant

import (
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Contact is one person or organisation in the address book.
//
// Its JSON form has the keys below; dates are "YYYY-MM-DD" or "--MM-DD", times RFC 3339 in UTC.
type Contact struct {
	ID      string `json:"id"`      // a UUID that never changes
	Version int64  `json:"version"` // 1 when created, one more with every change; 0 before it is saved

	Name         string     `json:"name"` // as it is displayed; never empty
	Parts        NameParts  `json:"name_parts,omitzero"`
	Nickname     string     `json:"nickname,omitempty"`
	Organization string     `json:"organization,omitempty"`
	Title        string     `json:"title,omitempty"` // the person's position there: "директорка"
	Role         string     `json:"role,omitempty"`  // what the person does there
	Phones       []Phone    `json:"phones,omitempty"`
	Emails       []Email    `json:"emails,omitempty"`
	Addresses    []Address  `json:"addresses,omitempty"`
	WebPages     []WebPage  `json:"web_pages,omitempty"`
	Chats        []Chat     `json:"chats,omitempty"`
	Birthday     Date       `json:"birthday,omitzero"`
	BirthdayText string     `json:"birthday_text,omitempty"` // an imported birthday that is not a date
	Anniversary  Date       `json:"anniversary,omitzero"`
	Dates        []Event    `json:"dates,omitempty"` // further days of an imported card, with their labels
	Relations    []Relation `json:"relations,omitempty"`
	Note         string     `json:"note,omitempty"`
	Tags         []string   `json:"tags,omitempty"` // sorted, no two that differ only in case
	Photo        *Photo     `json:"photo,omitempty"`

	CallEvery int  `json:"call_every,omitempty"` // days between conversations; 0 means never
	Called    Date `json:"called,omitzero"`      // the day of the last conversation

	// Other holds what else the card says in words: properties that this struct has no field for. It is shown and
	// searched, but changed only in the card.
	Other []Property `json:"other,omitempty"`

	Created time.Time `json:"created"` // UTC, whole milliseconds
	Updated time.Time `json:"updated"` // UTC, whole milliseconds

	// Group says that the contact is not a person but a group, which is kept for programs that synchronise: its name is a
	// tag of its members, whom its Source lists. It has no other fields, and appears in no list.
	Group bool `json:"group,omitempty"`

	// Source is the vCard that the contact was imported from, exactly as it was in the file; nil for a contact that was
	// typed in. It preserves the properties that this struct has no field for.
	Source []byte `json:"-"`

	// Resource is the name that a CardDAV client has given the card; "" means ID.vcf.
	Resource string `json:"-"`
}

// NameParts is a name split into its parts.
type NameParts struct {
	Family     string `json:"family,omitempty"`
	Given      string `json:"given,omitempty"`
	Additional string `json:"additional,omitempty"` // a patronymic or middle names
	Prefix     string `json:"prefix,omitempty"`
	Suffix     string `json:"suffix,omitempty"`
}

// A Phone is a telephone number.
type Phone struct {
	Type  string `json:"type,omitempty"` // "cell", "home", "work", "fax", ...: lower case
	E164  string `json:"e164,omitempty"` // "+380671234567"; empty when an imported number cannot be interpreted
	Typed string `json:"typed"`          // as the user wrote it

	Extension string `json:"extension,omitempty"` // digits, dialled when the number answers
}

// An Email is an electronic mail address.
type Email struct {
	Type    string `json:"type,omitempty"`
	Address string `json:"address"`
}

// An Address is a postal address. An address that was typed as one line has only a Street.
type Address struct {
	Type       string `json:"type,omitempty"`
	POBox      string `json:"po_box,omitempty"`
	Extended   string `json:"extended,omitempty"` // flat, floor, building
	Street     string `json:"street,omitempty"`
	Locality   string `json:"locality,omitempty"` // town
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
}

// A WebPage is the address of a page.
type WebPage struct {
	Type string `json:"type,omitempty"`
	URL  string `json:"url"`
}

// A Chat is an address in a messenger.
type Chat struct {
	Type    string `json:"type,omitempty"` // the service: "telegram", "skype", "xmpp"
	Address string `json:"address"`
}

// An Event is a day that recurs every year, with a label that says what it is.
type Event struct {
	Type string `json:"type,omitempty"`
	Date Date   `json:"date"`
}

// A Relation is a person connected with the contact.
type Relation struct {
	Type string `json:"type,omitempty"` // "mother", "spouse", "assistant", ...
	Name string `json:"name"`
}

// A Property is a line of a vCard that [Contact] has no other field for.
type Property struct {
	Name  string `json:"property"` // "X-FAVOURITE-TEA", or its label
	Value string `json:"value"`
}

// A Photo is a picture: its bytes or the address where it is.
type Photo struct {
	MediaType string `json:"media_type,omitempty"` // "image/jpeg"
	Data      []byte `json:"data,omitempty"`
	URL       string `json:"url,omitempty"`
}

// String returns the address in one line, from the street to the country.
func (a Address) String() string {
	var parts []string
	for _, part := range []string{a.POBox, a.Extended, a.Street, a.Locality, a.Region, a.PostalCode, a.Country} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// CallDue returns the day on which the next conversation is due; without an earlier one that is the day on which the
// contact was created. It returns the zero Date if none is ever due.
func (c *Contact) CallDue() Date { return c.callDue(c.CallEvery) }

// callDue returns the day of the next conversation, every so many days.
func (c *Contact) callDue(every int) Date {
	switch {
	case every == 0:
		return Date{}
	case c.Called.Year == 0:
		return DateOf(c.Created)
	}
	return c.Called.AddDays(every)
}

// Document returns the text in which the contact is searched for.
func (c *Contact) Document() search.Document {
	if c.Group {
		return ""
	}
	fields := []string{
		c.Nickname, c.Organization, c.Title, c.Role, c.Note, c.BirthdayText,
		c.Parts.Prefix, c.Parts.Given, c.Parts.Additional, c.Parts.Family, c.Parts.Suffix,
	}
	var phones []string
	for _, p := range c.Phones {
		phones = append(phones, p.E164, p.Typed)
		fields = append(fields, ownLabel(p.Type))
	}
	for _, e := range c.Emails {
		fields = append(fields, e.Address)
	}
	for _, a := range c.Addresses {
		fields = append(fields, a.POBox, a.Extended, a.Street, a.Locality, a.Region, a.PostalCode, a.Country)
	}
	for _, w := range c.WebPages {
		fields = append(fields, w.URL)
	}
	for _, chat := range c.Chats {
		fields = append(fields, chat.Type+" "+chat.Address)
	}
	for _, r := range c.Relations {
		fields = append(fields, r.Type+" "+r.Name)
	}
	for _, event := range c.Dates {
		fields = append(fields, event.Type)
	}
	for _, p := range c.Other {
		fields = append(fields, p.Value)
	}
	d := search.NewDocument(c.Name, phones, append(fields, c.Tags...)...)
	return d.WithFields(c.Tags, c.Organization, phones).WithLatin(c.Name, c.Nickname, c.Organization)
}

// ownLabel returns a label that the user chose, such as "дача"; "" for the usual ones.
func ownLabel(kind string) string {
	if strings.ContainsFunc(kind, func(r rune) bool { return r > 0x7f }) {
		return kind
	}
	return ""
}
