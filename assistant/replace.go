package assistant

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// FieldErrors lists everything that is wrong with a contact or note that was sent as a whole, by a form or a program.
// The Field of each is its place in the JSON form: "phones[1].typed".
type FieldErrors []*FieldError

func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, each := range e {
		texts[i] = each.Error()
	}
	return strings.Join(texts, "; ")
}

// At returns what is wrong at a place, or nil.
func (e FieldErrors) At(place string) *FieldError {
	for _, each := range e {
		if each.Field == place {
			return each
		}
	}
	return nil
}

// CreateContact saves a contact that a form or a program describes as a whole, as in [Book.ReplaceContact], under a
// new id.
func (b *Book) CreateContact(ctx context.Context, sent *Contact) (*Contact, error) {
	now := b.now()
	c := &Contact{ID: uuid.NewString(), Created: now, Updated: now}
	if err := b.fillContact(c, sent); err != nil {
		return nil, err
	}
	return c, b.Store.SaveContacts(ctx, c)
}

// ReplaceContact saves what sent says in place of have, a contact as the store has returned it: what is not in sent is
// cleared. ID, Version, Created, Updated, Other and the E164 of numbers are not read from sent, and what else the
// contact's card says lives on. Values that are in have are accepted as they are; new ones must be valid. A contact
// that does not change gets no new version. Errors: [FieldErrors], [ConflictError] when have is no longer the stored
// version.
func (b *Book) ReplaceContact(ctx context.Context, have, sent *Contact) (*Contact, error) {
	c := *have
	if err := b.fillContact(&c, sent); err != nil {
		return nil, err
	}
	if reflect.DeepEqual(have, &c) {
		return &c, nil
	}
	c.Updated = b.now()
	return &c, b.Store.SaveContacts(ctx, &c)
}

// FillContact returns what [Book.ReplaceContact] would save, or what is wrong with sent.
func (b *Book) FillContact(have, sent *Contact) (*Contact, error) {
	c := *have
	return &c, b.fillContact(&c, sent)
}

// fillContact puts what sent says into c.
func (b *Book) fillContact(c, sent *Contact) error {
	f := filling{rules: b.rules(), phones: c.Phones}
	f.texts("name", sent.Name, "nickname", sent.Nickname, "organization", sent.Organization,
		"title", sent.Title, "role", sent.Role, "note", sent.Note, "birthday_text", sent.BirthdayText,
		"name_parts.family", sent.Parts.Family, "name_parts.given", sent.Parts.Given,
		"name_parts.additional", sent.Parts.Additional,
		"name_parts.prefix", sent.Parts.Prefix, "name_parts.suffix", sent.Parts.Suffix)
	f.name(c, sent)
	c.Nickname, c.Organization = line(sent.Nickname), line(sent.Organization)
	c.Title, c.Role = line(sent.Title), line(sent.Role)
	c.Note = text(sent.Note)
	f.days(c, sent)
	c.Phones = fill(&f, "phones", c.Phones, sent.Phones, f.phone)
	c.Emails = fill(&f, "emails", c.Emails, sent.Emails, f.email)
	c.Addresses = fill(&f, "addresses", c.Addresses, sent.Addresses, f.address)
	c.WebPages = fill(&f, "web_pages", c.WebPages, sent.WebPages, f.webPage)
	c.Chats = fill(&f, "chats", c.Chats, sent.Chats, f.chat)
	c.Relations = fill(&f, "relations", c.Relations, sent.Relations, f.relation)
	for i, tag := range sent.Tags {
		f.texts(fmt.Sprintf("tags[%d]", i), tag)
	}
	c.Tags = CleanTags(sent.Tags)
	c.Photo = sent.Photo
	if p := sent.Photo; p != nil {
		f.texts("photo.url", p.URL, "photo.media_type", p.MediaType)
		if len(p.Data) == 0 && p.URL == "" {
			c.Photo = nil
		}
	}
	var wrong *FieldError
	if errors.As(checkCallEvery("call_every", sent.CallEvery), &wrong) {
		f.wrong(wrong)
	}
	c.CallEvery = sent.CallEvery
	return f.err()
}

