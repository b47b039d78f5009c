package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// refs returns the names under which an account sees its books.
func (s *suite) refs(account int64) string {
	s.Helper()
	list, err := s.library().Books(s.ctx, account)
	s.ok(err)
	var refs []string
	for _, b := range list {
		ref := b.Ref()
		if b.ReadOnly {
			ref += " read-only"
		}
		refs = append(refs, ref)
	}
	return strings.Join(refs, ", ")
}

func (s *suite) addBook(account int64, name string) assistant.AddressBook {
	s.Helper()
	b := assistant.AddressBook{Account: account, Name: name, Title: "Назва " + name}
	s.ok(s.library().AddBook(s.ctx, &b))
	return b
}

// furtherBooks shows that an account has many books, and that a removed one comes back with what was in it.
func furtherBooks(s *suite) {
	library := s.library()
	work := s.addBook(assistant.FirstAccount, "Робота") // before there are accounts
	anna := s.account("анна")
	bob := s.account("bob")
	s.equal("numbers of accounts", [2]int64{assistant.FirstAccount, 3}, [2]int64{anna.ID, bob.ID})
	s.equal("books of the first account", "contacts, Робота", s.refs(anna.ID))
	s.equal("books of the other", "contacts", s.refs(bob.ID))
	for _, name := range []string{"робота", "CONTACTS"} {
		b := assistant.AddressBook{Account: anna.ID, Name: name}
		if err := library.AddBook(s.ctx, &b); !errors.Is(err, assistant.ErrExists) {
			s.Errorf("a name that is taken, %s: %v", name, err)
		}
	}
	var field *assistant.FieldError
	for _, name := range []string{"", " a", "a/b", "a@b", "a\x00", strings.Repeat("a", 65)} {
		if err := library.AddBook(s.ctx, &assistant.AddressBook{Account: anna.ID, Name: name}); !errors.As(err, &field) {
			s.Errorf("name %q: %v", name, err)
		}
	}

	first, store := library.Book(anna), library.OpenBook(work, anna.Name)
	mine, theirs := FullContact(), FullContact()
	theirs.ID, theirs.Name = mine.ID, "Інша"
	s.ok(first.SaveContacts(s.ctx, mine))
	s.ok(store.SaveContacts(s.ctx, theirs))
	s.equal("in the first book", mine, one(s, first, mine.ID))
	s.equal("in the other book", theirs, one(s, store, mine.ID))
	token, err := store.CardToken(s.ctx)
	s.ok(err)
	if _, err := first.CardChanges(s.ctx, token, 0); !errors.Is(err, assistant.ErrToken) {
		s.Errorf("a token of the other book: %v", err)
	}

	for _, b := range []assistant.AddressBook{work, {ID: anna.ID, Account: anna.ID}} {
		b.Title, b.Description = "Title", "опис"
		s.ok(library.DescribeBook(s.ctx, b))
	}
	list, err := library.Books(s.ctx, anna.ID)
	s.ok(err)
	s.equal("described", []assistant.AddressBook{
		{ID: anna.ID, Account: anna.ID, Owner: "анна", Name: assistant.FirstBook, Title: "Title", Description: "опис"},
		{ID: work.ID, Account: anna.ID, Owner: "анна", Name: "Робота", Title: "Title", Description: "опис"},
	}, list)
	s.removeAndRestore(work, anna, theirs)
}

// removeAndRestore removes a book that holds a contact, and brings it back.
func (s *suite) removeAndRestore(b assistant.AddressBook, owner assistant.Account, has *assistant.Contact) {
	library, store := s.library(), s.library().OpenBook(b, owner.Name)
	first := assistant.AddressBook{ID: owner.ID, Account: owner.ID}
	if err := library.RemoveBook(s.ctx, first, moment(0)); !errors.Is(err, assistant.ErrFirstBook) {
		s.Errorf("the first book removed: %v", err)
	}
	foreign := b
	foreign.Account += 100
	if err := library.RemoveBook(s.ctx, foreign, moment(0)); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("removed by somebody else: %v", err)
	}
	s.ok(library.RemoveBook(s.ctx, b, moment(0)))
	s.equal("books after a removal", "contacts", s.refs(owner.ID))
	if err := library.RemoveBook(s.ctx, b, moment(0)); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("removed twice: %v", err)
	}
	if err := store.SaveContacts(s.ctx, s.contact("Пізно")); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("saved in a book that is gone: %v", err)
	}
	if _, err := store.Revision(s.ctx); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("revision of a book that is gone: %v", err)
	}
	s.ok(library.RestoreBook(s.ctx, owner.ID, "РОБОТА"))
	s.equal("books after it came back", "contacts, Робота", s.refs(owner.ID))
	s.equal("what was in it", has, one(s, store, has.ID))

	s.ok(library.RemoveBook(s.ctx, b, moment(0)))
	again := s.addBook(owner.ID, "робота")
	if err := library.RestoreBook(s.ctx, owner.ID, "робота"); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("restored over another book: %v", err)
	}
	found, err := library.OpenBook(again, owner.Name).Contacts(s.ctx, has.ID)
	s.ok(err)
	s.equal("contacts of a new book of an old name", 0, len(found))
	s.ok(library.RemoveBook(s.ctx, again, moment(0).AddDate(0, 0, assistant.TrashDays+1))) // the older one is forgotten
	s.ok(library.RestoreBook(s.ctx, owner.ID, "робота"))
	if err := library.RestoreBook(s.ctx, owner.ID, "робота"); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("what was removed long ago comes back: %v", err)
	}
	list, err := library.Books(s.ctx, owner.ID)
	s.ok(err)
	s.equal("number of the book that came back", again.ID, list[len(list)-1].ID)
}

