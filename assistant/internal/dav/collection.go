package dav

import (
	"encoding/xml"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
)

// texts returns the properties of a book that a client may change, with pointers to their values.
func texts(b *assistant.AddressBook) map[xml.Name]*string {
	return map[xml.Name]*string{dav("displayname"): &b.Title, card("addressbook-description"): &b.Description}
}

// A verdict says which properties a request may change, and which not.
type verdict struct{ good, bad []string }

// change applies the set and remove elements of a request. If the resource is not a book of the account, all of them
// are refused.
func change(request *node, b *assistant.AddressBook, allowed bool) verdict {
	var v verdict
	fields := texts(b)
	for _, one := range request.children {
		prop := one.child(nsDAV, "prop")
		if prop == nil {
			continue
		}
		for _, p := range prop.children {
			field := fields[p.Name]
			switch {
			case allowed && field != nil:
				v.good = append(v.good, empty(p.Name))
				*field = ""
				if one.Local == "set" {
					*field = strings.TrimSpace(p.text)
				}
			case one.Local == "set" && request.Local == "mkcol" && p.Name == dav("resourcetype") &&
				p.child(nsCard, "addressbook") != nil:
				v.good = append(v.good, empty(p.Name))
			default:
				v.bad = append(v.bad, empty(p.Name))
			}
		}
	}
	return v
}

// write writes the propstat elements of a verdict: if one property is refused, none is changed.
func (v verdict) write(b body, condition string) {
	propstat := func(names []string, status, condition string) {
		if len(names) > 0 {
			b.text("<d:propstat><d:prop>" + strings.Join(names, "") + "</d:prop>")
			b.text("<d:status>HTTP/1.1 " + status + "</d:status>")
			if condition != "" {
				b.text("<d:error>" + condition + "</d:error>")
			}
			b.text("</d:propstat>")
		}
	}
	propstat(v.bad, "403 Forbidden", condition)
	status := "200 OK"
	if len(v.bad) > 0 {
		status = "424 Failed Dependency"
	}
	propstat(v.good, status, "")
}

// proppatch changes the title and the description of a book of the account. All other properties are set by the server.
func (s *server) proppatch(w http.ResponseWriter, r *http.Request, t target) error {
	request, err := readXML(w, r)
	if err != nil {
		return err
	}
	if request == nil || request.Name != dav("propertyupdate") {
		return refuse(http.StatusBadRequest, "", "the body is not a propertyupdate")
	}
	if err := s.exists(t); err != nil {
		return err
	}
	if t.place == atCard {
		c, _, err := s.read(r, t)
		if err != nil {
			return err
		}
		if c == nil {
			return refuse(http.StatusNotFound, "", "there is no such card")
		}
	}
	book, own := s.address, t.place == atBook && !s.address.Shared
	if own {
		if book, err = s.described(r.Context()); err != nil {
			return err
		}
	}
	v := change(request, &book, own)
	if own && len(v.bad) == 0 {
		if err := s.books.DescribeBook(r.Context(), book); err != nil {
			return forbidden(err)
		}
	}
	b := multistatus(w)
	b.text("<d:response>" + element("d:href", s.hrefOf(t)))
	v.write(b, "<d:cannot-modify-protected-property/>")
	b.text("</d:response>\n")
	return b.end()
}

// forbidden turns the error of a value that a book cannot have into one that says that the property may not be set.
func forbidden(err error) error {
	var field *assistant.FieldError
	if errors.As(err, &field) {
		return refuse(http.StatusForbidden, "", problem.Of(err).Detail)
	}
	return err
}

// mkcol creates an address book: no other kind of collection can be created in the home of an account.
func (s *server) mkcol(w http.ResponseWriter, r *http.Request, t target) error {
	request, err := readMkcol(w, r)
	if err != nil {
		return err
	}
	if t.place == atCard {
		return refuse(http.StatusForbidden, "<card:addressbook-collection-location-ok/>",
			"an address book holds only cards")
	}
	if s.exists(t) == nil {
		w.Header().Set("Allow", "OPTIONS, PROPFIND, PROPPATCH, REPORT")
		return refuse(http.StatusMethodNotAllowed, "", "there is already something at this address")
	}
	book := assistant.AddressBook{Account: s.account, Owner: s.user, Name: t.book}
	if request != nil {
		v := change(request, &book, true)
		if isBook := request.hasBookType(); !isBook || len(v.bad) > 0 {
			return s.refuseMkcol(w, v, isBook)
		}
	}
	err = s.books.AddBook(r.Context(), &book)
	if errors.Is(err, assistant.ErrExists) {
		return refuse(http.StatusMethodNotAllowed, "", "there is already an address book of this name, in other letters")
	}
	if err != nil {
		return forbidden(err)
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusCreated)
	return nil
}

// readMkcol reads the body of MKCOL, or returns nil if there is none.
func readMkcol(w http.ResponseWriter, r *http.Request) (*node, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/xml" && kind != "text/xml" {
		return nil, refuse(http.StatusUnsupportedMediaType, "", "the body of MKCOL is XML")
	}
	request, err := readXML(w, r)
	if err == nil && request != nil && request.Name != dav("mkcol") {
		err = refuse(http.StatusUnsupportedMediaType, "", "the body is not a mkcol")
	}
	return request, err
}

// hasBookType reports whether a request asks for an address book.
func (n *node) hasBookType() bool {
	for _, set := range n.children {
		if set.child(nsDAV, "prop").child(nsDAV, "resourcetype").child(nsCard, "addressbook") != nil {
			return true
		}
	}
	return false
}

// refuseMkcol says which properties a new book cannot have: RFC 5689, section 3.5.
func (s *server) refuseMkcol(w http.ResponseWriter, v verdict, isBook bool) error {
	condition := "<d:cannot-modify-protected-property/>"
	if !isBook {
		condition = "<d:valid-resourcetype/>"
		if len(v.bad) == 0 {
			v.bad = []string{empty(dav("resourcetype"))}
		}
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	b := newBody(w)
	b.text("<d:mkcol-response" + namespaces + ">")
	v.write(b, condition)
	b.text("</d:mkcol-response>\n")
	return b.Flush()
}

// removeBook removes a book of the account other than the first. The console can restore it for a while.
func (s *server) removeBook(w http.ResponseWriter, r *http.Request) error {
	if s.address.Shared {
		return refuse(http.StatusForbidden, "<d:need-privileges/>", "this address book belongs to somebody else")
	}
	err := s.books.RemoveBook(r.Context(), s.address, time.Now())
	if errors.Is(err, assistant.ErrFirstBook) {
		return refuse(http.StatusForbidden, "", "the address book that every account has cannot be removed")
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}
