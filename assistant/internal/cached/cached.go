// Package cached puts a cache that all processes share in front of a store.
//
// The store says which answers are current: every answer is remembered together with the store's revision, and a read
// asks the store for its revision first, which costs it next to nothing. A change renews the revision in the store
// itself, so it needs no message to reach every process, and no answer from before it can be given after it: not by a
// process that has just started and not by a Redis that comes back after it did not answer for a while.
package cached

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/lru"
)

// A Source is a store of many address books, whose answers are remembered.
type Source interface {
	assistant.Store
	assistant.Library
}

// A Store is an address book that remembers the answers of another store.
type Store struct {
	assistant.Store
	assistant.Library

	answers *answers
	book    int64 // 0 for the book of a library without accounts, which is that of the first account
	close   func() error
}

// answers is what is remembered of all books.
type answers struct {
	cache *lru.Cache
	store Source
	infos []named

	contacts      *function[[]string, []*assistant.Contact]
	contactsNamed *function[[]string, []*assistant.Contact]
	contactPage   *function[assistant.ContactQuery, assistant.ContactPage]
	contactTags   *function[string, []assistant.TagCount]
	birthdays     *function[[2]int, []*assistant.Contact]
	anniversaries *function[[2]int, []*assistant.Contact]
	notes         *function[[]string, []*assistant.Note]
	notesTitled   *function[string, []*assistant.Note]
	notePage      *function[assistant.NoteQuery, assistant.NotePage]
	noteTags      *function[string, []assistant.TagCount]
	search        *function[assistant.SearchQuery, assistant.SearchResult]
}

// A question is what is asked of a book at one revision.
type question[A any] struct {
	Book     int64
	Revision string
	About    A
}

// A function remembers what was answered. All functions take and return pointers, so that they are compiled only once,
// which makes the program half a megabyte smaller.
type function[A, R any] = lru.Func[*question[A], *R]

// named is one of these functions with its name, for [Store.Info].
type named struct {
	name string
	info func(context.Context) (lru.Info, error)
}

// capacity is how many answers of each kind are remembered.
const capacity = 2000

// New returns store behind a cache on the Redis that client reaches. Close closes both and the client. age bounds how
// old an answer may be, for a store in which other programs can change something without renewing its revision; 0 means
// no bound.
func New(store Source, client redis.UniversalClient, age time.Duration) (*Store, error) {
	cache, err := lru.New(client, lru.Options{Namespace: "assistant", Version: "6", Capacity: capacity, TTL: age})
	if err != nil {
		return nil, err
	}
	s := &answers{cache: cache, store: store}
	s.contacts = remember(s, "contacts", listed(assistant.Store.Contacts))
	s.contactsNamed = remember(s, "contacts by name", listed(assistant.Store.ContactsNamed))
	s.contactPage = remember(s, "lists of contacts", assistant.Store.ListContacts)
	s.contactTags = remember(s, "tags of contacts", all(assistant.Store.ContactTags))
	s.birthdays = remember(s, "birthdays", between(assistant.Store.BirthdayContacts))
	s.anniversaries = remember(s, "anniversaries", between(assistant.Store.AnniversaryContacts))
	s.notes = remember(s, "notes", listed(assistant.Store.Notes))
	s.notesTitled = remember(s, "notes by title", assistant.Store.NotesTitled)
	s.notePage = remember(s, "lists of notes", assistant.Store.ListNotes)
	s.noteTags = remember(s, "tags of notes", all(assistant.Store.NoteTags))
	s.search = remember(s, "searches", assistant.Store.Search)
	return &Store{
		Store: store, Library: store, answers: s,
		close: func() error { return errors.Join(cache.Close(), client.Close(), store.Close()) },
	}, nil
}

// Book implements [assistant.Library].
func (s *Store) Book(a assistant.Account) assistant.Store {
	return &Store{
		Store: s.Library.Book(a), Library: s.Library, answers: s.answers, book: a.ID, close: func() error { return nil },
	}
}

// OpenBook implements [assistant.BookStore].
func (s *Store) OpenBook(b assistant.AddressBook, by string) assistant.Store {
	return &Store{
		Store: s.Library.OpenBook(b, by), Library: s.Library, answers: s.answers, book: b.ID,
		close: func() error { return nil },
	}
}

// A read asks a book something.
type read[A, R any] = func(assistant.Store, context.Context, A) (R, error)

func listed[R any](f func(assistant.Store, context.Context, ...string) (R, error)) read[[]string, R] {
	return func(b assistant.Store, ctx context.Context, about []string) (R, error) { return f(b, ctx, about...) }
}

