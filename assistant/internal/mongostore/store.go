// Package mongostore keeps address books in MongoDB.
//
// A contact or a note is one document, written by one operation that names the version which it replaces, so a change
// is correct without a transaction. The version before it is copied first: if a process dies in between, nothing is
// lost, and the copy has no effect as long as the document is still that version. Besides the fields of the value a
// document has those by which it is sorted and found: order keys, folded names and the trigrams of its text under a
// multikey index.
package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readpref"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/storage/migrate"
	"github.com/pythonweb/goweb/storage/mongodb"
)

// A Store is the [assistant.Library] in a MongoDB database, and one address book in it: the first, or that of an
// account.
type Store struct {
	db       *mongo.Database
	book     int64
	by       string // the name of the account that uses it
	name     string // of a further book; "" for the first one of an account
	borrowed bool   // the connections belong to another Store
	contacts contacts
	notes    collection[assistant.Note, noteDocument]
}

// contacts is the collection of contacts.
type contacts = collection[assistant.Contact, contactDocument]

// Connect connects to the database of a mongodb: URL. Until [Store.Migrate] has returned, only the methods about
// migrations may be called.
func Connect(ctx context.Context, dsn string) (*Store, error) {
	db, err := mongodb.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return newStore(db), nil
}

// firstBook is the book that exists without accounts, and that of the first account.
const firstBook = 1

func newStore(db *mongo.Database) *Store {
	removed := db.Collection("removed")
	return &Store{
		db: db, book: firstBook,
		contacts: collection[assistant.Contact, contactDocument]{
			kind: assistant.KindContact, docs: db.Collection("contacts"), keys: listing.ContactKeys,
			book: firstBook, versions: db.Collection("contact_versions"), removed: removed,
			place:  func(d *contactDocument) (*string, *Stamp) { return &d.Key, &d.Stamp },
			title:  func(c *assistant.Contact) string { return c.Name },
			encode: newContactDocument, decode: (*contactDocument).contact, bytes: listing.ContactBytes,
			head: func(c *assistant.Contact) (string, *int64) { return c.ID, &c.Version },
			card: (*assistant.Contact).CardName, cards: db.Collection("cards"),
		},
		notes: collection[assistant.Note, noteDocument]{
			kind: assistant.KindNote, docs: db.Collection("notes"), keys: listing.NoteKeys,
			book: firstBook, versions: db.Collection("note_versions"), removed: removed,
			place:  func(d *noteDocument) (*string, *Stamp) { return &d.Key, &d.Stamp },
			title:  (*assistant.Note).Heading,
			encode: newNoteDocument, decode: (*noteDocument).note, bytes: listing.NoteBytes,
			head: func(n *assistant.Note) (string, *int64) { return n.ID, &n.Version },
		},
	}
}

// Book implements [assistant.Library].
func (s *Store) Book(a assistant.Account) assistant.Store { return s.inBook(a) }

// CheckWritable implements [assistant.Library]: only the primary of a replica set accepts writes.
func (s *Store) CheckWritable(ctx context.Context) error {
	return s.db.Client().Ping(ctx, readpref.Primary())
}

func (s *Store) inBook(a assistant.Account) *Store {
	book := *s
	book.book, book.by, book.borrowed = a.ID, a.Name, true
	book.contacts.book, book.contacts.by = a.ID, a.Name
	book.notes.book, book.notes.by = a.ID, a.Name
	return &book
}

// Close closes the connections.
func (s *Store) Close() error {
	if s.borrowed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return mongodb.Close(ctx, s.db)
}

// program names the collection that records which migrations have run.
const program = "assistant"

// Migrate brings the documents up to date, creates missing indexes and returns the names of the migrations that it ran.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	done, err := mongodb.Migrate(ctx, s.db, program, migrations())
	if err == nil {
		err = mongodb.EnsureIndexes(ctx, s.db, indexes())
	}
	return done, err
}

// Migrations returns the state of every migration, in order.
func (s *Store) Migrations(ctx context.Context) ([]migrate.State, error) {
	marks, err := mongodb.Marks(ctx, s.db, program, migrations())
	if err != nil {
		return nil, fmt.Errorf("read which migrations have run: %w", err)
	}
	var states []migrate.State
	for _, m := range migrations() {
		state := migrate.State{Name: m.Name}
		for _, mark := range marks {
			if mark.Name == m.Name {
				state.Applied, state.At = true, mark.At
			}
		}
		states = append(states, state)
	}
	return states, nil
}

// Backup returns [errors.ErrUnsupported].
func (s *Store) Backup(context.Context, string) error {
	return fmt.Errorf("back up: %w", errors.ErrUnsupported)
}

// SaveContacts implements [assistant.ContactStore]. It stops at the first error.
func (s *Store) SaveContacts(ctx context.Context, list ...*assistant.Contact) error {
	return s.membership().SaveContacts(ctx, list...)
}

