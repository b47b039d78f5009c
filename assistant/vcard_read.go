package assistant

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-vcard"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// ReadVCard returns the contact that a card describes, without version and times. Telephone numbers without a country
// code are those of the region. Values that cannot be interpreted are kept as they are; the only error is a
// [FieldError] for a card that has nothing to name its contact by: neither a name nor an organisation, an address or a
// number.
//
// The id is the card's UID if that is a UUID, and otherwise made of the UID or, without one, of the card's text: the
// same card has the same id wherever it is read.
func ReadVCard(card *vcf.Card, region string) (*Contact, error) {
	contact := newReading(card, region).contact
	if contact.Name == "" {
		return nil, &FieldError{
			Field:   "name",
			Problem: "the card has no name, address or number",
			Hint:    "give it an FN or an N property",
		}
	}
	return contact, nil
}

// A reading is the contact of a card with the indexes of the properties that its lists come from.
type reading struct {
	contact                          *Contact
	phones, emails, addresses, pages []int
	chats, dates, relations          []int
	anniversary                      int // -1 when there is none
	asText                           []TextValue
}

// A TextValue is a value of a card that could not be understood and was kept as text.
type TextValue struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Name  string `json:"name"` // of the property
	Value string `json:"value"`
}

func newReading(card *vcf.Card, region string) reading {
	c := &Contact{ID: cardID(card), Source: card.Source}
	r := reading{contact: c, anniversary: -1}
	var tags, notes []string
	for i := range card.Properties {
		p := &card.Properties[i]
		switch p.Name {
		case vcard.FieldTelephone:
			if phone := readPhone(card, p, region); phone.Typed != "" {
				c.Phones, r.phones = append(c.Phones, phone), append(r.phones, i)
			}
		case vcard.FieldEmail:
			if address := withoutScheme(line(p.Text()), "mailto:"); address != "" {
				c.Emails, r.emails = append(c.Emails, Email{Type: typeOf(card, p), Address: address}), append(r.emails, i)
			}
		case vcard.FieldAddress:
			if address := readAddress(card, p); address != (Address{Type: address.Type}) {
				c.Addresses, r.addresses = append(c.Addresses, address), append(r.addresses, i)
			}
		case vcard.FieldURL:
			if url := line(p.Text()); url != "" {
				c.WebPages, r.pages = append(c.WebPages, WebPage{Type: typeOf(card, p), URL: url}), append(r.pages, i)
			}
		case vcard.FieldTitle:
			c.Title = firstText(c.Title, p)
		case vcard.FieldRole:
			c.Role = firstText(c.Role, p)
		case vcard.FieldNote:
			notes = append(notes, text(p.Text()))
		case vcard.FieldCategories:
			tags = append(tags, p.List()...)
		default:
			r.further(card, i)
		}
	}
	c.Note = text(strings.Join(notes, "\n\n"))
	c.Tags = CleanTags(tags)
	readNames(c, card)
	if p := card.First(vcard.FieldBirthday); p != nil {
		c.Birthday, c.BirthdayText = readDay(p)
		r.told(p, c.BirthdayText)
	}
	if p := card.First(vcard.FieldPhoto); p != nil {
		c.Photo = readPhoto(p)
	}
	if isGroup(card) {
		g := &Contact{ID: c.ID, Source: c.Source, Group: true}
		readNames(g, card)
		return reading{contact: &Contact{ID: g.ID, Source: g.Source, Name: g.Name, Group: true}, anniversary: -1}
	}
	return r
}

func firstText(have string, p *vcf.Property) string {
	if have != "" {
		return have
	}
	return line(p.Text())
}

// told remembers a value that is kept as text.
func (r *reading) told(p *vcf.Property, value string) {
	if value != "" {
		r.asText = append(r.asText, TextValue{Line: p.Line, Name: p.Name, Value: value})
	}
}

// readNames takes the displayed name from the first of FN, N, NICKNAME and ORG that has one, and else from an
// address or a number: mail programs collect addresses without names.
func readNames(c *Contact, card *vcf.Card) {
	if p := card.First(vcard.FieldFormattedName); p != nil {
		c.Name = line(p.Text())
	}
	if p := card.First(vcard.FieldName); p != nil {
		n := components(p, 5)
		c.Parts = NameParts{Family: n[0], Given: n[1], Additional: n[2], Prefix: n[3], Suffix: n[4]}
	}
	if p := card.First(vcard.FieldNickname); p != nil {
		c.Nickname = line(strings.Join(p.List(), ", "))
	}
	if p := card.First(vcard.FieldOrganization); p != nil {
		c.Organization = strings.Join(nonEmpty(p.Components()), ", ")
	}
	names := []string{c.Parts.Display(), c.Nickname, c.Organization}
	if len(c.Emails) > 0 {
		names = append(names, c.Emails[0].Address)
	}
	if len(c.Phones) > 0 {
		names = append(names, c.Phones[0].Typed)
	}
	for _, name := range names {
		if c.Name == "" {
			c.Name = name
		}
	}
}

// components returns exactly n cleaned parts of a structured value.
func components(p *vcf.Property, n int) []string {
	parts := p.Components()
	for i := range parts {
		parts[i] = text(parts[i])
	}
	return append(parts, make([]string, n)...)[:n]
}

