package webhook

import (
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// A Type says what an event is about.
type Type string

// The types of events.
const (
	ContactChanged Type = "contact.changed" // or created, or restored: see the version
	ContactRemoved Type = "contact.removed"
	NoteChanged    Type = "note.changed"
	NoteRemoved    Type = "note.removed"

	BirthdayReminder    Type = "reminder.birthday"
	AnniversaryReminder Type = "reminder.anniversary"
	NoteReminder        Type = "reminder.note"
	CallReminder        Type = "reminder.call"
)

// An Event is what is sent to an address. It contains no more of a contact or note than its name: whoever is entitled
// to more asks the API for the id.
type Event struct {
	ID   string    `json:"id"` // the same whenever the event is sent again
	Type Type      `json:"type"`
	At   time.Time `json:"timestamp"`
	Data Data      `json:"data"`
}

// Data is the content of an event.
type Data struct {
	ID      string         `json:"id"`             // of the contact or note
	Name    string         `json:"name"`           // or the note's heading
	Book    string         `json:"book,omitempty"` // the address book, unless it is the first one of the account
	Version int64          `json:"version,omitempty"`
	By      string         `json:"by,omitempty"` // the account that made the change
	Via     assistant.Via  `json:"via,omitempty"`
	Date    assistant.Date `json:"date,omitzero"` // the day that a reminder is about
	Age     int            `json:"age,omitempty"` // the age reached, or the number of the anniversary
}

// changed returns the event for a version.
func changed(kind assistant.Kind, id, name string, c assistant.Change) Event {
	return changeEvent(kind, "changed", id, name, c)
}

// removed returns the event for a removal.
func removed(t assistant.Trashed) Event {
	return changeEvent(t.Kind, "removed", t.ID, t.Name, t.Change)
}

func changeEvent(kind assistant.Kind, what, id, name string, c assistant.Change) Event {
	e := Event{
		Type: Type(string(kind) + "." + what), At: c.At,
		Data: Data{ID: id, Name: name, Version: c.Version, By: c.By, Via: c.Via},
	}
	e.ID = fmt.Sprintf("%s_%s_%d", strings.ReplaceAll(string(e.Type), ".", "_"), id, c.Version)
	return e
}

// reminder returns the event for a day.
func reminder(kind Type, id, name string, day assistant.Date, age int, now time.Time) Event {
	return Event{
		ID:   fmt.Sprintf("%s_%s_%s", strings.ReplaceAll(string(kind), ".", "_"), id, day),
		Type: kind, At: now, Data: Data{ID: id, Name: name, Date: day, Age: age},
	}
}

// reminders returns the events for an agenda.
func reminders(a *assistant.Agenda, now time.Time) []Event {
	var list []Event
	for _, b := range a.Birthdays {
		list = append(list, reminder(BirthdayReminder, b.Contact.ID, b.Contact.Name, b.Date, b.Age, now))
	}
	for _, b := range a.Anniversaries {
		list = append(list, reminder(AnniversaryReminder, b.Contact.ID, b.Contact.Name, b.Date, b.Age, now))
	}
	for _, n := range a.Notes {
		list = append(list, reminder(NoteReminder, n.Note.ID, n.Note.Heading(), n.Note.Due, 0, now))
	}
	for _, c := range a.Calls {
		list = append(list, reminder(CallReminder, c.Contact.ID, c.Contact.Name, c.Due, 0, now))
	}
	return list
}
