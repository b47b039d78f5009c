package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// library returns the library that the store belongs to.
func (s *suite) library() assistant.Library {
	s.Helper()
	library, ok := s.store.(assistant.Library)
	if !ok {
		s.Skip("a store of one book") // a decorator of a single book
	}
	return library
}

func (s *suite) account(name string) assistant.Account {
	s.Helper()
	a := assistant.Account{Name: name, Password: "$argon2id$", Created: moment(0)}
	s.ok(s.library().AddAccount(s.ctx, &a))
	return a
}

// beside fills the book of another account, and returns a check that nothing in it has changed or is seen from outside.
func (s *suite) beside() func() {
	library, ok := s.store.(assistant.Library)
	if !ok {
		return func() {}
	}
	s.account("перший")
	other := library.Book(s.account("сусід"))
	sample := NewSample(7)
	var contacts []*assistant.Contact
	var notes []*assistant.Note
	for i := range 30 {
		c, n := sample.Contact(), sample.Note()
		if i < 10 { // the ids that the tests use, and words that they search for
			c.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1)
			n.ID = c.ID
			c.Name, c.Tags = "Тарас Шевченко", []string{"їжа", "тег1", "родина"}
			n.Title, n.Tags = "Покупки", []string{"нотатка"}
		}
		contacts, notes = append(contacts, c), append(notes, n)
	}
	s.ok(other.SaveContacts(s.ctx, contacts...))
	s.ok(other.SaveNotes(s.ctx, notes...))
	read := func() (string, []*assistant.Contact, []*assistant.Note) {
		revision, err := other.Revision(s.ctx)
		s.ok(err)
		c, err := other.ListContacts(s.ctx, assistant.ContactQuery{})
		s.ok(err)
		n, err := other.ListNotes(s.ctx, assistant.NoteQuery{})
		s.ok(err)
		return revision, c.Contacts, n.Notes
	}
	revision, before, notesBefore := read()
	return func() {
		now, after, notesAfter := read()
		s.equal("revision of the book beside", revision, now)
		s.equal("contacts of the book beside", before, after)
		s.equal("notes of the book beside", notesBefore, notesAfter)
	}
}

// books shows that one id is a different contact in every book.
func books(s *suite) {
	library := s.library()
	first := library.Book(s.account("анна"))
	second := library.Book(s.account("Богдан"))
	mine, theirs := FullContact(), FullContact()
	theirs.ID, theirs.Name, theirs.Tags = mine.ID, "Інша", []string{"чужі"}
	s.ok(s.store.SaveContacts(s.ctx, mine))
	s.equal("the first account has the book that was there", mine, one(s, first, mine.ID))
	found, err := second.Contacts(s.ctx, mine.ID)
	s.ok(err)
	s.equal("contacts of another book", 0, len(found))
	s.ok(second.SaveContacts(s.ctx, theirs))
	s.equal("one id in the first book", mine, one(s, first, mine.ID))
	s.equal("one id in the second book", theirs, one(s, second, mine.ID))
	for _, words := range []string{"інша", "tag:чужі"} {
		result, err := first.Search(s.ctx, assistant.SearchQuery{Words: words})
		s.ok(err)
		s.equal("hits in another book", 0, result.TotalContacts)
	}
	tags, err := second.ContactTags(s.ctx)
	s.ok(err)
	s.equal("tags", []assistant.TagCount{{Tag: "чужі", Count: 1}}, tags)
	s.ok(first.SetTagInterval(s.ctx, assistant.TagInterval{Tag: "друзі", CallEvery: 9}))
	if list, err := second.TagIntervals(s.ctx); err != nil || len(list) != 0 {
		s.Errorf("intervals of another book: %v, %v", list, err)
	}
	s.ok(first.SetMarks(s.ctx, "kind", map[string]string{"a": "1"}))
	marks, err := second.Marks(s.ctx, "kind", "a")
	s.ok(err)
	s.equal("marks of another book", 0, len(marks))
	s.ok(second.DeleteContact(s.ctx, mine.ID, 1))
	s.equal("after a removal in the other book", mine, one(s, first, mine.ID))
	if trash, err := first.Trash(s.ctx, assistant.KindContact); err != nil || len(trash) != 0 {
		s.Errorf("trash of another book: %+v, %v", trash, err)
	}
	s.ok(
		second.SaveContacts(s.ctx, &assistant.Contact{ID: mine.ID, Name: "Знову", Created: moment(0), Updated: moment(0)}),
	)

	accounts, err := library.Accounts(s.ctx)
	s.ok(err)
	s.ok(library.RemoveAccount(s.ctx, accounts[1].ID))
	if err := library.RemoveAccount(s.ctx, accounts[1].ID); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("removed twice: %v", err)
	}
	s.equal("after the removal of the other account", mine, one(s, first, mine.ID))
	third := library.Book(s.account("Богдан"))
	if found, err := third.Contacts(s.ctx, mine.ID); err != nil || len(found) != 0 {
		s.Errorf("a new account of an old name has %d contacts, %v", len(found), err)
	}
}

