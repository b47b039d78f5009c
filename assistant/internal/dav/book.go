package dav

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

func newServer(v *visit.Visit, books assistant.BookStore) *server {
	return &server{books: books, root: v.Base + Prefix, user: v.Account, account: v.AccountID, first: v.Book}
}

// writing returns the methods that change the content of a book.
func writing() []string { return []string{http.MethodPut, http.MethodDelete, "MOVE"} }

// enter looks up the book of a request, every time: a share that was revoked ends at once. Whoever may only read a book
// cannot change anything in it.
func (s *server) enter(r *http.Request, t target) (err error) {
	creates := r.Method == http.MethodPut || r.Method == "MKCOL"
	orphan := refuse(http.StatusConflict, "", "there is no collection to put it in")
	switch {
	case t.place == tooDeep && creates:
		return orphan
	case t.place == tooDeep:
		return refuse(http.StatusNotFound, "", "there is nothing at this address")
	case t.place < atBook:
		return nil
	}
	if s.book, s.address, err = s.open(r.Context(), t.book); err != nil {
		return err
	}
	if s.book == nil && t.place == atCard && creates && !strings.Contains(t.book, "@") {
		return orphan
	}
	if s.address.ReadOnly && slices.Contains(writing(), r.Method) {
		return mayNot()
	}
	return nil
}

func mayNot() error {
	return refuse(http.StatusForbidden, "<d:need-privileges/>", "this address book is shared for reading only")
}

// open returns the book with a name in paths, and its description, or nil if there is none. The first one is known
// without a query.
func (s *server) open(ctx context.Context, name string) (*assistant.Book, assistant.AddressBook, error) {
	if name == assistant.FirstBook {
		return s.first, assistant.AddressBook{ID: s.account, Account: s.account, Owner: s.user, Name: name}, nil
	}
	list, err := s.books.Books(ctx, s.account)
	if err != nil {
		return nil, assistant.AddressBook{}, err
	}
	at := slices.IndexFunc(list, func(b assistant.AddressBook) bool { return b.Ref() == name })
	if at < 0 {
		return nil, assistant.AddressBook{}, nil
	}
	return s.bookOf(list[at]), list[at], nil
}

// bookOf returns the content of a book.
func (s *server) bookOf(b assistant.AddressBook) *assistant.Book {
	book := *s.first
	book.Store = s.books.OpenBook(b, s.user)
	return &book
}

// exists returns an error unless there is a book with that name.
func (s *server) exists(t target) error {
	if t.place >= atBook && s.book == nil {
		return refuse(http.StatusNotFound, "", "there is no such address book")
	}
	return nil
}

// described returns the stored description of the book of a request, including the first one.
func (s *server) described(ctx context.Context) (assistant.AddressBook, error) {
	list, err := s.books.Books(ctx, s.account)
	for _, b := range list {
		if b.ID == s.address.ID {
			return b, err
		}
	}
	return s.address, err
}

// titleOf returns the title of a book that clients display.
func titleOf(b assistant.AddressBook) string {
	title := b.Title
	if title == "" {
		title = b.Name
		if b.ID == b.Account {
			title = b.Owner
		}
	}
	if b.Shared && b.ID != b.Account {
		title += " (" + b.Owner + ")"
	}
	return title
}
