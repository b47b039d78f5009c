package assistant

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/assistant/vcf"
)

// MergeContacts makes two contacts one: into gets everything that it lacks and other has, and other goes to the trash.
// Where the two differ, into stays as it is, and what other says is added to its note. [Book.UnmergeContact] undoes the
// merge. Errors: [FieldError], [NotFoundError], [AmbiguousError], [ConflictError].
func (b *Book) MergeContacts(ctx context.Context, into, other string) (*Contact, error) {
	a, err := b.ContactNamed(ctx, into)
	if err != nil {
		return nil, err
	}
	c, err := b.ContactNamed(ctx, other)
	if err != nil {
		return nil, err
	}
	if a.ID == c.ID {
		return nil, &FieldError{Field: "contact", Value: other, Problem: "both are the same contact", Hint: "name two"}
	}
	before := *a
	after := merged(a, c, b.Region)
	after.Updated = b.now()
	return after, b.Store.MergeContacts(ctx, Merge{At: after.Updated, Other: c, Before: &before, After: after})
}

// UnmergeContact undoes the merge of a contact, or the last of several: ref names the contact that went or the one that
// stayed. The one that went comes back as it was; what came from it is removed from the other, where what was changed
// since stays. into is nil if the contact that stayed is gone. Errors: [NotFoundError], [AmbiguousError], [ErrExists].
func (b *Book) UnmergeContact(ctx context.Context, ref string) (into, other *Contact, err error) {
	m, err := b.mergeMeant(ctx, ref)
	if err != nil {
		return nil, nil, err
	}
	back := *m.Other
	back.Version, back.Updated = 0, b.now()
	u := Unmerge{Merge: *m, Other: &back}
	found, err := b.Store.Contacts(ctx, m.After.ID)
	if err != nil {
		return nil, nil, err
	}
	if len(found) > 0 {
		u.Into = found[0]
		u.Into.parted(m)
		u.Into.Updated = back.Updated
	}
	return u.Into, u.Other, b.Store.UnmergeContacts(ctx, u)
}

// mergeMeant finds the merge that ref means.
func (b *Book) mergeMeant(ctx context.Context, ref string) (*Merge, error) {
	if id, err := uuid.Parse(ref); err == nil {
		list, err := b.Store.Merges(ctx, id.String())
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			return &list[0], nil
		}
	}
	c, err := b.ContactNamed(ctx, ref)
	missing, isMissing := err.(*NotFoundError)
	if err != nil && !isMissing {
		return nil, err
	}
	all, err := b.Store.Merges(ctx, "")
	if err != nil {
		return nil, err
	}
	var found []*Merge
	for i := range all {
		m := &all[i]
		if c != nil && m.After.ID == c.ID {
			return m, nil
		}
		if foldedEqual(m.Other.Name, ref) || isPrefix(ref) && strings.HasPrefix(m.Other.ID, strings.ToLower(ref)) {
			found = append(found, m)
		}
	}
	if missing != nil && len(found) == 0 {
		return nil, missing
	}
	return one(KindMerge, ref, found, func(m *Merge) Candidate { return contactCandidate(m.Other) })
}

