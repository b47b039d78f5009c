package page

import (
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// A comparedField is a field of a contact or note, as text that can be compared.
type comparedField[T any] struct {
	name string
	of   func(*T) string
}

// comparedFields returns the fields in the order of a contact's page.
func comparedFields() []comparedField[assistant.Contact] {
	return []comparedField[assistant.Contact]{
		{"name", func(c *assistant.Contact) string { return c.Name }},
		{"nickname", func(c *assistant.Contact) string { return c.Nickname }},
		{"organization", func(c *assistant.Contact) string { return c.Organization }},
		{"title", func(c *assistant.Contact) string { return c.Title }},
		{"role", func(c *assistant.Contact) string { return c.Role }},
		{"phone", func(c *assistant.Contact) string {
			return texts(c.Phones, func(p assistant.Phone) string { return labelled(p.Type, p.Typed) })
		}},
		{"email", func(c *assistant.Contact) string {
			return texts(c.Emails, func(e assistant.Email) string { return labelled(e.Type, e.Address) })
		}},
		{"address", func(c *assistant.Contact) string {
			return texts(c.Addresses, func(a assistant.Address) string { return labelled(a.Type, a.String()) })
		}},
		{"web page", func(c *assistant.Contact) string {
			return texts(c.WebPages, func(p assistant.WebPage) string { return labelled(p.Type, p.URL) })
		}},
		{"chat", func(c *assistant.Contact) string {
			return texts(c.Chats, func(c assistant.Chat) string { return labelled(c.Type, c.Address) })
		}},
		{"birthday", func(c *assistant.Contact) string {
			if c.Birthday.IsZero() {
				return c.BirthdayText
			}
			return c.Birthday.String()
		}},
		{"anniversary", func(c *assistant.Contact) string { return c.Anniversary.String() }},
		{"date", func(c *assistant.Contact) string {
			return texts(c.Dates, func(e assistant.Event) string { return labelled(e.Type, e.Date.String()) })
		}},
		{"relation", func(c *assistant.Contact) string {
			return texts(c.Relations, func(r assistant.Relation) string { return labelled(r.Type, r.Name) })
		}},
		{"note", func(c *assistant.Contact) string { return c.Note }},
		{"tags", func(c *assistant.Contact) string { return strings.Join(c.Tags, ", ") }},
		{"keep in touch", func(c *assistant.Contact) string {
			if c.CallEvery == 0 {
				return ""
			}
			return strconv.Itoa(c.CallEvery)
		}},
		{"last talk", func(c *assistant.Contact) string { return c.Called.String() }},
	}
}

// comparedNoteFields returns the fields in the order of a note's form.
func comparedNoteFields() []comparedField[assistant.Note] {
	return []comparedField[assistant.Note]{
		{"title", func(n *assistant.Note) string { return n.Title }},
		{"text", func(n *assistant.Note) string { return n.Text }},
		{"tags", func(n *assistant.Note) string { return strings.Join(n.Tags, ", ") }},
		{"due", func(n *assistant.Note) string { return n.Due.String() }},
		{"remind", func(n *assistant.Note) string {
			if n.Remind == 0 {
				return ""
			}
			return strconv.Itoa(n.Remind)
		}},
		{"pinned", func(n *assistant.Note) string {
			if n.Pinned {
				return "📌"
			}
			return ""
		}},
	}
}

// A difference is a field in which two versions differ.
type difference struct{ Field, Was, Yours, Theirs string }

// differences compares what is in a form with what is stored, and with the version on which the form is based.
func differences[T any](fields []comparedField[T], base, yours, theirs *T) []difference {
	var list []difference
	for _, f := range fields {
		if mine, there := f.of(yours), f.of(theirs); mine != there {
			list = append(list, difference{f.name, f.of(base), mine, there})
		}
	}
	return list
}

func texts[T any](list []T, text func(T) string) string {
	parts := make([]string, len(list))
	for i, each := range list {
		parts[i] = text(each)
	}
	return strings.Join(parts, "; ")
}

// labelled returns a value with its label.
func labelled(label, value string) string {
	if label == "" {
		return value
	}
	return value + " (" + label + ")"
}