func between[R any](f func(assistant.Store, context.Context, int, int) (R, error)) read[[2]int, R] {
	return func(b assistant.Store, ctx context.Context, days [2]int) (R, error) {
		return f(b, ctx, days[0], days[1])
	}
}

func all[R any](f func(assistant.Store, context.Context) (R, error)) read[string, R] {
	return func(b assistant.Store, ctx context.Context, _ string) (R, error) { return f(b, ctx) }
}

// remember adds a function to the cache and lists it for [Store.Info].
func remember[A, R any](s *answers, name string, ask read[A, R]) *function[A, R] {
	f := lru.Memoize(s.cache, name, func(ctx context.Context, q *question[A]) (*R, error) {
		book := assistant.Store(s.store)
		if q.Book != 0 {
			book = s.store.Book(assistant.Account{ID: q.Book}) // which is only read
		}
		r, err := ask(book, ctx, q.About)
		return &r, err
	})
	s.infos = append(s.infos, named{name, f.Info})
	return f
}

// ask answers from the cache, or from the store itself while that cannot tell its revision.
func ask[A, R any](ctx context.Context, s *Store, f *function[A, R], about A) (R, error) {
	revision, err := s.Revision(ctx)
	if errors.Is(err, assistant.ErrNotFound) { // the account is gone
		var none R
		return none, err
	}
	q := &question[A]{s.book, revision, about}
	if err != nil || revision == "" {
		return value(f.Call(ctx, q))
	}
	return value(f.Get(ctx, q))
}

// value returns what r points to; r may be nil if there is an error.
func value[R any](r *R, err error) (v R, _ error) {
	if r != nil {
		v = *r
	}
	return v, err
}

// Contacts implements [assistant.ContactStore].
func (s *Store) Contacts(ctx context.Context, ids ...string) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.answers.contacts, ids)
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, names ...string) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.answers.contactsNamed, names)
}

// ListContacts implements [assistant.ContactStore]. A list without a limit is not remembered: it may be everything.
func (s *Store) ListContacts(ctx context.Context, q assistant.ContactQuery) (assistant.ContactPage, error) {
	if q.Limit <= 0 {
		return value(s.answers.contactPage.Call(ctx, &question[assistant.ContactQuery]{Book: s.book, About: q}))
	}
	return ask(ctx, s, s.answers.contactPage, q)
}

// ContactTags implements [assistant.ContactStore].
func (s *Store) ContactTags(ctx context.Context) ([]assistant.TagCount, error) {
	return ask(ctx, s, s.answers.contactTags, "")
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.answers.birthdays, [2]int{from, to})
}

// AnniversaryContacts implements [assistant.ContactStore].
func (s *Store) AnniversaryContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.answers.anniversaries, [2]int{from, to})
}

// Notes implements [assistant.NoteStore].
func (s *Store) Notes(ctx context.Context, ids ...string) ([]*assistant.Note, error) {
	return ask(ctx, s, s.answers.notes, ids)
}

// NotesTitled implements [assistant.NoteStore].
func (s *Store) NotesTitled(ctx context.Context, title string) ([]*assistant.Note, error) {
	return ask(ctx, s, s.answers.notesTitled, title)
}

// ListNotes implements [assistant.NoteStore]. A list without a limit is not remembered: it may be everything.
func (s *Store) ListNotes(ctx context.Context, q assistant.NoteQuery) (assistant.NotePage, error) {
	if q.Limit <= 0 {
		return value(s.answers.notePage.Call(ctx, &question[assistant.NoteQuery]{Book: s.book, About: q}))
	}
	return ask(ctx, s, s.answers.notePage, q)
}

// NoteTags implements [assistant.NoteStore].
func (s *Store) NoteTags(ctx context.Context) ([]assistant.TagCount, error) {
	return ask(ctx, s, s.answers.noteTags, "")
}

// Search implements [assistant.Store].
func (s *Store) Search(ctx context.Context, q assistant.SearchQuery) (assistant.SearchResult, error) {
	return ask(ctx, s, s.answers.search, q)
}

// Info holds what is known about the answers of one kind, in all processes.
type Info struct {
	Kind     string `json:"kind"`
	Hits     int64  `json:"hits"`
	Misses   int64  `json:"misses"`
	Size     int64  `json:"size"`
	Capacity int    `json:"capacity"`
}

// Info returns the statistics of the cache. The error says that Redis does not answer.
func (s *Store) Info(ctx context.Context) ([]Info, error) {
	var list []Info
	for _, n := range s.answers.infos {
		info, err := n.info(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, Info{n.name, info.Hits, info.Misses, info.Size, info.Capacity})
	}
	return list, nil
}

// Close closes the cache, its client and the store; for the book of an account it does nothing.
func (s *Store) Close() error { return s.close() }