// saveAlone saves contacts without updating groups and tags.
func (s *Store) saveAlone(ctx context.Context, list ...*assistant.Contact) error {
	if err := s.noteGroups(ctx, list); err != nil {
		return err
	}
	return s.writeCards(ctx, "save contacts", len(list), func(ctx context.Context, c contacts) error {
		return c.save(ctx, list)
	})
}

// SaveNotes implements [assistant.NoteStore]. It stops at the first error.
func (s *Store) SaveNotes(ctx context.Context, list ...*assistant.Note) error {
	return s.write(ctx, "save notes", func(ctx context.Context) error { return s.notes.save(ctx, list) })
}

// RestoreContacts implements [assistant.ContactStore].
func (s *Store) RestoreContacts(ctx context.Context, list ...*assistant.Contact) error {
	if err := s.noteGroups(ctx, list); err != nil {
		return err
	}
	return restore(ctx, s, s.contacts, list)
}

// RestoreNotes implements [assistant.NoteStore].
func (s *Store) RestoreNotes(ctx context.Context, list ...*assistant.Note) error {
	return restore(ctx, s, s.notes, list)
}

// restore writes values as they are. Each operation is a write of its own, with its own time limit.
func restore[T, D any](ctx context.Context, s *Store, c collection[T, D], values []*T) error {
	operation := "restore " + c.docs.Name()
	for part := range slices.Chunk(values, perOperation) {
		var there []*T
		err := s.writeNumbered(ctx, operation, int64(len(part)), func(ctx context.Context, n *numbers) (err error) {
			c.numbers = n
			if there, err = c.insertMissing(ctx, part); err != nil {
				return err
			}
			return c.unbury(ctx, c.ids(part))
		})
		if err != nil {
			return err
		}
		for few := range slices.Chunk(there, perReplacement) {
			err := s.writeNumbered(ctx, operation, int64(len(few)), func(ctx context.Context, n *numbers) error {
				c.numbers = n
				return c.overwrite(ctx, few)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// DeleteContact implements [assistant.ContactStore].
func (s *Store) DeleteContact(ctx context.Context, id string, version int64) error {
	return s.membership().DeleteContact(ctx, id, func() error {
		return s.writeCards(ctx, "remove contact", 1, func(ctx context.Context, c contacts) error {
			if err := c.remove(ctx, id, version); err != nil {
				return err
			}
			return s.forgetChanges(ctx, time.Now().AddDate(0, 0, -assistant.ChangeDays))
		})
	})
}

// DeleteNote implements [assistant.NoteStore].
func (s *Store) DeleteNote(ctx context.Context, id string, version int64) error {
	return s.write(ctx, "remove note", func(ctx context.Context) error { return s.notes.remove(ctx, id, version) })
}

// Contacts implements [assistant.ContactStore].
func (s *Store) Contacts(ctx context.Context, ids ...string) ([]*assistant.Contact, error) {
	return wrap(s.contacts.byID(ctx, ids))("read contacts")
}

// Notes implements [assistant.NoteStore].
func (s *Store) Notes(ctx context.Context, ids ...string) ([]*assistant.Note, error) {
	return wrap(s.notes.byID(ctx, ids))("read notes")
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, names ...string) ([]*assistant.Contact, error) {
	wanted, keys := listing.Named(names)
	if len(keys) == 0 {
		return nil, nil
	}
	any := bson.D{{Key: "$in", Value: keys}}
	filter := bson.D{
		{Key: "$or", Value: bson.A{bson.D{{Key: "name_folded", Value: any}}, bson.D{{Key: "nickname_folded", Value: any}}}},
	}
	list, err := s.contacts.query(ctx, filter, options.Find())
	return wrap(wanted(list), err)("read contacts by name")
}

// NotesTitled implements [assistant.NoteStore].
func (s *Store) NotesTitled(ctx context.Context, title string) ([]*assistant.Note, error) {
	folded := search.Fold(title)
	if folded == "" {
		return nil, nil
	}
	filter := bson.D{{Key: "title_folded", Value: search.LookupKey(title)}}
	list, err := s.notes.query(ctx, filter, options.Find().SetSort(sorting(listing.Order{"heading_key", "id"})))
	same := func(n *assistant.Note) bool { return search.Fold(n.Title) == folded }
	return wrap(keep(list, same), err)("read notes by title")
}

// ListContacts implements [assistant.ContactStore].
func (s *Store) ListContacts(ctx context.Context, q assistant.ContactQuery) (assistant.ContactPage, error) {
	order, err := listing.Contacts(q.Sort)
	if err != nil {
		return assistant.ContactPage{}, err
	}
	list, next, err := s.contacts.list(ctx, selection{
		order: order, filter: append(tagged(q.Filter), people(q.Groups)...),
		after: q.After, limit: q.Limit, bytes: q.Bytes, brief: q.Brief || q.Row,
	})
	if err != nil {
		return assistant.ContactPage{}, fmt.Errorf("list contacts: %w", err)
	}
	return assistant.ContactPage{Contacts: list, Next: next}, nil
}

// ListNotes implements [assistant.NoteStore].
func (s *Store) ListNotes(ctx context.Context, q assistant.NoteQuery) (assistant.NotePage, error) {
	order, err := listing.Notes(q.Sort)
	if err != nil {
		return assistant.NotePage{}, err
	}
	list, next, err := s.notes.list(ctx, selection{
		order: order, filter: append(tagged(q.Filter), done(q.Done)...), after: q.After, limit: q.Limit, bytes: q.Bytes,
	})
	if err != nil {
		return assistant.NotePage{}, fmt.Errorf("list notes: %w", err)
	}
	return assistant.NotePage{Notes: list, Next: next}, nil
}

// ContactTags implements [assistant.ContactStore].
func (s *Store) ContactTags(ctx context.Context) ([]assistant.TagCount, error) {
	return wrap(s.contacts.tagCounts(ctx))("count tags")
}

// NoteTags implements [assistant.NoteStore].
func (s *Store) NoteTags(ctx context.Context) ([]assistant.TagCount, error) {
	return wrap(s.notes.tagCounts(ctx))("count tags")
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return wrap(s.contacts.query(ctx, ofDays("month_day", from, to), options.Find()))("read birthdays")
}

// AnniversaryContacts implements [assistant.ContactStore].
func (s *Store) AnniversaryContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return wrap(s.contacts.query(ctx, ofDays("anniversary_day", from, to), options.Find()))("read anniversaries")
}

// ofDays matches a day of the year in a range.
func ofDays(field string, from, to int) bson.D {
	between := func(from, to int) bson.D {
		return bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: int64(from)}, {Key: "$lte", Value: int64(to)}}}}
	}
	if from > to {
		return bson.D{{Key: "$or", Value: bson.A{between(from, 1231), between(101, to)}}}
	}
	return between(from, to)
}