func one(s *suite, store assistant.Store, id string) *assistant.Contact {
	s.Helper()
	found, err := store.Contacts(s.ctx, id)
	s.ok(err)
	if len(found) != 1 {
		s.Fatalf("%d contacts %s", len(found), id)
	}
	return found[0]
}

func accounts(s *suite) {
	library := s.library()
	none, err := library.Accounts(s.ctx)
	s.ok(err)
	s.equal("accounts of a new store", 0, len(none))
	anna := s.account("Анна")
	bob := s.account("bob")
	list, err := library.Accounts(s.ctx)
	s.ok(err)
	s.equal("accounts", []assistant.Account{anna, bob}, list)
	taken := &assistant.Account{Name: "АННА", Created: moment(0)}
	if err := library.AddAccount(s.ctx, taken); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("a name that is taken: %v", err)
	}
	var field *assistant.FieldError
	for _, bad := range []string{"", " ", "a:b", "a b", "a/b", "a\nb"} {
		if err := library.AddAccount(s.ctx, &assistant.Account{Name: bad}); !errors.As(err, &field) {
			s.Errorf("name %q: %v", bad, err)
		}
	}
	found, err := library.AccountNamed(s.ctx, "анна")
	s.ok(err)
	s.equal("account by name", anna, found)

	revision, err := s.store.Revision(s.ctx)
	s.ok(err)
	p := assistant.AppPassword{Account: bob.ID, Label: "телефон", Hash: "hash", Created: moment(1)}
	s.ok(library.AddAppPassword(s.ctx, p))
	if err := library.AddAppPassword(s.ctx, p); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("a label that is taken: %v", err)
	}
	s.ok(library.UseAppPassword(s.ctx, bob.ID, p.Label, moment(2)))
	p.Used = moment(2)
	passwords, err := library.AppPasswords(s.ctx, bob.ID)
	s.ok(err)
	s.equal("app passwords", []assistant.AppPassword{p}, passwords)
	passwords, err = library.AppPasswords(s.ctx, anna.ID)
	s.ok(err)
	s.equal("app passwords of another", 0, len(passwords))
	if err := library.RemoveAppPassword(s.ctx, anna.ID, p.Label); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("another's app password: %v", err)
	}
	s.ok(library.RemoveAppPassword(s.ctx, bob.ID, p.Label))

	s.sessions(library, bob.ID)
	s.records(library, bob.ID)
	now, err := s.store.Revision(s.ctx)
	s.ok(err)
	s.equal("revision after logins", revision, now)
}

func (s *suite) sessions(library assistant.Library, account int64) {
	expires := time.Now().UTC().Truncate(time.Millisecond).Add(time.Hour)
	first := assistant.Session{Token: "a", Account: account, Data: []byte{0, 255}, Expires: expires}
	old := assistant.Session{Token: "b", Account: account, Data: []byte("x"), Expires: moment(0)}
	s.ok(library.SaveSession(s.ctx, first))
	s.ok(library.SaveSession(s.ctx, old))
	first.Data = []byte("y")
	s.ok(library.SaveSession(s.ctx, first))
	got, err := library.Session(s.ctx, "a")
	s.ok(err)
	s.equal("session", first, got)
	if _, err := library.Session(s.ctx, "b"); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("a session that has expired: %v", err)
	}
	list, err := library.Sessions(s.ctx, account)
	s.ok(err)
	s.equal("sessions", []assistant.Session{first}, list)
	s.ok(library.SetPassword(s.ctx, account, "other"))
	if _, err := library.Session(s.ctx, "a"); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("a session after another password: %v", err)
	}
	s.ok(library.SaveSession(s.ctx, first))
	s.ok(library.RemoveSessions(s.ctx, "a"))
	if _, err := library.Session(s.ctx, "a"); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("a session that was ended: %v", err)
	}
}

