package assistant

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Book is an address book: what a person can do with a store. The fields may be set before the first call.
type Book struct {
	Store    Store
	Region   string           // where telephone numbers without a country code are; "" is [DefaultRegion]
	Location *time.Location   // the person's time zone, in which a day begins; nil is [time.Local]
	Now      func() time.Time // the clock; nil is [time.Now]
}

// now returns the time as stores keep it.
func (b *Book) now() time.Time {
	now := time.Now
	if b.Now != nil {
		now = b.Now
	}
	return now().UTC().Truncate(time.Millisecond)
}

// Today returns the person's day.
func (b *Book) Today() Date {
	location := b.Location
	if location == nil {
		location = time.Local
	}
	return DateOf(b.now().In(location))
}

// AddContact saves a new contact. Errors: [FieldError].
func (b *Book) AddContact(ctx context.Context, in ContactInput) (*Contact, error) {
	c := &Contact{ID: uuid.NewString(), Created: b.now(), Updated: b.now()}
	if err := in.apply(c, b.Region); err != nil {
		return nil, err
	}
	return c, b.Store.SaveContacts(ctx, c)
}

// Contact finds one contact by its id or by a name. The name is the whole name or nickname or, when no contact is
// called so, words of them. Errors: [NotFoundError], [AmbiguousError].
func (b *Book) Contact(ctx context.Context, ref string) (*Contact, error) {
	if id, err := uuid.Parse(ref); err == nil {
		found, err := b.Store.Contacts(ctx, id.String())
		if err != nil || len(found) == 1 {
			return first(found), err
		}
	}
	found, err := b.Store.ContactsNamed(ctx, ref)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if found, err = b.contactsCalled(ctx, ref); err != nil {
			return nil, err
		}
	}
	return one(KindContact, ref, found, func(c *Contact) Candidate { return Candidate{c.ID, c.Name} })
}

// contactsCalled returns the contacts that have all the words in their names.
func (b *Book) contactsCalled(ctx context.Context, words string) ([]*Contact, error) {
	result, err := b.Store.Search(ctx, SearchQuery{Words: words})
	q := search.Parse(words)
	return slices.DeleteFunc(result.Contacts, func(c *Contact) bool {
		_, matches := q.Rank(search.NewDocument(c.Name, nil, c.Nickname))
		return !matches
	}), err
}

// first returns the only element of a list that has one.
func first[T any](list []*T) *T {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// one returns the only element of found, or the error that tells why there is none.
func one[T any](kind Kind, ref string, found []*T, candidate func(*T) Candidate) (*T, error) {
	switch len(found) {
	case 0:
		return nil, &NotFoundError{kind, ref}
	case 1:
		return found[0], nil
	}
	ambiguous := &AmbiguousError{Kind: kind, Ref: ref}
	for _, f := range found {
		ambiguous.Candidates = append(ambiguous.Candidates, candidate(f))
	}
	return nil, ambiguous
}

// EditContact changes the contact that ref means. If version is not 0, the contact must have it. The contact
// returned is the changed one. Errors: [FieldError], [NotFoundError], [AmbiguousError], [ConflictError].
func (b *Book) EditContact(ctx context.Context, ref string, version int64, in ContactInput) (*Contact, error) {
	c, err := b.Contact(ctx, ref)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != c.Version {
		return nil, &ConflictError{KindContact, c.ID, version, c.Version}
	}
	if err := in.apply(c, b.Region); err != nil {
		return nil, err
	}
	c.Updated = b.now()
	return c, b.Store.SaveContacts(ctx, c)
}

// RemoveContact removes a contact if it is still the version given.
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

// Birthdays returns the contacts whose next birthday is on the day given or at most days days later (0 to 366),
// soonest first. Each contact is in it once. See [Date.Celebrated] for 29 February.
func (b *Book) Birthdays(ctx context.Context, on Date, days int) ([]Birthday, error) {
	if days < 0 || days > 366 {
		return nil, &FieldError{Field: "days", Value: fmt.Sprint(days), Problem: "not from 0 to 366"}
	}
	if on.Year == 0 {
		return nil, &FieldError{Field: "date", Value: on.String(), Problem: "a day with its year is needed", Hint: "write YYYY-MM-DD"}
	}
	from, to := window(on, days)
	contacts, err := b.Store.BirthdayContacts(ctx, from, to)
	if err != nil {
		return nil, err
	}
	return upcoming(contacts, on, days), nil
}

// AddNote saves a new note. Errors: [FieldError].
func (b *Book) AddNote(ctx context.Context, in NoteInput) (*Note, error) {
	n := &Note{ID: uuid.NewString(), Created: b.now(), Updated: b.now()}
	if err := in.apply(n); err != nil {
		return nil, err
	}
	return n, b.Store.SaveNotes(ctx, n)
}

// Note finds one note by its id or by its title: the whole title or, when no note has it, words of it (of its first
// line when it has no title). Errors: [NotFoundError], [AmbiguousError].
func (b *Book) Note(ctx context.Context, ref string) (*Note, error) {
	if id, err := uuid.Parse(ref); err == nil {
		found, err := b.Store.Notes(ctx, id.String())
		if err != nil || len(found) == 1 {
			return first(found), err
		}
	}
	found, err := b.Store.NotesTitled(ctx, ref)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		result, err := b.Store.Search(ctx, SearchQuery{Words: ref})
		if err != nil {
			return nil, err
		}
		q := search.Parse(ref)
		found = slices.DeleteFunc(result.Notes, func(n *Note) bool {
			_, matches := q.Rank(search.NewDocument(n.Heading(), nil))
			return !matches
		})
	}
	return one(KindNote, ref, found, func(n *Note) Candidate { return Candidate{n.ID, n.Heading()} })
}

// EditNote changes the note that ref means. If version is not 0, the note must have it. Errors: as [Book.EditContact].
func (b *Book) EditNote(ctx context.Context, ref string, version int64, in NoteInput) (*Note, error) {
	n, err := b.Note(ctx, ref)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != n.Version {
		return nil, &ConflictError{KindNote, n.ID, version, n.Version}
	}
	if err := in.apply(n); err != nil {
		return nil, err
	}
	n.Updated = b.now()
	return n, b.Store.SaveNotes(ctx, n)
}

// RemoveNote removes a note if it is still the version given.
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

// Search returns the contacts and notes that hold every word, best first.
func (b *Book) Search(ctx context.Context, words string) (SearchResult, error) {
	if strings.TrimSpace(words) == "" {
		return SearchResult{}, errors.New("nothing to search for")
	}
	return b.Store.Search(ctx, SearchQuery{Words: words})
}
