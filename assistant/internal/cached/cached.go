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

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/lru"
)

// A Store is an [assistant.Store] that remembers the answers of another.
type Store struct {
	assistant.Store

	client redis.UniversalClient
	cache  *lru.Cache
	infos  []named

	contacts      *lru.Func[question[[]string], []*assistant.Contact]
	contactsNamed *lru.Func[question[[]string], []*assistant.Contact]
	contactPage   *lru.Func[question[assistant.ContactQuery], assistant.ContactPage]
	contactTags   *lru.Func[question[string], []assistant.TagCount]
	birthdays     *lru.Func[question[[2]int], []*assistant.Contact]
	anniversaries *lru.Func[question[[2]int], []*assistant.Contact]
	notes         *lru.Func[question[[]string], []*assistant.Note]
	notesTitled   *lru.Func[question[string], []*assistant.Note]
	notePage      *lru.Func[question[assistant.NoteQuery], assistant.NotePage]
	noteTags      *lru.Func[question[string], []assistant.TagCount]
	search        *lru.Func[question[assistant.SearchQuery], assistant.SearchResult]
}

// A question is what is asked of the store at one revision.
type question[A any] struct {
	Revision string
	About    A
}

// named is one of the functions that are remembered, for [Store.Info].
type named struct {
	name string
	info func(context.Context) (lru.Info, error)
}

// capacity is how many answers of each kind are remembered.
const capacity = 2000

// New returns store behind a cache on the Redis that client reaches. Close closes both and the client.
func New(store assistant.Store, client redis.UniversalClient) *Store {
	s := &Store{Store: store, client: client, cache: lru.New(client, lru.Options{Namespace: "assistant", Version: "2", Capacity: capacity})}
	s.contacts = remember(s, "contacts", func(ctx context.Context, ids []string) ([]*assistant.Contact, error) {
		return store.Contacts(ctx, ids...)
	})
	s.contactsNamed = remember(s, "contacts by name", func(ctx context.Context, names []string) ([]*assistant.Contact, error) {
		return store.ContactsNamed(ctx, names...)
	})
	s.contactPage = remember(s, "lists of contacts", store.ListContacts)
	s.contactTags = remember(s, "tags of contacts", func(ctx context.Context, _ string) ([]assistant.TagCount, error) { return store.ContactTags(ctx) })
	s.birthdays = remember(s, "birthdays", func(ctx context.Context, days [2]int) ([]*assistant.Contact, error) {
		return store.BirthdayContacts(ctx, days[0], days[1])
	})
	s.anniversaries = remember(s, "anniversaries", func(ctx context.Context, days [2]int) ([]*assistant.Contact, error) {
		return store.AnniversaryContacts(ctx, days[0], days[1])
	})
	s.notes = remember(s, "notes", func(ctx context.Context, ids []string) ([]*assistant.Note, error) { return store.Notes(ctx, ids...) })
	s.notesTitled = remember(s, "notes by title", store.NotesTitled)
	s.notePage = remember(s, "lists of notes", store.ListNotes)
	s.noteTags = remember(s, "tags of notes", func(ctx context.Context, _ string) ([]assistant.TagCount, error) { return store.NoteTags(ctx) })
	s.search = remember(s, "searches", store.Search)
	return s
}

// remember makes a function of the cache and lists it for [Store.Info].
func remember[A, R any](s *Store, name string, ask func(context.Context, A) (R, error)) *lru.Func[question[A], R] {
	f := lru.Memoize(s.cache, name, func(ctx context.Context, q question[A]) (R, error) { return ask(ctx, q.About) })
	s.infos = append(s.infos, named{name, f.Info})
	return f
}

// ask answers from the cache, or from the store while it cannot tell its revision.
func ask[A, R any](ctx context.Context, s *Store, f *lru.Func[question[A], R], about A, direct func() (R, error)) (R, error) {
	revision, err := s.Revision(ctx)
	if err != nil || revision == "" {
		return direct()
	}
	return f.Get(ctx, question[A]{revision, about})
}

// Contacts implements [assistant.ContactStore].
func (s *Store) Contacts(ctx context.Context, ids ...string) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.contacts, ids, func() ([]*assistant.Contact, error) { return s.Store.Contacts(ctx, ids...) })
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, names ...string) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.contactsNamed, names, func() ([]*assistant.Contact, error) { return s.Store.ContactsNamed(ctx, names...) })
}

// ListContacts implements [assistant.ContactStore]. A list without a limit is not remembered: it may be everything.
func (s *Store) ListContacts(ctx context.Context, q assistant.ContactQuery) (assistant.ContactPage, error) {
	direct := func() (assistant.ContactPage, error) { return s.Store.ListContacts(ctx, q) }
	if q.Limit <= 0 {
		return direct()
	}
	return ask(ctx, s, s.contactPage, q, direct)
}

// ContactTags implements [assistant.ContactStore].
func (s *Store) ContactTags(ctx context.Context) ([]assistant.TagCount, error) {
	return ask(ctx, s, s.contactTags, "", func() ([]assistant.TagCount, error) { return s.Store.ContactTags(ctx) })
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.birthdays, [2]int{from, to}, func() ([]*assistant.Contact, error) { return s.Store.BirthdayContacts(ctx, from, to) })
}

// AnniversaryContacts implements [assistant.ContactStore].
func (s *Store) AnniversaryContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return ask(ctx, s, s.anniversaries, [2]int{from, to}, func() ([]*assistant.Contact, error) {
		return s.Store.AnniversaryContacts(ctx, from, to)
	})
}

// Notes implements [assistant.NoteStore].
func (s *Store) Notes(ctx context.Context, ids ...string) ([]*assistant.Note, error) {
	return ask(ctx, s, s.notes, ids, func() ([]*assistant.Note, error) { return s.Store.Notes(ctx, ids...) })
}

// NotesTitled implements [assistant.NoteStore].
func (s *Store) NotesTitled(ctx context.Context, title string) ([]*assistant.Note, error) {
	return ask(ctx, s, s.notesTitled, title, func() ([]*assistant.Note, error) { return s.Store.NotesTitled(ctx, title) })
}

// ListNotes implements [assistant.NoteStore]. A list without a limit is not remembered: it may be everything.
func (s *Store) ListNotes(ctx context.Context, q assistant.NoteQuery) (assistant.NotePage, error) {
	direct := func() (assistant.NotePage, error) { return s.Store.ListNotes(ctx, q) }
	if q.Limit <= 0 {
		return direct()
	}
	return ask(ctx, s, s.notePage, q, direct)
}

// NoteTags implements [assistant.NoteStore].
func (s *Store) NoteTags(ctx context.Context) ([]assistant.TagCount, error) {
	return ask(ctx, s, s.noteTags, "", func() ([]assistant.TagCount, error) { return s.Store.NoteTags(ctx) })
}

// Search implements [assistant.Store].
func (s *Store) Search(ctx context.Context, q assistant.SearchQuery) (assistant.SearchResult, error) {
	return ask(ctx, s, s.search, q, func() (assistant.SearchResult, error) { return s.Store.Search(ctx, q) })
}

// Info is what is known about the answers of one kind, over all processes.
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
	for _, n := range s.infos {
		info, err := n.info(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, Info{n.name, info.Hits, info.Misses, info.Size, info.Capacity})
	}
	return list, nil
}

// Close closes the cache, its client and the store.
func (s *Store) Close() error { return errors.Join(s.cache.Close(), s.client.Close(), s.Store.Close()) }