func (s *suite) records(library assistant.Library, account int64) {
	const long = 100 * 365 * 24 * time.Hour // a window that does not end within the test
	for i := range 3 {
		n, err := library.CountFailure(s.ctx, "bob", long)
		s.ok(err)
		s.equal("failures", i+1, n)
	}
	n, err := library.Failures(s.ctx, "anna", long)
	s.ok(err)
	s.equal("failures of another key", 0, n)
	s.ok(library.ClearFailures(s.ctx, "bob"))
	n, err = library.Failures(s.ctx, "bob", long)
	s.ok(err)
	s.equal("failures after they were cleared", 0, n)

	a, b := assistant.Record{Account: account, Kind: "passkey", Name: "a", Value: []byte{1, 0}},
		assistant.Record{Account: account, Kind: "webhook", Name: "a", Value: []byte("x")}
	s.ok(library.SaveRecords(s.ctx, b, a))
	a.Value = []byte("new")
	s.ok(library.SaveRecords(s.ctx, a))
	list, err := library.Records(s.ctx, account, "passkey")
	s.ok(err)
	s.equal("records of a kind", []assistant.Record{a}, list)
	list, err = library.Records(s.ctx, account, "")
	s.ok(err)
	s.equal("records", []assistant.Record{a, b}, list)
	s.ok(library.RemoveRecord(s.ctx, account, "passkey", "a"))
	list, err = library.Records(s.ctx, account, "")
	s.ok(err)
	s.equal("records that are left", []assistant.Record{b}, list)
}

// history shows that every version comes back whole, and no number is used twice.
func history(s *suite) {
	c := FullContact()
	c.Version = 0
	s.ok(s.store.SaveContacts(assistant.WithVia(s.ctx, assistant.ViaImport), c))
	first := *c
	c.Name, c.Photo, c.Source = "Друга", nil, nil
	s.ok(s.store.SaveContacts(assistant.WithVia(s.ctx, assistant.ViaWeb), c))
	second := *c
	changes, err := s.store.History(s.ctx, assistant.KindContact, c.ID)
	s.ok(err)
	s.equal(
		"ways",
		[]assistant.Via{assistant.ViaWeb, assistant.ViaImport},
		each(changes, func(c assistant.Change) assistant.Via { return c.Via }),
	)
	for _, want := range []assistant.Contact{first, second} {
		got, err := s.store.ContactVersion(s.ctx, c.ID, want.Version)
		s.ok(err)
		s.equal(fmt.Sprint("version ", want.Version), &want, got)
	}
	older := first
	s.conflict("a change that was refused", s.store.SaveContacts(s.ctx, &older), 1, 2)
	again, err := s.store.History(s.ctx, assistant.KindContact, c.ID)
	s.ok(err)
	s.equal("history after a change that was refused", changes, again)

	s.ok(s.store.DeleteContact(s.ctx, c.ID, 2))
	trash, err := s.store.Trash(s.ctx, assistant.KindContact)
	s.ok(err)
	if len(trash) != 1 || trash[0].ID != c.ID || trash[0].Name != "Друга" || trash[0].Version != 2 {
		s.Fatalf("trash %+v", trash)
	}
	back, err := s.store.ContactVersion(s.ctx, c.ID, 2)
	s.ok(err)
	s.equal("what was removed", &second, back)
	back.Version = 0
	s.ok(s.store.SaveContacts(s.ctx, back))
	s.equal("version of what came back", int64(3), back.Version)
	s.equal("what came back", back, s.storedContact(c.ID))
	trash, err = s.store.Trash(s.ctx, assistant.KindContact)
	s.ok(err)
	s.equal("trash after what was in it came back", 0, len(trash))

	s.ok(s.store.DeleteContact(s.ctx, c.ID, 0))
	s.ok(s.store.EmptyTrash(s.ctx, time.Now().Add(time.Hour)))
	if _, err := s.store.History(s.ctx, assistant.KindContact, c.ID); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("history after the trash was emptied: %v", err)
	}
	fresh := &assistant.Contact{ID: c.ID, Name: "Нова", Created: moment(0), Updated: moment(0)}
	s.ok(s.store.SaveContacts(s.ctx, fresh))
	s.equal("version after the trash was emptied", int64(4), fresh.Version)

	n := s.note("Перша", "текст")
	n.Title = "Друга"
	s.ok(s.store.SaveNotes(s.ctx, n))
	was, err := s.store.NoteVersion(s.ctx, n.ID, 1)
	s.ok(err)
	s.equal("former title", "Перша", was.Title)
	if _, err := s.store.NoteVersion(s.ctx, n.ID, 9); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("a version that never was: %v", err)
	}
}