// A filling collects what is wrong.
type filling struct {
	rules
	phones []Phone // that were there before
	errors FieldErrors
}

func (f *filling) wrong(err *FieldError) { f.errors = append(f.errors, err) }

func (f *filling) err() error {
	if len(f.errors) == 0 {
		return nil
	}
	return f.errors
}

// texts checks texts, each after the name of its field.
func (f *filling) texts(pairs ...string) {
	for pair := range slices.Chunk(pairs, 2) {
		var wrong *FieldError
		if errors.As(checkText(pair[0], pair[1]), &wrong) {
			f.wrong(wrong)
		}
	}
}

// name takes the name, and its parts where they are sent and belong to it.
func (f *filling) name(c, sent *Contact) {
	before := c.Name
	c.Name = line(sent.Name)
	var wrong *FieldError
	if errors.As(c.check(), &wrong) {
		f.wrong(wrong)
	}
	switch {
	case sent.Parts != NameParts{} && (sent.Parts != c.Parts || c.Name == before):
		p := sent.Parts
		c.Parts = NameParts{line(p.Family), line(p.Given), line(p.Additional), line(p.Prefix), line(p.Suffix)}
	case c.Name != before || c.Parts == NameParts{}:
		c.Parts = ParseName(c.Name)
	}
}

func (f *filling) days(c, sent *Contact) {
	for _, day := range []struct {
		field      string
		have, sent Date
	}{
		{"birthday", c.Birthday, sent.Birthday},
		{"anniversary", c.Anniversary, sent.Anniversary},
		{"called", c.Called, sent.Called},
	} {
		if day.sent != day.have && day.sent.Year != 0 && !f.today.IsZero() && day.sent.After(f.today) {
			f.wrong(&FieldError{Field: day.field, Value: day.sent.String(), Problem: "in the future", Hint: "check the year"})
		}
	}
	c.Birthday, c.Anniversary, c.Called, c.Dates = sent.Birthday, sent.Anniversary, sent.Called, nil
	if c.BirthdayText = line(sent.BirthdayText); !c.Birthday.IsZero() {
		c.BirthdayText = ""
	}
	for i, event := range sent.Dates {
		f.texts(fmt.Sprintf("dates[%d].type", i), event.Type)
		if event.Type = line(event.Type); !event.Date.IsZero() {
			c.Dates = append(c.Dates, event)
		}
	}
}

// fill takes the elements of a list that are not empty. One that was there before is accepted as it is.
func fill[T comparable](f *filling, name string, have, sent []T, take func(place string, element T) (T, bool)) []T {
	var list []T
	for i, element := range sent {
		if slices.Contains(have, element) {
			list = append(list, element)
			continue
		}
		if taken, ok := take(fmt.Sprintf("%s[%d]", name, i), element); ok {
			if at := slices.IndexFunc(have, func(old T) bool { return alike(old, taken) }); at >= 0 {
				taken = have[at]
			}
			list = append(list, taken)
		}
	}
	return list
}

// label returns what an element is, in lower case.
func (f *filling) label(place, kind string) string {
	f.texts(place+".type", kind)
	if kind = strings.ToLower(line(kind)); kind == "mobile" {
		return "cell"
	}
	return kind
}

func (f *filling) phone(place string, p Phone) (Phone, bool) {
	f.texts(place+".typed", p.Typed)
	kind := f.label(place, p.Type)
	typed := line(p.Typed)
	if typed == "" {
		typed = line(p.E164)
	}
	if typed == "" {
		return Phone{}, false
	}
	if at := slices.IndexFunc(f.phones, func(old Phone) bool { return old.Typed == typed }); at >= 0 {
		phone := f.phones[at]
		phone.Type = kind
		return phone, true
	}
	phone, err := ParsePhone(typed, f.region)
	var wrong *FieldError
	if errors.As(err, &wrong) {
		wrong.Field = place + ".typed"
		f.wrong(wrong)
	}
	phone.Type = kind
	return phone, true
}

