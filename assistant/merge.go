package assistant

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/assistant/vcf"
)

// base returns the contact as its card described it when it was imported; a contact that was typed in is its own base.
func (c *Contact) base(region string) *Contact {
	source := withoutLines(c.Source, "")
	if source == nil {
		source = c.VCard()
	}
	card, err := vcf.Parse(source)
	if err != nil {
		return &Contact{}
	}
	return newReading(card, region).contact
}

// take applies to c what a newer card has changed since base, which is the card that c came from, and returns the
// values that were changed here as well: those stay.
func (c *Contact) take(base, newer *Contact) []MergeConflict {
	here := c.Source
	var m merger
	field(&m, "name", &c.Name, base.Name, newer.Name)
	if reflect.DeepEqual(base.Parts, c.Parts) || c.Name == newer.Name {
		c.Parts = newer.Parts
	}
	field(&m, "nickname", &c.Nickname, base.Nickname, newer.Nickname)
	field(&m, "organization", &c.Organization, base.Organization, newer.Organization)
	field(&m, "title", &c.Title, base.Title, newer.Title)
	field(&m, "role", &c.Role, base.Role, newer.Role)
	field(&m, "birthday", &c.Birthday, base.Birthday, newer.Birthday)
	if c.Birthday.IsZero() {
		field(&m, "birthday", &c.BirthdayText, base.BirthdayText, newer.BirthdayText)
	} else {
		c.BirthdayText = ""
	}
	field(&m, "anniversary", &c.Anniversary, base.Anniversary, newer.Anniversary)
	field(&m, "note", &c.Note, base.Note, newer.Note)
	m.photo(c, base.Photo, newer.Photo)

	elements(&m, "phone", &c.Phones, base.Phones, newer.Phones, phoneKey)
	elements(&m, "email", &c.Emails, base.Emails, newer.Emails, func(e Email) string { return search.Fold(e.Address) })
	elements(
		&m,
		"address",
		&c.Addresses,
		base.Addresses,
		newer.Addresses,
		func(a Address) string { return search.Fold(a.String()) },
	)
	elements(&m, "web", &c.WebPages, base.WebPages, newer.WebPages, func(w WebPage) string { return w.URL })
	elements(&m, "chat", &c.Chats, base.Chats, newer.Chats, func(h Chat) string { return search.Fold(h.Address) })
	elements(&m, "date", &c.Dates, base.Dates, newer.Dates, func(e Event) string { return e.Type + e.Date.String() })
	elements(
		&m,
		"relation",
		&c.Relations,
		base.Relations,
		newer.Relations,
		func(r Relation) string { return search.Fold(r.Name) },
	)
	elements(&m, "tag", &c.Tags, base.Tags, newer.Tags, search.Fold)
	c.Tags = CleanTags(c.Tags)
	c.Other, c.Source = newer.Other, newer.Source
	if kept := markedLines(here); kept != nil && newer.Source != nil {
		c.Source = withLines(newer.Source, kept)
		c.Other = append(slices.Clone(newer.Other), otherOf(kept)...)
	}
	return m.conflicts
}

// otherOf returns what those lines of a card say for which there is no field.
func otherOf(lines []byte) []Property {
	card, err := vcf.Parse(withLines([]byte("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"), lines))
	if err != nil {
		return nil
	}
	return newReading(card, "").contact.Other
}

// phoneKey is the same for all spellings of a number.
func phoneKey(p Phone) string {
	if p.E164 != "" {
		return p.E164 + ";" + p.Extension
	}
	if digits := onlyDigits(p.Typed); digits != "" {
		return digits
	}
	return search.Fold(p.Typed)
}

// A merger collects what both sides have changed.
type merger struct{ conflicts []MergeConflict }

func (m *merger) conflict(name string, here, there any) {
	m.conflicts = append(m.conflicts, MergeConflict{Field: name, Here: described(here), There: described(there)})
}

// described returns an element as a user would type it.
func described(v any) string {
	labelled := func(kind, value string) string {
		if kind == "" {
			return value
		}
		return kind + ":" + value
	}
	switch v := v.(type) {
	case Phone:
		return labelled(v.Type, v.Typed)
	case Email:
		return labelled(v.Type, v.Address)
	case Address:
		return labelled(v.Type, v.String())
	case WebPage:
		return labelled(v.Type, v.URL)
	case Chat:
		return labelled(v.Type, v.Address)
	case Event:
		return labelled(v.Type, v.Date.String())
	case Relation:
		return labelled(v.Type, v.Name)
	}
	return fmt.Sprint(v)
}

// field merges a single value.
func field[T comparable](m *merger, name string, here *T, base, there T) {
	switch {
	case there == base || there == *here:
	case *here == base:
		*here = there
	default:
		m.conflict(name, *here, there)
	}
}

func (m *merger) photo(c *Contact, base, there *Photo) {
	switch {
	case reflect.DeepEqual(there, base) || reflect.DeepEqual(there, c.Photo):
	case reflect.DeepEqual(c.Photo, base):
		c.Photo = there
	default:
		m.conflict("photo", "another picture", "another picture")
	}
}

// elements merges a list: what is new there is added, what is gone there is removed, and an element that both sides
// have changed, its label for instance, stays as it is here.
func elements[T comparable](m *merger, name string, here *[]T, base, there []T, key func(T) string) {
	if slices.Equal(base, there) {
		return
	}
	at := func(list []T, k string) int {
		return slices.IndexFunc(list, func(e T) bool { return key(e) == k })
	}
	merged := slices.Clone(*here)
	for _, old := range base {
		k := key(old)
		mine := at(merged, k)
		if at(there, k) >= 0 || mine < 0 {
			continue
		}
		if !alike(merged[mine], old) {
			m.conflict(name, merged[mine], "removed")
			continue
		}
		merged = slices.Delete(merged, mine, mine+1)
	}
	for _, value := range there {
		k := key(value)
		mine, old := at(merged, k), at(base, k)
		switch {
		case mine < 0 && old < 0:
			merged = append(merged, value)
		case mine < 0:
			// It was removed here and stays so.
		case old >= 0 && alike(base[old], value) || alike(merged[mine], value):
		case old >= 0 && alike(merged[mine], base[old]):
			merged[mine] = value
		case old < 0:
			// Both sides have arrived at the same number or address; the label here stays.
		default:
			m.conflict(name, merged[mine], value)
		}
	}
	*here = merged
}

// alike reports whether two elements are equal, apart from what depends on the region in which a card is read.
func alike[T comparable](a, b T) bool {
	p, isPhone := any(a).(Phone)
	if !isPhone {
		return a == b
	}
	q := any(b).(Phone)
	return p.Type == q.Type && p.Typed == q.Typed
}