// merged returns a with what b has and a lacks.
func merged(a, b *Contact, region string) *Contact {
	after := *a
	card, err := vcf.Parse(b.VCard())
	if err != nil {
		card = &vcf.Card{}
	}
	j := joiner{after: &after, card: card, read: newReading(card, region), taken: make(map[int]bool)}
	j.names(b)
	j.text("organization", vcard.FieldOrganization, &after.Organization, b.Organization)
	j.text("title", vcard.FieldTitle, &after.Title, b.Title)
	j.text("role", vcard.FieldRole, &after.Role, b.Role)
	j.days(b)
	j.photo(b)
	if after.CallEvery == 0 {
		after.CallEvery = b.CallEvery
	}
	if b.Called.String() > after.Called.String() {
		after.Called = b.Called
	}
	join(&j, &after.Phones, b.Phones, j.read.phones, phoneKey)
	join(&j, &after.Emails, b.Emails, j.read.emails, func(e Email) string { return search.Fold(e.Address) })
	join(&j, &after.Addresses, b.Addresses, j.read.addresses, func(a Address) string { return search.Fold(a.String()) })
	join(&j, &after.WebPages, b.WebPages, j.read.pages, func(w WebPage) string { return w.URL })
	join(&j, &after.Chats, b.Chats, j.read.chats, func(c Chat) string { return c.Type + ":" + search.Fold(c.Address) })
	join(&j, &after.Dates, b.Dates, j.read.dates, func(e Event) string { return e.Type + e.Date.String() })
	join(
		&j,
		&after.Relations,
		b.Relations,
		j.read.relations,
		func(r Relation) string { return r.Type + ":" + search.Fold(r.Name) },
	)
	after.Tags = CleanTags(append(slices.Clone(after.Tags), b.Tags...))
	j.notes(b.Note)
	j.unknown()
	j.extend(a, b.ID)
	return &after
}

// A joiner collects what one contact takes from the card of another.
type joiner struct {
	after *Contact
	card  *vcf.Card
	read  reading
	taken map[int]bool // the properties of the card that come along as they are
	lines []string     // where the two differ, what the other has
}

// text takes over a text, or notes it if the two differ.
func (j *joiner) text(label, name string, here *string, there string) {
	switch {
	case there == "" || foldedEqual(*here, there):
		j.take(name, 1)
	case *here == "":
		*here = there
		j.take(name, 0)
	default:
		j.lines = append(j.lines, label+": "+there)
		j.take(name, 1)
	}
}

// take takes over the properties with a name, from the n-th on: a contact shows only the first.
func (j *joiner) take(name string, n int) {
	for i, p := range j.card.Properties {
		if p.Name != name {
			continue
		}
		if n--; n < 0 {
			j.taken[i] = true
		}
	}
}

func (j *joiner) names(b *Contact) {
	after := j.after
	if after.Parts == (NameParts{}) && foldedEqual(after.Name, b.Name) {
		after.Parts = b.Parts
	}
	other := b.Name
	if foldedEqual(after.Name, other) || foldedEqual(after.Nickname, other) {
		other = ""
	}
	j.text("nickname", vcard.FieldNickname, &after.Nickname, b.Nickname)
	if other == "" {
		return
	}
	if after.Nickname == "" {
		after.Nickname = other
		return
	}
	j.lines = append(j.lines, "name: "+other)
}

func (j *joiner) days(b *Contact) {
	after := j.after
	switch {
	case after.Birthday.IsZero() && after.BirthdayText == "":
		after.Birthday, after.BirthdayText = b.Birthday, b.BirthdayText
		j.take(vcard.FieldBirthday, 0)
	case !b.Birthday.IsZero() && b.Birthday != after.Birthday:
		j.lines = append(j.lines, "birthday: "+b.Birthday.String())
	case b.BirthdayText != "" && b.BirthdayText != after.BirthdayText:
		j.lines = append(j.lines, "birthday: "+b.BirthdayText)
	}
	switch {
	case after.Anniversary.IsZero():
		after.Anniversary = b.Anniversary
	case !b.Anniversary.IsZero() && b.Anniversary != after.Anniversary:
		j.lines = append(j.lines, "anniversary: "+b.Anniversary.String())
	}
}

// photo takes over the picture. A second picture comes along in the card.
func (j *joiner) photo(b *Contact) {
	switch {
	case j.after.Photo == nil:
		j.after.Photo = b.Photo
		j.take(vcard.FieldPhoto, 1)
	case b.Photo != nil && !reflect.DeepEqual(j.after.Photo, b.Photo):
		j.take(vcard.FieldPhoto, 0)
	}
}

