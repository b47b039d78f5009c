package assistant

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Book is an address book: what a user can do with a store. The fields may be set before the first call.
type Book struct {
	Store    Store
	Region   string           // of telephone numbers without a country code; "" is [DefaultRegion]
	Location *time.Location   // the user's time zone, which decides when a day begins; nil is [time.Local]
	Now      func() time.Time // the clock; nil is [time.Now]
	Order    DayOrder         // how the user writes dates with slashes
}

// now returns the time as stores keep it.
func (b *Book) now() time.Time {
	now := time.Now
	if b.Now != nil {
		now = b.Now
	}
	return now().UTC().Truncate(time.Millisecond)
}

// Today returns the current day in the user's time zone.
func (b *Book) Today() Date {
	location := b.Location
	if location == nil {
		location = time.Local
	}
	return DateOf(b.now().In(location))
}

// rules returns what the meaning of the user's input depends on.
func (b *Book) rules() rules { return rules{region: b.Region, today: b.Today(), order: b.Order} }

// AddContact saves a new contact. Errors: [FieldError].
func (b *Book) AddContact(ctx context.Context, in ContactInput) (*Contact, error) {
	now := b.now()
	c := &Contact{ID: uuid.NewString(), Created: now, Updated: now}
	if _, err := in.apply(c, b.rules()); err != nil {
		return nil, err
	}
	return c, b.Store.SaveContacts(ctx, c)
}

// EditContact changes the contact that ref names, see [Book.ContactNamed]. If version is not 0, the contact must still
// have it; with 0, a change that someone else makes meanwhile is kept. A contact that does not change gets no new
// version. Errors: [FieldError], [NotFoundError], [AmbiguousError], [ConflictError].
func (b *Book) EditContact(ctx context.Context, ref string, version int64, in ContactInput) (*Contact, Removed, error) {
	for attempt := 1; ; attempt++ {
		c, err := b.ContactNamed(ctx, ref)
		if err != nil {
			return nil, Removed{}, err
		}
		if version != 0 && version != c.Version {
			return nil, Removed{}, &ConflictError{KindContact, c.ID, version, c.Version}
		}
		before := *c
		removed, err := in.apply(c, b.rules())
		if err != nil {
			return nil, removed, err
		}
		if reflect.DeepEqual(&before, c) {
			return c, removed, nil
		}
		c.Updated = b.now()
		err = b.Store.SaveContacts(ctx, c)
		var conflict *ConflictError
		if errors.As(err, &conflict) && version == 0 && conflict.Have != 0 && attempt < 5 {
			ref = c.ID
			continue
		}
		return c, removed, err
	}
}

// Touch records that the user has talked to a contact on a day.
func (b *Book) Touch(ctx context.Context, ref string, on Date) (*Contact, error) {
	c, err := b.ContactNamed(ctx, ref)
	if err != nil || c.Called == on {
		return c, err
	}
	c.Called, c.Updated = on, b.now()
	return c, b.Store.SaveContacts(ctx, c)
}

// RemoveContact removes a contact if its stored version is still that of c.
func (b *Book) RemoveContact(ctx context.Context, c *Contact) error {
	return b.Store.DeleteContact(ctx, c.ID, c.Version)
}