func (f *filling) email(place string, e Email) (Email, bool) {
	f.texts(place+".address", e.Address)
	kind := f.label(place, e.Type)
	if strings.TrimSpace(e.Address) == "" {
		return Email{}, false
	}
	email, err := ParseEmail(e.Address)
	var wrong *FieldError
	if errors.As(err, &wrong) {
		wrong.Field = place + ".address"
		f.wrong(wrong)
	}
	email.Type = kind
	return email, true
}

func (f *filling) address(place string, a Address) (Address, bool) {
	for name, part := range map[string]*string{
		"po_box": &a.POBox, "extended": &a.Extended, "street": &a.Street, "locality": &a.Locality, "region": &a.Region,
		"postal_code": &a.PostalCode, "country": &a.Country,
	} {
		f.texts(place+"."+name, *part)
		*part = text(*part)
	}
	a.Type = f.label(place, a.Type)
	return a, a.String() != ""
}

func (f *filling) webPage(place string, w WebPage) (WebPage, bool) {
	f.texts(place+".url", w.URL)
	w.Type, w.URL = f.label(place, w.Type), line(w.URL)
	return w, w.URL != ""
}

func (f *filling) chat(place string, c Chat) (Chat, bool) {
	f.texts(place+".address", c.Address)
	c.Type, c.Address = f.label(place, c.Type), line(c.Address)
	return c, c.Address != ""
}

func (f *filling) relation(place string, r Relation) (Relation, bool) {
	f.texts(place+".name", r.Name)
	r.Type, r.Name = f.label(place, r.Type), line(r.Name)
	return r, r.Name != ""
}

// CreateNote saves a note that a form or a program describes as a whole, under a new id. Errors: [FieldErrors].
func (b *Book) CreateNote(ctx context.Context, sent *Note) (*Note, error) {
	now := b.now()
	n := &Note{ID: uuid.NewString(), Created: now, Updated: now}
	if err := b.fillNote(n, sent); err != nil {
		return nil, err
	}
	return n, b.Store.SaveNotes(ctx, n)
}

// FillNote returns have with what sent says, and saves nothing. Errors: [FieldErrors].
func (b *Book) FillNote(have, sent *Note) (*Note, error) {
	n := *have
	if err := b.fillNote(&n, sent); err != nil {
		return nil, err
	}
	return &n, nil
}

// ReplaceNote is [Book.ReplaceContact] for notes.
func (b *Book) ReplaceNote(ctx context.Context, have, sent *Note) (*Note, error) {
	n, err := b.FillNote(have, sent)
	if err != nil || reflect.DeepEqual(have, n) {
		return n, err
	}
	n.Updated = b.now()
	return n, b.Store.SaveNotes(ctx, n)
}

func (b *Book) fillNote(n, sent *Note) error {
	f := filling{rules: b.rules()}
	f.texts("title", sent.Title, "text", sent.Text)
	for i, tag := range sent.Tags {
		f.texts(fmt.Sprintf("tags[%d]", i), tag)
	}
	n.Title, n.Text, n.Pinned, n.Due, n.Remind = line(sent.Title), prose(sent.Text), sent.Pinned, sent.Due, sent.Remind
	n.Tags, n.Done = CleanTags(sent.Tags), sent.Done.UTC().Truncate(time.Millisecond)
	if n.Title == "" && n.Text == "" {
		f.wrong(&FieldError{Field: "text", Problem: "a note needs a text or a title"})
	}
	switch {
	case n.Due.Year == 0 && !n.Due.IsZero():
		f.wrong(
			&FieldError{Field: "due", Value: n.Due.String(), Problem: "a day with its year is needed", Hint: "write YYYY-MM-DD"},
		)
	case n.Remind < 0 || n.Remind > maxRemind:
		f.wrong(&FieldError{Field: "remind", Value: fmt.Sprint(n.Remind), Problem: "not from 0 to 366 days"})
	case n.Remind > 0 && n.Due.IsZero():
		f.wrong(&FieldError{Field: "remind", Problem: "a reminder needs a day"})
	}
	return f.err()
}