// notes adds to the note the other's note and what the other has where the two differ.
func (j *joiner) notes(note string) {
	parts := []string{j.after.Note}
	if !strings.Contains(j.after.Note, note) {
		parts = append(parts, note)
	}
	parts = append(parts, strings.Join(j.lines, "\n"))
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	j.after.Note = strings.Join(parts, "\n\n")
}

// join adds the elements whose key is not there, with their properties.
func join[T comparable](j *joiner, here *[]T, there []T, places []int, key func(T) string) {
	list := slices.Clone(*here)
	for i, value := range there {
		if slices.ContainsFunc(list, func(have T) bool { return key(have) == key(value) }) {
			continue
		}
		list = append(list, value)
		if i < len(places) {
			j.taken[places[i]] = true
		}
	}
	*here = list
}

// unknown takes over the properties that have no field.
func (j *joiner) unknown() {
	known := []string{
		vcard.FieldUID, vcard.FieldProductID, vcard.FieldRevision, vcard.FieldFormattedName, vcard.FieldName,
		vcard.FieldNickname, vcard.FieldOrganization, vcard.FieldTitle, vcard.FieldRole, vcard.FieldNote,
		vcard.FieldCategories, vcard.FieldBirthday, vcard.FieldPhoto,
		vcard.FieldTelephone, vcard.FieldEmail, vcard.FieldAddress, vcard.FieldURL,
	}
	shown := slices.Concat(j.read.chats, j.read.dates, j.read.relations, []int{j.read.anniversary})
	for i, p := range j.card.Properties {
		if !slices.Contains(known, p.Name) && !slices.Contains(shown, i) && !isLabel(p) {
			j.taken[i] = true
		}
	}
}

// isLabel reports whether a property describes another one of its group.
func isLabel(p vcf.Property) bool { return p.Group != "" && strings.HasPrefix(p.Name, "X-AB") }

// extend adds what was taken to the card of the contact, marked with the id that it came from.
func (j *joiner) extend(a *Contact, from string) {
	source := a.Source
	if source == nil || bytes.Contains(source, []byte("VERSION:2.1")) {
		source = a.VCard()
	}
	have, err := vcf.Parse(source)
	if err != nil {
		return
	}
	groups := make(map[string]bool)
	for i, p := range j.card.Properties {
		groups[p.Group] = groups[p.Group] || j.taken[i] && p.Group != ""
	}
	var list []vcf.Property
	for i, p := range j.card.Properties {
		same := func(q vcf.Property) bool { return q.Name == p.Name && q.Value == p.Value }
		if !j.taken[i] && !(isLabel(p) && groups[p.Group]) || !isLabel(p) && slices.ContainsFunc(have.Properties, same) {
			continue
		}
		if p.Group != "" {
			p.Group = from[:8] + p.Group
		}
		p.SetParam(cameFrom, from)
		list = append(list, p)
	}
	if len(list) == 0 {
		return
	}
	j.after.Source = withLines(source, asLines(list))
	if card, err := vcf.Parse(j.after.Source); err == nil {
		j.after.Other = newReading(card, "").contact.Other
	}
}

// parted removes from c what came from the other contact of a merge.
func (c *Contact) parted(m *Merge) {
	note := c.Note
	source, before := withoutLines(c.Source, m.Other.ID), m.Before
	if bytes.Equal(source, withoutLines(m.After.Source, m.Other.ID)) {
		source = before.Source
	}
	called, every := c.Called, c.CallEvery
	c.take(m.After, before)
	c.Source = source
	var mg merger
	field(&mg, "", &called, m.After.Called, before.Called)
	field(&mg, "", &every, m.After.CallEvery, before.CallEvery)
	c.Called, c.CallEvery = called, every
	if added, ok := strings.CutPrefix(m.After.Note, before.Note); ok && added != "" && note != m.After.Note {
		c.Note = strings.TrimPrefix(strings.Replace(note, added, "", 1), "\n\n")
	}
	c.Other = nil
	if card, err := vcf.Parse(source); err == nil && source != nil {
		c.Other = newReading(card, "").contact.Other
	}
}
