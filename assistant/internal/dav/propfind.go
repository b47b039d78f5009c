package dav

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/pythonweb/goweb/assistant"
)

// perPage is how many cards are read from the store at once.
const (
	perPage = 1000 // entries of the list
	perData = 100  // cards with their bytes
)

func (s *server) propfind(w http.ResponseWriter, r *http.Request, t target) error {
	request, err := readXML(w, r)
	if err != nil {
		return err
	}
	if request != nil && request.Name != dav("propfind") {
		return refuse(http.StatusBadRequest, "", "the body is not a propfind")
	}
	if err := s.exists(t); err != nil {
		return err
	}
	depth := r.Header.Get("Depth")
	if t.place != atCard && depth != "0" && depth != "1" {
		return refuse(http.StatusForbidden, "<d:propfind-finite-depth/>", "only the depths 0 and 1 are answered")
	}
	wanted := readWish(request)
	if t.place == atCard {
		return s.propfindCard(w, r, t, wanted)
	}
	if t.place == atBook {
		if s.address, err = s.described(r.Context()); err != nil {
			return err
		}
	}
	have, err := s.of(r.Context(), t)
	if err != nil {
		return err
	}
	b := multistatus(w)
	b.put(s.hrefOf(t), have, wanted)
	if depth == "1" {
		err = s.putChildren(r, b, t, wanted)
	}
	if err != nil {
		return cut(err)
	}
	return b.end()
}

// cut aborts an answer that has begun, so that the client sees that it is incomplete.
func cut(err error) error {
	slog.Error("carddav: an answer is cut off", "error", err)
	panic(http.ErrAbortHandler)
}

// hrefOf returns the path of a target.
func (s *server) hrefOf(t target) string {
	switch t.place {
	case atBook:
		return s.href(t.place, t.book)
	case atCard:
		return s.href(t.place, t.book, t.name)
	}
	return s.href(t.place)
}

// putChildren writes the members of a collection.
func (s *server) putChildren(r *http.Request, b body, t target, wanted wish) error {
	var children []target
	switch t.place {
	case atRoot:
		children = []target{{place: atPrincipals}, {place: atHomes}}
	case atPrincipals:
		children = []target{{place: atPrincipal}}
	case atHomes:
		children = []target{{place: atHome}}
	case atHome:
		return s.putBooks(r, b, wanted)
	case atBook:
		return s.putCards(r, b, t, wanted)
	}
	for _, child := range children {
		have, err := s.of(r.Context(), child)
		if err != nil {
			return err
		}
		b.put(s.hrefOf(child), have, wanted)
	}
	return nil
}

// putBooks writes the address books that the account sees.
func (s *server) putBooks(r *http.Request, b body, wanted wish) error {
	list, err := s.books.Books(r.Context(), s.account)
	if err != nil {
		return err
	}
	for _, one := range list {
		s.address, s.book = one, s.bookOf(one)
		child := target{place: atBook, book: one.Ref()}
		have, err := s.of(r.Context(), child)
		if err != nil {
			return err
		}
		b.put(s.hrefOf(child), have, wanted)
	}
	return nil
}

// putCards writes the cards of a book from the entries of its list.
func (s *server) putCards(r *http.Request, b body, t target, wanted wish) error {
	common, base := s.common(), s.href(atBook, t.book)
	for after := ""; ; {
		page, err := s.book.Store.Cards(r.Context(), after, perPage)
		if err != nil {
			return err
		}
		for _, c := range page {
			b.put(base+url.PathEscape(c.Resource), s.ofCard(c, common), wanted)
		}
		if len(page) < perPage {
			return nil
		}
		after = page[len(page)-1].Resource
	}
}

func (s *server) propfindCard(w http.ResponseWriter, r *http.Request, t target, wanted wish) error {
	c, contact, err := s.read(r, t)
	if err != nil {
		return err
	}
	if c == nil {
		return refuse(http.StatusNotFound, "", "there is no such card")
	}
	b := multistatus(w)
	b.put(s.hrefOf(t), s.withData(*c, contact, s.common(), wanted), wanted)
	return b.end()
}

// read returns the card that a target names with its contact, both of the same version, or nil if there is none.
func (s *server) read(r *http.Request, t target) (*assistant.Card, *assistant.Contact, error) {
	for range 10 {
		found, err := s.book.Store.CardsNamed(r.Context(), t.name)
		if err != nil || len(found) == 0 {
			return nil, nil, err
		}
		contacts, err := s.book.Store.Contacts(r.Context(), found[0].ID)
		if err != nil {
			return nil, nil, err
		}
		if len(contacts) > 0 && contacts[0].Version == found[0].Version {
			return &found[0], contacts[0], nil
		}
	}
	return nil, nil, errors.New("the card keeps changing")
}
