package assistant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant/search"
)

// A TagInterval says how often the user wants to talk to the contacts with a tag.
type TagInterval struct {
	Tag       string `json:"tag"`
	CallEvery int    `json:"call_every"` // days between conversations
}

// Intervals holds the intervals of tags, no two of which are equal when folded, see [search.Fold].
type Intervals []TagInterval

// Of returns after how many days the user wants to talk to a contact again: its own interval or, without one, the
// shortest of its tags. 0 means never.
func (list Intervals) Of(c *Contact) int {
	if c.CallEvery != 0 {
		return c.CallEvery
	}
	shortest := 0
	for _, each := range list {
		has := func(tag string) bool { return foldedEqual(tag, each.Tag) }
		if (shortest == 0 || each.CallEvery < shortest) && slices.ContainsFunc(c.Tags, has) {
			shortest = each.CallEvery
		}
	}
	return shortest
}

// CallDue is [Contact.CallDue] with the intervals of the contact's tags taken into account.
func (list Intervals) CallDue(c *Contact) Date { return c.callDue(list.Of(c)) }

// Sort sorts the intervals by tag.
func (list Intervals) Sort() {
	slices.SortFunc(list, func(a, b TagInterval) int {
		return cmp.Or(cmp.Compare(search.OrderKey(a.Tag), search.OrderKey(b.Tag)), cmp.Compare(a.Tag, b.Tag))
	})
}

// SetTagInterval sets how often the user wants to talk to the contacts with a tag; 0 days means never. A contact's own
// interval takes precedence. Errors: [FieldError].
func (b *Book) SetTagInterval(ctx context.Context, tag string, days int) (TagInterval, error) {
	i := TagInterval{Tag: strings.Join(strings.Fields(tag), " "), CallEvery: days}
	if err := i.Check(); err != nil {
		return TagInterval{}, err
	}
	return i, b.Store.SetTagInterval(ctx, i)
}

// Check refuses what is not an interval. Error: [FieldError].
func (i TagInterval) Check() error {
	if i.Tag == "" {
		return &FieldError{Field: "tag", Problem: "empty", Hint: "name a tag"}
	}
	if err := checkText("tag", i.Tag); err != nil {
		return err
	}
	return checkCallEvery("call_every", i.CallEvery)
}

// maxCallEvery is ten years.
const maxCallEvery = 3660

// checkCallEvery refuses a number of days that is not an interval.
func checkCallEvery(field string, days int) error {
	if days < 0 || days > maxCallEvery {
		return &FieldError{Field: field, Value: fmt.Sprint(days), Problem: "not from 0 to 3660 days"}
	}
	return nil
}

// Calls returns the contacts that are due for a call on a day or before it, the longest overdue first, then by name.
func (b *Book) Calls(ctx context.Context, day Date) ([]DueCall, error) {
	intervals, err := b.Store.TagIntervals(ctx)
	if err != nil {
		return nil, err
	}
	contacts, err := b.Store.CallContacts(ctx, day, intervals)
	if err != nil {
		return nil, err
	}
	var calls []DueCall
	for _, c := range contacts {
		due := intervals.CallDue(c)
		calls = append(calls, DueCall{Contact: c, Due: due, Days: due.DaysUntil(day)})
	}
	slices.SortFunc(calls, func(x, y DueCall) int {
		return cmp.Or(
			cmp.Compare(y.Days, x.Days),
			cmp.Compare(search.OrderKey(x.Contact.Name), search.OrderKey(y.Contact.Name)),
			cmp.Compare(x.Contact.ID, y.Contact.ID),
		)
	})
	return calls, nil
}