// shares shows that another account sees what is shared with it, for as long as it is shared.
func shares(s *suite) {
	library := s.library()
	anna, bob := s.account("анна"), s.account("bob")
	work := s.addBook(anna.ID, "work")
	first := assistant.AddressBook{ID: anna.ID, Account: anna.ID, Name: assistant.FirstBook}
	full := FullContact()
	s.ok(library.OpenBook(work, anna.Name).SaveContacts(s.ctx, full))
	write := assistant.Share{Book: work.ID, Account: bob.ID, User: bob.Name}
	read := assistant.Share{Book: first.ID, Account: bob.ID, User: bob.Name, ReadOnly: true}
	s.ok(library.ShareBook(s.ctx, write))
	s.ok(library.ShareBook(s.ctx, read))
	s.ok(library.ShareBook(s.ctx, read)) // once more
	s.equal("books of who is let in", "contacts, contacts@анна read-only, work@анна", s.refs(bob.ID))
	s.equal("books of the owner", "contacts, work", s.refs(anna.ID))
	list, err := library.Shares(s.ctx, anna.ID)
	s.ok(err)
	s.equal("shares", []assistant.Share{read, write}, list)
	list, err = library.Shares(s.ctx, bob.ID)
	s.ok(err)
	s.equal("shares of the other", 0, len(list))

	seen, err := library.Books(s.ctx, bob.ID)
	s.ok(err)
	theirs := library.OpenBook(seen[2], bob.Name)
	c := one(s, theirs, full.ID)
	c.Name = "Змінено"
	s.ok(theirs.SaveContacts(s.ctx, c))
	changes, err := library.OpenBook(work, anna.Name).History(s.ctx, assistant.KindContact, c.ID)
	s.ok(err)
	s.equal("who has changed it", "bob", changes[0].By)
	readOnlyStore(s, library.OpenBook(seen[1], bob.Name))

	s.ok(library.UnshareBook(s.ctx, write))
	if err := library.UnshareBook(s.ctx, write); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("taken back twice: %v", err)
	}
	s.equal("after it was taken back", "contacts, contacts@анна read-only", s.refs(bob.ID))
	write.ReadOnly = true
	s.ok(library.ShareBook(s.ctx, write))
	s.ok(library.RemoveBook(s.ctx, work, moment(0)))
	s.equal("after the book was removed", "contacts, contacts@анна read-only", s.refs(bob.ID))
	s.ok(library.RestoreBook(s.ctx, anna.ID, "work"))
	s.equal("after it came back", "contacts, contacts@анна read-only, work@анна read-only", s.refs(bob.ID))
	s.ok(library.RemoveAccount(s.ctx, anna.ID))
	s.equal("after the owner was removed", "contacts", s.refs(bob.ID))
	if _, err := library.OpenBook(work, "").Revision(s.ctx); !errors.Is(err, assistant.ErrNotFound) {
		s.Errorf("a book of an account that is gone: %v", err)
	}
	clara := s.account("clara")
	s.equal("books of a new account", "contacts", s.refs(clara.ID))
	if slices.Contains([]int64{anna.ID, bob.ID, work.ID}, clara.ID) {
		s.Errorf("a number is given again: %d", clara.ID)
	}
	s.ok(library.ShareBook(s.ctx, assistant.Share{Book: bob.ID, Account: clara.ID}))
	s.ok(library.RemoveAccount(s.ctx, clara.ID))
	list, err = library.Shares(s.ctx, bob.ID)
	s.ok(err)
	s.equal("shares with an account that is gone", 0, len(list))
}

// readOnlyStore shows that nothing of a store can be changed.
func readOnlyStore(s *suite, store assistant.Store) {
	c, n := FullContact(), &assistant.Note{ID: s.id(), Title: "x", Created: moment(0), Updated: moment(0)}
	for i, err := range []error{
		store.SaveContacts(s.ctx, c), store.RestoreContacts(s.ctx, c), store.DeleteContact(s.ctx, c.ID, 0),
		store.SaveNotes(s.ctx, n), store.RestoreNotes(s.ctx, n), store.DeleteNote(s.ctx, n.ID, 0),
		store.EmptyTrash(s.ctx, time.Now()), store.RestorePast(s.ctx), store.MergeContacts(s.ctx, assistant.Merge{}),
		store.UnmergeContacts(s.ctx, assistant.Unmerge{}), store.RestoreMerges(s.ctx),
		store.SetMarks(s.ctx, "kind", map[string]string{"a": "b"}),
		store.SetTagInterval(s.ctx, assistant.TagInterval{Tag: "a", CallEvery: 1}),
	} {
		if !errors.Is(err, assistant.ErrReadOnly) {
			s.Errorf("change %d of a book that is read-only: %v", i, err)
		}
	}
	_, err := store.ListContacts(s.ctx, assistant.ContactQuery{})
	s.ok(err)
}

// manyBooks shows that of many who add a book with the same name exactly one wins, and that no two books have the same
// number.
func manyBooks(s *suite) {
	library := s.library()
	const writers = 8
	books := make([]assistant.AddressBook, writers)
	errs := make([]error, writers)
	var group sync.WaitGroup
	for i := range writers {
		books[i] = assistant.AddressBook{Account: assistant.FirstAccount, Name: fmt.Sprint("book", i/2)}
		group.Go(func() { errs[i] = library.AddBook(s.ctx, &books[i]) })
	}
	group.Wait()
	numbers := make(map[int64]bool)
	for i, err := range errs {
		switch {
		case err == nil:
			numbers[books[i].ID] = true
		case !errors.Is(err, assistant.ErrExists):
			s.Errorf("writer %d: %v", i, err)
		}
	}
	s.equal("books that were added", writers/2, len(numbers))
}
