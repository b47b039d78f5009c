package assistant

import (
	"time"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Contact is one person or organisation in the address book.
//
// Its JSON form has the keys below; dates are "YYYY-MM-DD" or "--MM-DD", times RFC 3339 in UTC.
type Contact struct {
	ID      string `json:"id"`      // a UUID that never changes
	Version int64  `json:"version"` // 1 when created, one more with every change; 0 before it is saved

	Name         string    `json:"name"` // as it is displayed; never empty
	Parts        NameParts `json:"name_parts,omitzero"`
	Nickname     string    `json:"nickname,omitempty"`
	Organization string    `json:"organization,omitempty"`
	Phones       []Phone   `json:"phones,omitempty"`
	Emails       []Email   `json:"emails,omitempty"`
	Addresses    []Address `json:"addresses,omitempty"`
	WebPages     []WebPage `json:"web_pages,omitempty"`
	Birthday     Date      `json:"birthday,omitzero"`
	BirthdayText string    `json:"birthday_text,omitempty"` // an imported birthday that is no date
	Note         string    `json:"note,omitempty"`
	Tags         []string  `json:"tags,omitempty"` // sorted, no two that differ only in case
	Photo        *Photo    `json:"photo,omitempty"`

	Created time.Time `json:"created"` // UTC, whole milliseconds
	Updated time.Time `json:"updated"` // UTC, whole milliseconds

	// Source is the vCard that the contact was imported from, as it stood in the file; nil for a contact that was
	// typed in. Properties that this struct has no field for live on in it.
	Source []byte `json:"-"`
}

// NameParts is a name by its parts.
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
	Typed string `json:"typed"`          // as the person wrote it
}

// An Email is an electronic mail address.
type Email struct {
	Type    string `json:"type,omitempty"`
	Address string `json:"address"`
}

// An Address is a postal address. One that was typed as a line has only a Street.
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

// A Photo is a picture: its bytes or the address where it is.
type Photo struct {
	MediaType string `json:"media_type,omitempty"` // "image/jpeg"
	Data      []byte `json:"data,omitempty"`
	URL       string `json:"url,omitempty"`
}

// Document returns what can be found of the contact.
func (c *Contact) Document() search.Document {
	fields := []string{
		c.Nickname, c.Organization, c.Note, c.BirthdayText,
		c.Parts.Prefix, c.Parts.Given, c.Parts.Additional, c.Parts.Family, c.Parts.Suffix,
	}
	var phones []string
	for _, p := range c.Phones {
		phones = append(phones, p.E164, p.Typed)
	}
	for _, e := range c.Emails {
		fields = append(fields, e.Address)
	}
	for _, a := range c.Addresses {
		fields = append(fields, a.POBox, a.Extended, a.Street, a.Locality, a.Region, a.PostalCode, a.Country)
	}
	return search.NewDocument(c.Name, phones, append(fields, c.Tags...)...)
}