func nonEmpty(list []string) []string {
	var rest []string
	for _, s := range list {
		if s = line(s); s != "" {
			rest = append(rest, s)
		}
	}
	return rest
}

func readPhone(card *vcf.Card, p *vcf.Property, region string) Phone {
	typed := withoutScheme(visible(p.Text()), "tel:")
	phone, err := ParsePhone(typed, region)
	if err != nil {
		phone = Phone{Typed: typed}
	}
	phone.Type = typeOf(card, p)
	return phone
}

func withoutScheme(s, scheme string) string {
	if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
		return s[len(scheme):]
	}
	return s
}

func readAddress(card *vcf.Card, p *vcf.Property) Address {
	a := components(p, 7)
	return Address{
		Type: typeOf(card, p), POBox: a[0], Extended: a[1], Street: a[2],
		Locality: a[3], Region: a[4], PostalCode: a[5], Country: a[6],
	}
}

// typeOf returns the types that mean something to a person, joined with commas, or else the label that Apple's address
// book gives the property's group.
func typeOf(card *vcf.Card, p *vcf.Property) string {
	kinds := slices.DeleteFunc(p.Types(), func(kind string) bool {
		return slices.Contains([]string{"", "pref", "voice", "internet", "msg", "text", "video", "x-internet"}, kind)
	})
	if len(kinds) > 0 {
		return strings.Join(kinds, ",")
	}
	return labelOf(card, p)
}

// labelOf returns the label that Apple's address book gives the property's group.
func labelOf(card *vcf.Card, p *vcf.Property) string {
	if p.Group == "" {
		return ""
	}
	for i := range card.Properties {
		label := &card.Properties[i]
		if label.Name == "X-ABLABEL" && label.Group == p.Group {
			text := strings.TrimSuffix(strings.TrimPrefix(line(label.Text()), "_$!<"), ">!$_")
			return strings.ToLower(text)
		}
	}
	return ""
}

// readDay returns the date of a birthday or another day, or the text if it is not a date.
func readDay(p *vcf.Property) (Date, string) {
	value := line(p.Text())
	day := value
	if at := strings.IndexByte(day, 'T'); at >= 6 && day[at-1] >= '0' && day[at-1] <= '9' {
		day = day[:at]
	}
	if head, clock, found := strings.Cut(day, " "); found && strings.Contains(clock, ":") {
		day = head
	}
	if omitted := p.Param("X-APPLE-OMIT-YEAR"); omitted != "" || strings.HasPrefix(day, "0000-") {
		if rest, found := strings.CutPrefix(day, omitted+"-"); found {
			day = "--" + rest
		}
		if rest, found := strings.CutPrefix(day, "0000-"); found {
			day = "--" + rest
		}
	}
	date, err := ReadDate(day, DayUnknown)
	// A day in the future is a mistake. Only the year is compared, since the card may be read again in another year.
	if err != nil || date.Year > time.Now().Year() {
		return Date{}, value
	}
	return date, ""
}

// readPhoto returns nil for what is neither a picture nor an address.
func readPhoto(p *vcf.Property) *Photo {
	mediaType := p.Param("MEDIATYPE")
	if kinds := p.Types(); mediaType == "" && len(kinds) > 0 {
		mediaType = "image/" + strings.TrimPrefix(kinds[0], "image/")
	}
	if p.IsBinary() {
		data, err := p.Binary()
		if err != nil || len(data) == 0 {
			return nil
		}
		return &Photo{MediaType: mediaType, Data: data}
	}
	value := strings.TrimSpace(p.Text())
	head, encoded, found := strings.Cut(value, ",")
	if kind, isData := strings.CutPrefix(head, "data:"); isData && found {
		kind, isBase64 := strings.CutSuffix(kind, ";base64")
		data, err := base64.StdEncoding.DecodeString(encoded)
		if !isBase64 || err != nil || len(data) == 0 {
			return nil
		}
		return &Photo{MediaType: kind, Data: data}
	}
	if strings.Contains(value, "://") {
		return &Photo{MediaType: mediaType, URL: value}
	}
	return nil
}

// cardID makes the id of a card's contact, see [ReadVCard].
func cardID(card *vcf.Card) string {
	uid := ""
	if p := card.First(vcard.FieldUID); p != nil {
		uid = line(p.Text())
	}
	if uid != "" {
		return uidID(uid)
	}
	// Without carriage returns: programs and mail change the ends of lines.
	whole := bytes.TrimSpace(bytes.ReplaceAll(card.Source, []byte("\r"), nil))
	return uuid.NewSHA1(uuid.NameSpaceURL, append([]byte("vcard:"), whole...)).String()
}

// uidID returns the id of the contact whose card has a UID.
func uidID(uid string) string {
	if id, err := uuid.Parse(uid); err == nil {
		return id.String()
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("vcard-uid:"+uid)).String()
}

// hasUID reports whether a card has a UID, so that its contact is recognised whatever else changes in it.
func hasUID(card *vcf.Card) bool {
	p := card.First(vcard.FieldUID)
	return p != nil && line(p.Text()) != ""
}
