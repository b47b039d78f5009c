package assistant

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// VCard returns the contact as a vCard. It is the card that the contact came from, in its version (2.1 becomes 3.0),
// with those properties replaced that the contact has changed since, and every other byte as it was; a contact that was
// typed in becomes a card of version 3.0, which every program reads. Properties that a contact has no field for stay as
// they are.
func (c *Contact) VCard() []byte { return c.card().Encode() }

func (c *Contact) card() *vcf.Card {
	card := &vcf.Card{Version: "3.0"}
	if c.Source != nil {
		if parsed, err := vcf.Parse(c.Source); err == nil {
			card = parsed
		}
	}
	e := editor{
		card:     card,
		read:     newReading(card, ""),
		replaced: make(map[string][]vcf.Property),
		dropped:  make(map[int]bool),
	}
	e.edit(c)
	e.apply()
	return card
}

// An editor collects the properties that replace those of a card.
type editor struct {
	card     *vcf.Card
	read     reading
	replaced map[string][]vcf.Property // by name: what replaces all properties of that name
	kept     []int                     // the properties of replaced names that stay
	dropped  map[int]bool              // properties that go, of whatever name
	added    []vcf.Property            // and what comes at the end
}

func (e *editor) edit(c *Contact) {
	base := e.read.contact
	e.text(vcard.FieldFormattedName, base.Name, c.Name)
	if len(e.card.Properties) == 0 || base.Parts != c.Parts {
		n := c.Parts
		e.structured(vcard.FieldName, n.Family, n.Given, n.Additional, n.Prefix, n.Suffix)
	}
	e.text(vcard.FieldNickname, base.Nickname, c.Nickname)
	e.text(vcard.FieldOrganization, base.Organization, c.Organization)
	e.text(vcard.FieldTitle, base.Title, c.Title)
	e.text(vcard.FieldRole, base.Role, c.Role)
	e.text(vcard.FieldNote, base.Note, c.Note)
	if !slices.Equal(base.Tags, c.Tags) {
		e.replaced[vcard.FieldCategories] = nil
		if len(c.Tags) > 0 {
			e.replaced[vcard.FieldCategories] = []vcf.Property{{Name: vcard.FieldCategories, Value: joinEscaped(c.Tags, ",")}}
		}
	}
	if base.Birthday != c.Birthday || base.BirthdayText != c.BirthdayText {
		e.replaced[vcard.FieldBirthday] = e.day(vcard.FieldBirthday, c.Birthday, c.BirthdayText)
	}
	e.further(base, c)
	if !reflect.DeepEqual(base.Photo, c.Photo) {
		e.photo(c.Photo)
	}
	replaceList(e, vcard.FieldTelephone, base.Phones, e.read.phones, c.Phones, samePhone, func(p Phone) vcf.Property {
		return typed(p.Type, vcf.Property{Value: vcf.Escape(p.Typed)})
	})
	replaceList(e, vcard.FieldEmail, base.Emails, e.read.emails, c.Emails, same, func(m Email) vcf.Property {
		return typed(m.Type, vcf.Property{Value: vcf.Escape(m.Address)})
	})
	replaceList(e, vcard.FieldAddress, base.Addresses, e.read.addresses, c.Addresses, same, func(a Address) vcf.Property {
		parts := []string{a.POBox, a.Extended, a.Street, a.Locality, a.Region, a.PostalCode, a.Country}
		return typed(a.Type, vcf.Property{Value: joinEscaped(parts, ";")})
	})
	replaceList(e, vcard.FieldURL, base.WebPages, e.read.pages, c.WebPages, same, func(w WebPage) vcf.Property {
		return typed(w.Type, vcf.Property{Value: vcf.Escape(w.URL)})
	})
	if e.card.First(vcard.FieldUID) == nil {
		e.replaced[vcard.FieldUID] = []vcf.Property{{Name: vcard.FieldUID, Value: "urn:uuid:" + c.ID}}
	}
}

// text replaces a property of one text if that has changed.
func (e *editor) text(name, before, now string) {
	if before == now {
		return
	}
	e.replaced[name] = nil
	if now != "" {
		e.replaced[name] = []vcf.Property{{Name: name, Value: vcf.Escape(now)}}
	}
}

func (e *editor) structured(name string, parts ...string) {
	e.replaced[name] = []vcf.Property{{Name: name, Value: joinEscaped(parts, ";")}}
}

func joinEscaped(parts []string, separator string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = vcf.Escape(part)
	}
	return strings.Join(escaped, separator)
}

// further changes the properties that programs write in many ways: an element that stays keeps its own.
func (e *editor) further(base, c *Contact) {
	if base.Anniversary != c.Anniversary {
		if e.read.anniversary >= 0 {
			e.dropped[e.read.anniversary] = true
		}
		e.added = append(e.added, e.day(vcard.FieldAnniversary, c.Anniversary, "")...)
	}
	changeList(e, base.Chats, e.read.chats, c.Chats, func(chat Chat) vcf.Property {
		p := vcf.Property{Name: vcard.FieldIMPP, Value: vcf.Escape(chat.Address)}
		if chat.Type != "" {
			p.SetParam("X-SERVICE-TYPE", chat.Type)
			if isScheme(chat.Type) {
				p.Value = chat.Type + ":" + p.Value
			}
		}
		return p
	})
	changeList(e, base.Relations, e.read.relations, c.Relations, func(r Relation) vcf.Property {
		p := vcf.Property{Name: vcard.FieldRelated, Value: vcf.Escape(r.Name)}
		p.SetParam("VALUE", "text")
		return typed(r.Type, p)
	})
	changeList(e, base.Dates, e.read.dates, c.Dates, func(event Event) vcf.Property {
		p := vcf.Property{Name: "X-ABDATE", Value: event.Date.String()}
		return typed(event.Type, p)
	})
}

