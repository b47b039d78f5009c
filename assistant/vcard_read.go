package assistant

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// ReadVCard returns the contact that a card describes, without version and times. Telephone numbers without a country
// code are those of the region. Values that cannot be interpreted are kept as they stand; the only error is a
// [FieldError] for a card without a name.
//
// The id is the card's UID if that is a UUID, and otherwise made of the UID or, without one, of the card's text: the
// same card has the same id wherever it is read.
func ReadVCard(card *vcf.Card, region string) (*Contact, error) {
	contact := newReading(card, region).contact
	if contact.Name == "" {
		return nil, &FieldError{Field: "name", Problem: "the card has no name", Hint: "give it an FN or an N property"}
	}
	return contact, nil
}

// A reading is the contact of a card with the places where its lists stand: the indexes of properties.
type reading struct {
	contact                          *Contact
	phones, emails, addresses, pages []int
}

func newReading(card *vcf.Card, region string) reading {
	c := &Contact{ID: cardID(card), Source: card.Source}
	r := reading{contact: c}
	var tags, notes []string
	for i := range card.Properties {
		p := &card.Properties[i]
		switch p.Name {
		case vcard.FieldTelephone:
			if phone := readPhone(card, p, region); phone.Typed != "" {
				c.Phones, r.phones = append(c.Phones, phone), append(r.phones, i)
			}
		case vcard.FieldEmail:
			if address := line(p.Text()); address != "" {
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
		case vcard.FieldNote:
			notes = append(notes, text(p.Text()))
		case vcard.FieldCategories:
			tags = append(tags, p.List()...)
		}
	}
	c.Note = text(strings.Join(notes, "\n\n"))
	c.Tags = CleanTags(tags)
	readNames(c, card)
	if p := card.First(vcard.FieldBirthday); p != nil {
		c.Birthday, c.BirthdayText = readBirthday(p)
	}
	if p := card.First(vcard.FieldPhoto); p != nil {
		c.Photo = readPhoto(p)
	}
	return r
}

// readNames takes the displayed name from the first of FN, N, NICKNAME and ORG that has one.
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
	for _, name := range []string{c.Parts.Display(), c.Nickname, c.Organization} {
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
	typed := line(p.Text())
	if len(typed) > 4 && strings.EqualFold(typed[:4], "tel:") {
		typed = typed[4:]
	}
	phone, err := ParsePhone(typed, region)
	if err != nil {
		phone = Phone{Typed: typed}
	}
	phone.Type = typeOf(card, p)
	return phone
}

func readAddress(card *vcf.Card, p *vcf.Property) Address {
	a := components(p, 7)
	return Address{
		Type: typeOf(card, p), POBox: a[0], Extended: a[1], Street: a[2], Locality: a[3], Region: a[4], PostalCode: a[5], Country: a[6],
	}
}

// typeOf returns the types that tell a person something, joined with commas, or else the label that Apple's address
// book gives the property's group.
func typeOf(card *vcf.Card, p *vcf.Property) string {
	kinds := slices.DeleteFunc(p.Types(), func(kind string) bool {
		return slices.Contains([]string{"", "pref", "voice", "internet", "msg", "text", "video", "x-internet"}, kind)
	})
	if len(kinds) > 0 {
		return strings.Join(kinds, ",")
	}
	if p.Group != "" {
		for i := range card.Properties {
			label := &card.Properties[i]
			if label.Name == "X-ABLABEL" && label.Group == p.Group {
				text := strings.TrimSuffix(strings.TrimPrefix(line(label.Text()), "_$!<"), ">!$_")
				return strings.ToLower(text)
			}
		}
	}
	return ""
}

// readBirthday returns the date, or the text when it is none.
func readBirthday(p *vcf.Property) (Date, string) {
	value := line(p.Text())
	if strings.EqualFold(p.Param("VALUE"), "text") {
		return Date{}, value
	}
	day, _, _ := strings.Cut(value, "T")
	day, _, _ = strings.Cut(day, " ")
	switch {
	case len(day) == 8 && !strings.Contains(day, "-"): // 19850412
		day = day[:4] + "-" + day[4:6] + "-" + day[6:]
	case len(day) == 6 && strings.HasPrefix(day, "--"): // --0412
		day = day[:4] + "-" + day[4:]
	}
	if omitted := p.Param("X-APPLE-OMIT-YEAR"); omitted != "" || strings.HasPrefix(day, "0000-") {
		if rest, found := strings.CutPrefix(day, omitted+"-"); found {
			day = "--" + rest
		}
		if rest, found := strings.CutPrefix(day, "0000-"); found {
			day = "--" + rest
		}
	}
	if date, err := ParseDate(day); err == nil {
		return date, ""
	}
	return Date{}, value
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
	if id, err := uuid.Parse(uid); err == nil {
		return id.String()
	}
	if uid != "" {
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte("vcard-uid:"+uid)).String()
	}
	// Without the ends of lines, which programs and mail change.
	whole := bytes.TrimSpace(bytes.ReplaceAll(card.Source, []byte("\r"), nil))
	return uuid.NewSHA1(uuid.NameSpaceURL, append([]byte("vcard:"), whole...)).String()
}
