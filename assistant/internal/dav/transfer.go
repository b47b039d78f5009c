package dav

import (
	"errors"
	"net/http"

	"github.com/pythonweb/goweb/assistant"
)

// transfer copies or moves a card to another name or another address book. What RFC 6352, 6.3.2.1, says of PUT applies
// here, too: no book has a UID twice, so a card cannot be copied within its book, nor replace one with another UID.
func (s *server) transfer(w http.ResponseWriter, r *http.Request, t target) error {
	if err := s.exists(t); err != nil {
		return err
	}
	if t.place != atCard {
		return refuse(http.StatusForbidden, "", "only cards can be copied and moved")
	}
	to, book, err := s.destination(r, t)
	if err != nil {
		return err
	}
	c, contact, err := s.read(r, t)
	if err != nil {
		return err
	}
	if c == nil {
		return refuse(http.StatusNotFound, "", "there is no such card")
	}
	if err := precondition(r, c); err != nil {
		return err
	}
	there, err := book.Store.CardsNamed(r.Context(), to.name)
	if err != nil {
		return err
	}
	if len(there) > 0 && r.Header.Get("Overwrite") == "F" {
		return refuse(http.StatusPreconditionFailed, "", "there is a card at the destination")
	}
	if len(there) > 0 && there[0].ID != contact.ID {
		return sameUID(s.hrefOf(to), "the card at the destination has another UID")
	}
	if to.book == t.book {
		err = s.rename(r, t, to.name, contact)
	} else {
		err = s.pass(r, to, book, contact)
	}
	if errors.Is(err, assistant.ErrExists) {
		return refuse(http.StatusPreconditionFailed, "", "there is a card at the destination")
	}
	if err != nil {
		return err
	}
	s.book = book
	w.Header().Set("Location", s.hrefOf(to))
	return s.saved(w, r, to, len(there) == 0, true)
}

// destination returns where a card is to go, and the book there.
func (s *server) destination(r *http.Request, t target) (target, *assistant.Book, error) {
	to, ok := s.targetOf(r.Header.Get("Destination"))
	wrong := refuse(http.StatusForbidden, "<card:addressbook-collection-location-ok/>",
		"the destination is not a card of an address book")
	switch {
	case !ok || to.place < atCard || to.slash:
		return to, nil, wrong
	case to.place == tooDeep:
		return to, nil, refuse(http.StatusConflict, "", "there is no such address book")
	case to.book == t.book && to.name == t.name:
		return to, nil, refuse(http.StatusForbidden, "", "source and destination are the same")
	case to.book == t.book && s.address.ReadOnly:
		return to, nil, mayNot()
	case to.book == t.book:
		return to, s.book, nil
	}
	book, address, err := s.open(r.Context(), to.book)
	if err == nil && book == nil {
		err = refuse(http.StatusConflict, "", "there is no such address book")
	}
	if err == nil && address.ReadOnly {
		err = mayNot()
	}
	return to, book, err
}

// rename gives a card another name within its book.
func (s *server) rename(r *http.Request, t target, name string, contact *assistant.Contact) error {
	if r.Method == "COPY" {
		return sameUID(s.hrefOf(t), "the copy would have the UID of the card")
	}
	contact.Resource = name
	return s.book.Store.SaveContacts(r.Context(), contact)
}

// sameUID refuses a card whose UID is that of the card at an address.
func sameUID(href, text string) error {
	return refuse(http.StatusConflict, "<card:no-uid-conflict>"+element("d:href", href)+"</card:no-uid-conflict>", text)
}

// pass writes a card into another book and then, for a move, removes it from its own: if it is interrupted, the card is
// in at least one of them.
func (s *server) pass(
	r *http.Request, to target, book *assistant.Book, contact *assistant.Contact,
) error {
	ctx := r.Context()
	have, err := book.Store.Contacts(ctx, contact.ID)
	if err != nil {
		return err
	}
	copied := *contact
	copied.Resource, copied.Version = to.name, 0
	if len(have) > 0 {
		if have[0].CardName() != to.name {
			return sameUID(s.href(atCard, to.book, have[0].CardName()), "the address book has a card of this UID")
		}
		copied.Version = have[0].Version
	}
	if err := book.Store.SaveContacts(ctx, &copied); err != nil || r.Method == "COPY" {
		return err
	}
	return s.book.Store.DeleteContact(ctx, contact.ID, contact.Version)
}
