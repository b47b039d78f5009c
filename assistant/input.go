package assistant

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A ContactInput holds what a person typed about a contact. A nil field leaves the contact's field as it is; an
// empty one clears it; a list replaces the whole list.
//
// Phones, Emails, Addresses and WebPages may start with a type and a colon: "work:+380 44 123 45 67". The types are
// home, work, cell (or mobile), fax, pager, main and other.
type ContactInput struct {
	Name         *string // replaces the structured name too
	Nickname     *string
	Organization *string
	Birthday     *string // YYYY-MM-DD or --MM-DD
	Note         *string
	Phones       []string
	Emails       []string
	Addresses    []string
	WebPages     []string
	Tags         []string
	Photo        *Photo // a Photo without Data and URL clears
}

// apply changes c. Every error is a [FieldError].
func (in *ContactInput) apply(c *Contact, region string) error {
	if in.Name != nil {
		c.Name = line(*in.Name)
		c.Parts = ParseName(c.Name)
	}
	set(&c.Nickname, in.Nickname, line)
	set(&c.Organization, in.Organization, line)
	set(&c.Note, in.Note, text)
	if in.Birthday != nil {
		c.Birthday, c.BirthdayText = Date{}, ""
		if typed := strings.TrimSpace(*in.Birthday); typed != "" {
			date, err := ParseDate(typed)
			if err != nil {
				return &FieldError{
					Field: "birthday", Value: typed, Problem: "no such date", Hint: "write YYYY-MM-DD, or --MM-DD without a year",
				}
			}
			c.Birthday = date
		}
	}
	if in.Tags != nil {
		c.Tags = CleanTags(in.Tags)
	}
	if in.Photo != nil {
		c.Photo = in.Photo
		if len(in.Photo.Data) == 0 && in.Photo.URL == "" {
			c.Photo = nil
		}
	}
	if err := in.applyLists(c, region); err != nil {
		return err
	}
	return c.check()
}

func (in *ContactInput) applyLists(c *Contact, region string) error {
	var err error
	if in.Phones != nil {
		c.Phones, err = each(in.Phones, func(kind, value string) (Phone, error) {
			phone, err := ParsePhone(value, region)
			phone.Type = kind
			return phone, err
		})
	}
	if in.Emails != nil && err == nil {
		c.Emails, err = each(in.Emails, func(kind, value string) (Email, error) {
			email, err := ParseEmail(value)
			email.Type = kind
			return email, err
		})
	}
	if in.Addresses != nil && err == nil {
		c.Addresses, err = each(in.Addresses, func(kind, value string) (Address, error) {
			return Address{Type: kind, Street: text(value)}, nil
		})
	}
	if in.WebPages != nil && err == nil {
		c.WebPages, err = each(in.WebPages, func(kind, value string) (WebPage, error) {
			return WebPage{Type: kind, URL: line(value)}, nil
		})
	}
	return err
}

// each parses the values that are not blank, and splits a type off each.
func each[T any](typed []string, parse func(kind, value string) (T, error)) ([]T, error) {
	var parsed []T
	for _, value := range typed {
		if strings.TrimSpace(value) == "" {
			continue
		}
		one, err := parse(splitType(value))
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, one)
	}
	return parsed, nil
}

func splitType(value string) (kind, rest string) {
	before, after, found := strings.Cut(value, ":")
	kind = strings.ToLower(strings.TrimSpace(before))
	switch {
	case !found:
	case kind == "mobile":
		return "cell", after
	case slices.Contains([]string{"home", "work", "cell", "fax", "pager", "main", "other"}, kind):
		return kind, after
	}
	return "", value
}

func set(field, value *string, clean func(string) string) {
	if value != nil {
		*field = clean(*value)
	}
}

// line makes one line of s, text leaves its lines; both take off the space around it and what no store can keep.
func line(s string) string { return strings.Join(strings.Fields(text(s)), " ") }

func text(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// check says what makes a contact impossible.
func (c *Contact) check() error {
	if c.Name == "" {
		return &FieldError{Field: "name", Problem: "a contact needs a name"}
	}
	if utf8.RuneCountInString(c.Name) > maxName {
		return &FieldError{Field: "name", Value: string([]rune(c.Name)[:40]) + "...", Problem: "longer than 1,000 characters"}
	}
	return nil
}

const maxName = 1000

// A NoteInput holds what a person typed about a note. A nil field leaves the note's field as it is.
type NoteInput struct {
	Title  *string
	Text   *string
	Tags   []string
	Pinned *bool
}

func (in *NoteInput) apply(n *Note) error {
	set(&n.Title, in.Title, line)
	set(&n.Text, in.Text, text)
	if in.Tags != nil {
		n.Tags = CleanTags(in.Tags)
	}
	if in.Pinned != nil {
		n.Pinned = *in.Pinned
	}
	if n.Title == "" && n.Text == "" {
		return &FieldError{Field: "text", Problem: "a note needs a text or a title"}
	}
	return nil
}
