// Package dav is the CardDAV server: WebDAV (RFC 4918) with address books (RFC 6352), sync-collection (RFC 6578),
// service discovery (RFC 6764) and extended MKCOL (RFC 5689). [New] returns its handler, which is mounted below
// [Prefix]. A request comes with a visit, which says whose books it may use.
//
// Below the prefix are principals/NAME/, the account, and books/NAME/, its address books: contacts/, the one that every
// account has, its further ones, and those that others share with it as BOOK@OWNER/. A book has one resource for each
// contact.
package dav

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// Prefix is the path of the server below that of the program.
const Prefix = "/dav"

// methods are the methods that the server implements.
const methods = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, MKCOL, COPY, MOVE"

// New returns the handler for [Prefix] and everything below it.
func New(books assistant.BookStore) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(assistant.WithVia(r.Context(), assistant.ViaCardDAV))
		v := visit.From(r.Context())
		target, err := parseTarget(r.URL, v.Account)
		w.Header().Set("DAV", "1, 3, addressbook, extended-mkcol")
		if err == nil {
			err = serve(w, r, newServer(v, books), target)
		}
		if err != nil {
			deny(w, status(err))
		}
	})
}

// A server answers one request.
type server struct {
	books   assistant.BookStore
	root    string // the path of everything, without a trailing slash
	user    string
	account int64

	first   *assistant.Book // the one that every account has
	book    *assistant.Book // the one that the request is about; nil if there is none with its name
	address assistant.AddressBook
}

func serve(w http.ResponseWriter, r *http.Request, s *server, t target) error {
	if err := s.enter(r, t); err != nil {
		return err
	}
	switch r.Method {
	case http.MethodOptions:
		w.Header().Set("Allow", methods)
		w.WriteHeader(http.StatusOK)
		return nil
	case "PROPFIND":
		return s.propfind(w, r, t)
	case "REPORT":
		return s.report(w, r, t)
	case http.MethodGet, http.MethodHead:
		return s.get(w, r, t)
	case http.MethodPut:
		return s.put(w, r, t)
	case http.MethodDelete:
		return s.remove(w, r, t)
	case "PROPPATCH":
		return s.proppatch(w, r, t)
	case "MKCOL":
		return s.mkcol(w, r, t)
	case "COPY", "MOVE":
		return s.transfer(w, r, t)
	}
	w.Header().Set("Allow", methods)
	return refuse(http.StatusMethodNotAllowed, "", "the method "+r.Method+" is not supported")
}

// A refusal is an error with its status, and with the precondition that failed, as RFC 4918 and RFC 6352 name it.
type refusal struct {
	status    int
	condition string // an element, or ""
	text      string // one line for a person
}

func (e *refusal) Error() string { return e.text }

func refuse(status int, condition, text string) error { return &refusal{status, condition, text} }

// status translates errors of the store to those of WebDAV.
func status(err error) error {
	var conflict *assistant.ConflictError
	switch {
	case errors.As(err, &conflict):
		return problem.New(problem.Precondition, "somebody has changed the card meanwhile",
			"get it again and repeat the change")
	case errors.Is(err, assistant.ErrReadOnly):
		return mayNot()
	case errors.Is(err, assistant.ErrToken):
		return refuse(http.StatusForbidden, "<d:valid-sync-token/>", "the sync token is not of this address book, or too old")
	case errors.Is(err, context.Canceled):
		return problem.New(problem.Unavailable, "the request was cancelled", "")
	}
	return err
}

// Deny answers with an error.
func Deny(w http.ResponseWriter, p *problem.Problem) { write(w, p.Status, "", p.Detail) }

func deny(w http.ResponseWriter, err error) {
	var refused *refusal
	if errors.As(err, &refused) {
		write(w, refused.status, refused.condition, refused.text)
		return
	}
	Deny(w, problem.Of(err))
}

func write(w http.ResponseWriter, status int, condition, text string) {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(status)
	body := newBody(w)
	body.text(`<d:error xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:a="urn:x-assistant">`)
	body.text(condition + "<a:message>")
	body.escaped(text)
	body.text("</a:message></d:error>\n")
	_ = body.Flush() // fails only if the client has gone
}

// A place is what a path names.
type place int

const (
	atRoot place = iota
	atPrincipals
	atPrincipal
	atHomes
	atHome
	atBook
	atCard
	tooDeep // below a card, or below where one would be
)

// A target is a parsed path.
type target struct {
	place
	book  string // the name of the address book in paths
	name  string // of the card
	slash bool   // the path ends with one
}

// parseTarget parses a path below that of the program. A path of another account is not found.
func parseTarget(u *url.URL, user string) (target, error) {
	path := strings.TrimPrefix(u.EscapedPath(), Prefix)
	t := target{slash: strings.HasSuffix(path, "/")}
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		name, err := url.PathUnescape(part)
		if err != nil || strings.ContainsAny(name, "/\x00") || !validName(name) {
			return t, refuse(http.StatusBadRequest, "", "the path has a name that is not valid")
		}
		if name != "" {
			parts = append(parts, name)
		}
	}
	none := refuse(http.StatusNotFound, "", "there is nothing at this address")
	switch {
	case len(parts) == 0:
		return t, nil
	case parts[0] != "principals" && parts[0] != "books":
		return t, none
	case len(parts) > 1 && parts[1] != user:
		return t, none
	case parts[0] == "principals" && len(parts) <= 2:
		t.place = atPrincipals + place(len(parts)-1)
		return t, nil
	case parts[0] == "principals":
		return t, none
	case len(parts) > 4:
		t.place = tooDeep
		return t, nil
	}
	t.place = atHomes + place(len(parts)-1)
	if len(parts) > 2 {
		t.book = parts[2]
	}
	if len(parts) > 3 {
		t.name = parts[3]
	}
	return t, nil
}

// validName reports whether a name may be in a path: it has only visible characters, and is not too long for a client
// to use as a file name.
func validName(name string) bool {
	return len(name) <= 255 && !strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == 0x7f ||
			r == 0xfffd
	})
}

// href returns the path of a place.
func (s *server) href(p place, names ...string) string {
	var path string
	switch p {
	case atRoot:
		path = "/"
	case atPrincipals:
		path = "/principals/"
	case atPrincipal:
		path = "/principals/" + url.PathEscape(s.user) + "/"
	case atHomes:
		path = "/books/"
	default:
		path = "/books/" + url.PathEscape(s.user) + "/"
	}
	for i, name := range names {
		path += url.PathEscape(name)
		if i == 0 {
			path += "/"
		}
	}
	return s.root + path
}