// AllContacts returns every contact that the query asks for, reading page after page. It stops at the first error.
func (b *Book) AllContacts(ctx context.Context, q ContactQuery) iter.Seq2[*Contact, error] {
	return func(yield func(*Contact, error) bool) {
		for q.Limit, q.Bytes = pageSize, pageBytes; ; {
			page, err := b.Store.ListContacts(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, c := range page.Contacts {
				if !yield(c, nil) {
					return
				}
			}
			if q.After = page.Next; q.After == "" {
				return
			}
		}
	}
}

// How many contacts or notes are read at once when all are wanted, and how many bytes of photos and texts.
const (
	pageSize  = 500
	pageBytes = 8 << 20
)

// Birthdays returns the contacts whose next birthday is on the day given or at most days days later (0 to 366), soonest
// first. Each contact appears once. See [Date.Celebrated] for 29 February.
func (b *Book) Birthdays(ctx context.Context, on Date, days int) ([]Birthday, error) {
	if err := checkWindow(on, days); err != nil {
		return nil, err
	}
	from, to := window(on, days)
	contacts, err := b.Store.BirthdayContacts(ctx, from, to)
	if err != nil {
		return nil, err
	}
	return upcoming(contacts, on, days, func(c *Contact) Date { return c.Birthday }), nil
}

// checkWindow refuses an impossible window.
func checkWindow(on Date, days int) error {
	if days < 0 || days > 366 {
		return &FieldError{
			Field:   "days",
			Value:   fmt.Sprint(days),
			Problem: "not from 0 to 366",
			Hint:    "give another number of days",
		}
	}
	if on.Year == 0 {
		return &FieldError{
			Field:   "date",
			Value:   on.String(),
			Problem: "a day with its year is needed",
			Hint:    "write YYYY-MM-DD",
		}
	}
	return nil
}

// AddNote saves a new note. Errors: [FieldError].
func (b *Book) AddNote(ctx context.Context, in NoteInput) (*Note, error) {
	now := b.now()
	n := &Note{ID: uuid.NewString(), Created: now, Updated: now}
	if _, err := in.apply(n, b.rules()); err != nil {
		return nil, err
	}
	return n, b.Store.SaveNotes(ctx, n)
}

// EditNote changes the note that ref names, see [Book.NoteNamed]. Versions and errors: as in [Book.EditContact].
func (b *Book) EditNote(ctx context.Context, ref string, version int64, in NoteInput) (*Note, Removed, error) {
	for attempt := 1; ; attempt++ {
		n, err := b.NoteNamed(ctx, ref)
		if err != nil {
			return nil, Removed{}, err
		}
		if version != 0 && version != n.Version {
			return nil, Removed{}, &ConflictError{KindNote, n.ID, version, n.Version}
		}
		before := *n
		removed, err := in.apply(n, b.rules())
		if err != nil {
			return nil, removed, err
		}
		now := b.now()
		if in.Done != nil && *in.Done != !n.Done.IsZero() {
			n.Done = time.Time{}
			if *in.Done {
				n.Done = now
			}
		}
		if reflect.DeepEqual(&before, n) {
			return n, removed, nil
		}
		n.Updated = now
		err = b.Store.SaveNotes(ctx, n)
		var conflict *ConflictError
		if errors.As(err, &conflict) && version == 0 && conflict.Have != 0 && attempt < 5 {
			ref = n.ID
			continue
		}
		return n, removed, err
	}
}

// RemoveNote removes a note if its stored version is still that of n.
func (b *Book) RemoveNote(ctx context.Context, n *Note) error {
	return b.Store.DeleteNote(ctx, n.ID, n.Version)
}

// AllNotes returns every note that the query asks for, reading page after page. It stops at the first error.
func (b *Book) AllNotes(ctx context.Context, q NoteQuery) iter.Seq2[*Note, error] {
	return func(yield func(*Note, error) bool) {
		for q.Limit, q.Bytes = pageSize, pageBytes; ; {
			page, err := b.Store.ListNotes(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, n := range page.Notes {
				if !yield(n, nil) {
					return
				}
			}
			if q.After = page.Next; q.After == "" {
				return
			}
		}
	}
}

// Search returns the contacts and notes that contain every word, best first; see [search.Parse]. If there are none, it
// returns near matches, unless exact is set.
func (b *Book) Search(ctx context.Context, words string, exact bool) (SearchResult, error) {
	return b.SearchPage(ctx, SearchQuery{Words: words}, exact)
}

// SearchPage is [Book.Search] for one page of the hits.
func (b *Book) SearchPage(ctx context.Context, q SearchQuery, exact bool) (SearchResult, error) {
	if strings.TrimSpace(q.Words) == "" {
		return SearchResult{}, errors.New("nothing to search for")
	}
	result, err := b.Store.Search(ctx, q)
	if err != nil || exact || result.TotalContacts+result.TotalNotes > 0 || !search.Parse(q.Words).CanBeSimilar() {
		return result, err
	}
	q.Similar = true
	result, err = b.Store.Search(ctx, q)
	result.Similar = result.TotalContacts+result.TotalNotes > 0
	return result, err
}
