package ics

import (
	"context"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// ReadBirthdays returns all birthdays of a book, ordered by name.
func ReadBirthdays(ctx context.Context, book *assistant.Book) (Days, error) {
	contacts, err := book.Store.BirthdayContacts(ctx, 101, 1231)
	return Days{Birthdays: byName(contacts), Today: book.Today()}, err
}

// Read returns all that a calendar shows of a book.
func Read(ctx context.Context, book *assistant.Book) (Days, error) {
	days, err := ReadBirthdays(ctx, book)
	if err != nil {
		return days, err
	}
	if days.Anniversaries, err = book.Store.AnniversaryContacts(ctx, 101, 1231); err != nil {
		return days, err
	}
	if days.Calls, err = book.Calls(ctx, days.Today.AddDays(callDays)); err != nil {
		return days, err
	}
	days.Anniversaries = byName(days.Anniversaries)
	days.Notes, err = book.Store.DueNotes(ctx, days.Today.AddDays(noteDays))
	slices.SortFunc(days.Notes, func(a, b *assistant.Note) int { return strings.Compare(a.ID, b.ID) })
	return days, err
}

// How far ahead calls and notes are shown.
const (
	callDays = 60
	noteDays = 5 * 366
)

func byName(list []*assistant.Contact) []*assistant.Contact {
	slices.SortFunc(list, func(a, b *assistant.Contact) int {
		return strings.Compare(search.OrderKey(a.Name)+"\x00"+a.ID, search.OrderKey(b.Name)+"\x00"+b.ID)
	})
	return list
}
