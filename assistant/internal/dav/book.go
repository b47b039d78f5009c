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

// writing are the methods that change what is in a book.
func writing() []string { return []string{http.MethodPut, http.MethodDelete, "MOVE"} }

// enter looks up the book that a request is about, each time anew: a share that was taken back is one no more. Who may
// only read it changes nothing.
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

// open returns the book of a name in paths, and what there is to say of it; nil when there is none. The first one is
// known without a look.
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

// bookOf returns what is in a book.
func (s *server) bookOf(b assistant.AddressBook) *assistant.Book {
	book := *s.first
	book.Store = s.books.OpenBook(b, s.user)
	return &book
}

// exists says whether there is a book of that name.
func (s *server) exists(t target) error {
	if t.place >= atBook && s.book == nil {
		return refuse(http.StatusNotFound, "", "there is no such address book")
	}
	return nil
}

// described is what the store says of the book of a request, also of the first one.
func (s *server) described(ctx context.Context) (assistant.AddressBook, error) {
	list, err := s.books.Books(ctx, s.account)
	for _, b := range list {
		if b.ID == s.address.ID {
			return b, err
		}
	}
	return s.address, err
}

// titleOf is what programs call a book.
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