// changeList drops the properties of elements that are gone and adds those of new ones.
func changeList[T comparable](e *editor, before []T, places []int, now []T, write func(T) vcf.Property) {
	rest := slices.Clone(now)
	for i, old := range before {
		if at := slices.Index(rest, old); at >= 0 {
			rest = slices.Delete(rest, at, at+1)
		} else {
			e.dropped[places[i]] = true
		}
	}
	for _, value := range rest {
		e.added = append(e.added, write(value))
	}
}

// day writes a date without a year as the card's version has it; version 3.0 has none, and Apple's form is the one that
// most programs know. With neither date nor text there is no property.
func (e *editor) day(name string, date Date, text string) []vcf.Property {
	p := vcf.Property{Name: name, Value: date.String()}
	switch modern := e.card.Version == "4.0"; {
	case date.IsZero() && text == "":
		return nil
	case date.IsZero():
		p.SetParam("VALUE", "text")
		p.Value = vcf.Escape(text)
	case modern && date.Year == 0:
		p.Value = "--" + strings.ReplaceAll(p.Value, "-", "")
	case modern:
		p.Value = strings.ReplaceAll(p.Value, "-", "")
	case date.Year == 0:
		p.SetParam("X-APPLE-OMIT-YEAR", "1604")
		p.Value = "1604" + p.Value[1:]
	}
	return []vcf.Property{p}
}

func (e *editor) photo(photo *Photo) {
	p := vcf.Property{Name: vcard.FieldPhoto}
	switch {
	case photo == nil:
		e.replaced[p.Name] = nil
		return
	case len(photo.Data) == 0:
		p.SetParam("VALUE", "uri")
		p.Value = vcf.Escape(photo.URL)
	case e.card.Version == "4.0":
		p.Value = vcf.Escape("data:" + photo.MediaType + ";base64," + base64.StdEncoding.EncodeToString(photo.Data))
	default:
		p.SetParam("ENCODING", "b")
		if _, kind, found := strings.Cut(photo.MediaType, "/"); found {
			p.SetParam("TYPE", strings.ToUpper(kind))
		}
		p.Value = base64.StdEncoding.EncodeToString(photo.Data)
	}
	e.replaced[p.Name] = []vcf.Property{p}
}

// replaceList replaces the properties of a list if the list has changed. An element that was there before keeps its
// property, with whatever parameters that has.
func replaceList[T any](
	e *editor,
	name string,
	before []T,
	places []int,
	now []T,
	equal func(a, b T) bool,
	write func(T) vcf.Property,
) {
	if slices.EqualFunc(before, now, equal) {
		return
	}
	var list []vcf.Property
	used := make([]bool, len(before))
	for _, value := range now {
		i := slices.IndexFunc(before, func(old T) bool { return equal(old, value) })
		if i >= 0 && !used[i] {
			used[i] = true
			list = append(list, e.card.Properties[places[i]])
			e.kept = append(e.kept, places[i])
			continue
		}
		p := write(value)
		p.Name = name
		list = append(list, p)
	}
	e.replaced[name] = list
}

func same[T comparable](a, b T) bool { return a == b }

// samePhone ignores the E.164 form: it depends on the region in which a card is read.
func samePhone(a, b Phone) bool { return a.Type == b.Type && a.Typed == b.Typed }

func typed(kind string, p vcf.Property) vcf.Property {
	if kind != "" {
		p.SetParam("TYPE", strings.Split(strings.ToUpper(kind), ",")...)
	}
	return p
}

// apply puts the replacements where the first property of their name was, and new ones at the end.
func (e *editor) apply() {
	var result []vcf.Property
	placed := make(map[string]bool)
	orphans := e.orphanGroups()
	for i, p := range e.card.Properties {
		list, replaced := e.replaced[p.Name]
		switch {
		case e.dropped[i]:
		case replaced && !placed[p.Name]:
			placed[p.Name] = true
			result = append(result, list...)
		case !replaced && !(orphans[p.Group] && strings.HasPrefix(p.Name, "X-AB")):
			result = append(result, p)
		}
	}
	for _, name := range []string{
		vcard.FieldUID, vcard.FieldFormattedName, vcard.FieldName, vcard.FieldNickname, vcard.FieldOrganization,
		vcard.FieldTitle, vcard.FieldRole, vcard.FieldTelephone, vcard.FieldEmail, vcard.FieldAddress, vcard.FieldURL,
		vcard.FieldBirthday, vcard.FieldNote, vcard.FieldCategories, vcard.FieldPhoto,
	} {
		if !placed[name] {
			result = append(result, e.replaced[name]...)
		}
	}
	e.card.Properties = append(result, e.added...)
	for i := range e.card.Properties {
		if p := &e.card.Properties[i]; p.Param(cameFrom) != "" {
			p.SetParam(cameFrom)
		}
	}
}

// orphanGroups returns the groups that have lost the property which their labels (X-ABLabel, X-ABADR) describe.
func (e *editor) orphanGroups() map[string]bool {
	orphans := make(map[string]bool)
	for i, p := range e.card.Properties {
		if _, replaced := e.replaced[p.Name]; (replaced || e.dropped[i]) && p.Group != "" && !slices.Contains(e.kept, i) {
			orphans[p.Group] = true
		}
	}
	for i, p := range e.card.Properties {
		_, replaced := e.replaced[p.Name]
		if stays := !replaced && !e.dropped[i] || slices.Contains(e.kept, i); stays && !strings.HasPrefix(p.Name, "X-AB") {
			delete(orphans, p.Group)
		}
	}
	return orphans
}