func each[A, B any](list []A, f func(A) B) []B {
	values := make([]B, len(list))
	for i, v := range list {
		values[i] = f(v)
	}
	return values
}

func merges(s *suite) {
	a, b := s.contact("Перша"), s.contact("Друга")
	before, after := *a, *a
	after.Nickname = "Друга"
	m := assistant.Merge{At: moment(5), Other: b, Before: &before, After: &after}
	stale := m
	stale.Other = &assistant.Contact{ID: b.ID, Version: 7, Name: b.Name}
	unchanged := after
	stale.After = &unchanged
	s.conflict("merge of another version", s.store.MergeContacts(s.ctx, stale), 7, 1)
	s.equal("contact after a merge that was refused", a, s.storedContact(a.ID))
	s.ok(s.store.MergeContacts(s.ctx, m))
	s.equal("version of the merged one", int64(2), after.Version)
	s.equal("merged", &after, s.storedContact(a.ID))
	gone, err := s.store.Contacts(s.ctx, b.ID)
	s.ok(err)
	s.equal("the other one", 0, len(gone))
	for _, id := range []string{a.ID, b.ID, ""} {
		list, err := s.store.Merges(s.ctx, id)
		s.ok(err)
		s.equal("merges of "+id, []assistant.Merge{m}, list)
	}
	back, apart := *b, after
	back.Version, apart.Nickname = 0, ""
	s.ok(s.store.UnmergeContacts(s.ctx, assistant.Unmerge{Merge: m, Into: &apart, Other: &back}))
	s.equal("the other one is back", &back, s.storedContact(b.ID))
	s.equal("apart", &apart, s.storedContact(a.ID))
	list, err := s.store.Merges(s.ctx, "")
	s.ok(err)
	s.equal("merges after it was taken back", 0, len(list))
}

// past shows that what is kept besides contacts and notes can be copied into another book, and that a second copy
// changes nothing.
func past(s *suite) {
	c := s.contact("Перша")
	c.Name = "Друга"
	s.ok(s.store.SaveContacts(assistant.WithVia(s.ctx, assistant.ViaAPI), c))
	n := s.note("Нотатка", "")
	n.Text = "друга"
	s.ok(s.store.SaveNotes(s.ctx, n))
	gone := s.contact("Зайва")
	s.ok(s.store.DeleteContact(s.ctx, gone.ID, 0))
	read := func(store assistant.Store) []assistant.Past {
		var list []assistant.Past
		for after := ""; ; {
			page, err := store.Past(s.ctx, after)
			s.ok(err)
			list = append(list, page.Past...)
			if after = page.Next; after == "" {
				return list
			}
		}
	}
	whole := read(s.store)
	s.equal("things of the past", 6, len(whole)) // three former versions, two stored changes, one removal
	s.account("перша")
	other := s.library().Book(s.account("друга"))
	s.ok(other.RestoreContacts(s.ctx, c))
	s.ok(other.RestoreNotes(s.ctx, n))
	for range 2 {
		s.ok(other.RestorePast(s.ctx, whole...))
		s.equal("the past in another book", whole, read(other))
	}
	want, err := s.store.History(s.ctx, assistant.KindContact, c.ID)
	s.ok(err)
	got, err := other.History(s.ctx, assistant.KindContact, c.ID)
	s.ok(err)
	s.equal("history in another book", want, got)
	again := &assistant.Contact{ID: gone.ID, Name: "Знову", Created: moment(0), Updated: moment(0)}
	s.ok(other.SaveContacts(s.ctx, again))
	s.equal("version in another book", int64(2), again.Version)
	for _, place := range []string{"?", "e30x", "eyJTdGFnZSI6OX0"} {
		if _, err := s.store.Past(s.ctx, place); err == nil {
			s.Errorf("the past from %q on: no error", place)
		}
	}
}