// until matches a day that is set and not later than day.
func until(field string, day assistant.Date) bson.D {
	last := min(listing.Day(day), listing.Day(assistant.Date{})-1)
	return bson.D{{Key: field, Value: bson.D{{Key: "$lte", Value: last}}}}
}

// DueNotes implements [assistant.NoteStore].
func (s *Store) DueNotes(ctx context.Context, day assistant.Date) ([]*assistant.Note, error) {
	filter := append(until("due_day", day), done(assistant.NotDone)...)
	return wrap(s.notes.query(ctx, filter, options.Find()))("read due notes")
}

// ContactsFrom implements [assistant.ContactStore].
func (s *Store) ContactsFrom(ctx context.Context, prefix string, limit int) ([]*assistant.Contact, error) {
	return wrap(s.contacts.query(ctx, append(from(prefix), people(false)...), firstOf(limit)))("read contacts")
}

// NotesFrom implements [assistant.NoteStore].
func (s *Store) NotesFrom(ctx context.Context, prefix string, limit int) ([]*assistant.Note, error) {
	return wrap(s.notes.query(ctx, from(prefix), firstOf(limit)))("read notes")
}

// from matches ids that begin with a prefix: every character of an id sorts before a tilde.
func from(prefix string) bson.D {
	return bson.D{{Key: "id", Value: bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "~"}}}}
}

func firstOf(limit int) *options.FindOptions {
	return options.Find().SetSort(bson.D{{Key: "id", Value: 1}}).SetLimit(int64(limit))
}

// Search implements [assistant.Store].
func (s *Store) Search(ctx context.Context, q assistant.SearchQuery) (assistant.SearchResult, error) {
	var result assistant.SearchResult
	query := q.Query()
	if query.Empty() {
		return result, nil
	}
	var err error
	result.Contacts, result.TotalContacts, err = s.contacts.search(ctx, query, q.Skip, q.Limit)
	if err == nil {
		result.Notes, result.TotalNotes, err = s.notes.search(ctx, query, q.Skip, q.Limit)
	}
	if err != nil {
		return assistant.SearchResult{}, fmt.Errorf("search: %w", err)
	}
	return result, nil
}

// wrap returns a function that adds the operation to an error.
func wrap[T any](value T, err error) func(operation string) (T, error) {
	return func(operation string) (T, error) {
		if err != nil {
			return value, fmt.Errorf("%s: %w", operation, err)
		}
		return value, nil
	}
}

func keep[T any](list []*T, wanted func(*T) bool) []*T {
	var kept []*T
	for _, v := range list {
		if wanted(v) {
			kept = append(kept, v)
		}
	}
	return kept
}
