package view

import (
	"iter"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
)

// JSON shows things to programs: one object per line, lists as JSON Lines. Contacts and notes are always complete, with
// id, version and name or title at the top level of their object.
type JSON struct{ *console.Terminal }

// Contact writes the contact.
func (v JSON) Contact(c *assistant.Contact) error { return v.Value(c) }

// Contacts writes one contact per line.
func (v JSON) Contacts(list iter.Seq2[*assistant.Contact, error]) error { return lines(v, list) }

// Note writes the note.
func (v JSON) Note(n *assistant.Note) error { return v.Value(n) }

// Notes writes one note per line.
func (v JSON) Notes(list iter.Seq2[*assistant.Note, error]) error { return lines(v, list) }

func lines[T any](v JSON, list iter.Seq2[*T, error]) error {
	return console.WriteValues(v.Terminal, list)
}

// birthday is a contact with the keys for its next birthday.
type birthday struct {
	*assistant.Contact
	Date assistant.Date `json:"date"`
	Days int            `json:"days"`
	Age  int            `json:"age,omitempty"`
}

// Birthdays writes one contact per line, with the keys date, days and, if the year of birth is known, age.
func (v JSON) Birthdays(_ assistant.Date, list []assistant.Birthday) error {
	for _, b := range list {
		if err := v.Value(birthday{b.Contact, b.Date, b.Days, b.Age}); err != nil {
			return err
		}
	}
	return nil
}

type (
	contactHit struct {
		Kind    assistant.Kind `json:"kind"`
		Similar bool           `json:"similar,omitempty"`
		*assistant.Contact
	}
	noteHit struct {
		Kind    assistant.Kind `json:"kind"`
		Similar bool           `json:"similar,omitempty"`
		*assistant.Note
	}
)

// Found writes one contact or note per line, with the key kind, and similar if nothing matched exactly.
func (v JSON) Found(result assistant.SearchResult, _ string) error {
	for _, c := range result.Contacts {
		if err := v.Value(contactHit{assistant.KindContact, result.Similar, c}); err != nil {
			return err
		}
	}
	for _, n := range result.Notes {
		if err := v.Value(noteHit{assistant.KindNote, result.Similar, n}); err != nil {
			return err
		}
	}
	return nil
}

// An occasion is an item of an agenda.
type occasion struct {
	Kind string          `json:"kind"` // "birthday", "anniversary", "note", "call"
	Date *assistant.Date `json:"date,omitempty"`
	Days int             `json:"days"`
	Age  int             `json:"age,omitempty"`
	ID   string          `json:"id"`
	Name string          `json:"name"`
}

// Agenda writes one object per line, with the keys kind (birthday, anniversary, note, call), days, id and name.
func (v JSON) Agenda(a *assistant.Agenda) error {
	var list []occasion
	for _, b := range a.Birthdays {
		list = append(list, occasion{"birthday", &b.Date, b.Days, b.Age, b.Contact.ID, b.Contact.Name})
	}
	for _, b := range a.Anniversaries {
		list = append(list, occasion{"anniversary", &b.Date, b.Days, b.Age, b.Contact.ID, b.Contact.Name})
	}
	for _, n := range a.Notes {
		list = append(list, occasion{"note", &n.Note.Due, n.Days, 0, n.Note.ID, n.Note.Heading()})
	}
	for _, c := range a.Calls {
		list = append(list, occasion{"call", &c.Due, -c.Days, 0, c.Contact.ID, c.Contact.Name})
	}
	return values(v, list)
}

// AgendaText returns nothing: a program reads what Agenda writes.
func (v JSON) AgendaText(*assistant.Agenda) string { return "" }

// Copies writes one copy per line.
func (v JSON) Copies(list []Copy) error { return values(v, list) }

// Tags writes one tag per line.
func (v JSON) Tags(list []assistant.TagCount) error { return values(v, list) }

// Intervals writes one tag per line, with the keys tag and call_every.
func (v JSON) Intervals(list assistant.Intervals) error { return values(v, list) }

// Migrations writes one migration per line.
func (v JSON) Migrations(list []Migration) error { return values(v, list) }

// CacheInfos writes one kind of answers per line.
func (v JSON) CacheInfos(list []CacheInfo) error { return values(v, list) }

// Commands writes one command per line.
func (v JSON) Commands(page []console.Entry) error {
	for _, entry := range page {
		if err := v.Value(map[string]string{"command": entry.Word, "text": entry.Text}); err != nil {
			return err
		}
	}
	return nil
}

func values[T any](v JSON, list []T) error {
	for _, each := range list {
		if err := v.Value(each); err != nil {
			return err
		}
	}
	return nil
}

// Message writes the data.
func (v JSON) Message(_ string, data any) error { return v.Value(data) }

// Problem writes nothing: stderr gets one object, that of the error.
func (v JSON) Problem(error) error { return nil }
