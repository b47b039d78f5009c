package assistant

import (
	"cmp"
	"context"
	"slices"

	"github.com/pythonweb/goweb/assistant/search"
)

// An Agenda is what matters on a day and the days after it.
type Agenda struct {
	Day           Date       `json:"day"`
	Birthdays     []Birthday `json:"birthdays"`
	Anniversaries []Birthday `json:"anniversaries"`
	Notes         []DueNote  `json:"notes"`
	Calls         []DueCall  `json:"calls"`
}

// A DueNote is a note that is not done, with how many days are left; a negative number means that it is overdue.
type DueNote struct {
	Note *Note `json:"note"`
	Days int   `json:"days"`
}

// A DueCall is a contact with whom it is time to talk again, with how many days ago that became due.
type DueCall struct {
	Contact *Contact `json:"contact"`
	Due     Date     `json:"due"`
	Days    int      `json:"days"`
}

// Empty reports whether there is nothing in the agenda.
func (a *Agenda) Empty() bool {
	return len(a.Birthdays)+len(a.Anniversaries)+len(a.Notes)+len(a.Calls) == 0
}

// Agenda returns the birthdays and anniversaries of a day and the days after it (0 to 366), the notes that are due
// then, are overdue or have begun to remind, and the contacts that are due for a call. Errors: [FieldError].
func (b *Book) Agenda(ctx context.Context, on Date, days int) (*Agenda, error) {
	a := &Agenda{Day: on}
	var err error
	if a.Birthdays, err = b.Birthdays(ctx, on, days); err != nil {
		return nil, err
	}
	if a.Anniversaries, err = b.Anniversaries(ctx, on, days); err != nil {
		return nil, err
	}
	// A note may begin to remind up to a year before.
	notes, err := b.Store.DueNotes(ctx, on.AddDays(366))
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		if left := on.DaysUntil(n.Due); left <= max(days, n.Remind) {
			a.Notes = append(a.Notes, DueNote{n, left})
		}
	}
	slices.SortFunc(a.Notes, func(x, y DueNote) int {
		return cmp.Or(
			cmp.Compare(x.Days, y.Days),
			cmp.Compare(search.OrderKey(x.Note.Heading()), search.OrderKey(y.Note.Heading())),
			cmp.Compare(x.Note.ID, y.Note.ID),
		)
	})
	a.Calls, err = b.Calls(ctx, on)
	return a, err
}

// Anniversaries is [Book.Birthdays] for anniversaries.
func (b *Book) Anniversaries(ctx context.Context, on Date, days int) ([]Birthday, error) {
	if err := checkWindow(on, days); err != nil {
		return nil, err
	}
	from, to := window(on, days)
	contacts, err := b.Store.AnniversaryContacts(ctx, from, to)
	if err != nil {
		return nil, err
	}
	return upcoming(contacts, on, days, func(c *Contact) Date { return c.Anniversary }), nil
}
