package page

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// InBook gives pages the paths below /books/NAME/, where they are those of another address book of the account. Every
// link and form on such a page stays in that book, so that two windows may show two books.
func InBook(books assistant.BookStore, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in, err := visit.From(r.Context()).Open(r.Context(), books, r.PathValue("book"))
		if err != nil && !errors.Is(err, assistant.ErrNotFound) {
			slog.Error("page", "error", err)
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		within := *r
		within.URL = new(url.URL)
		*within.URL = *r.URL
		if err != nil { // the page that says so is none of a book
			within.URL.Path, within.URL.RawPath = "/books/none", ""
			pages.ServeHTTP(w, &within)
			return
		}
		_, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/books/"), "/")
		within.URL.RawPath = "/" + rest
		if within.URL.Path, err = url.PathUnescape(within.URL.RawPath); err != nil {
			http.NotFound(w, r)
			return
		}
		pages.ServeHTTP(w, within.WithContext(visit.With(r.Context(), in)))
	})
}

// bookLink is an address book in the switch.
type bookLink struct {
	assistant.AddressBook
	Path string // of its first page
	Here bool
}

// books is the switch between the address books that the account sees.
func (p *pages) books(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	list, err := p.Books.Books(r.Context(), v.AccountID)
	if err != nil {
		return err
	}
	shown := make([]bookLink, len(list))
	for i, b := range list {
		shown[i] = bookLink{b, p.Base + "/books/" + url.PathEscape(b.Ref()) + "/", b.Ref() == v.BookName}
		if i == 0 {
			shown[i].Path, shown[i].Here = p.Base+"/", v.BookName == "" || shown[i].Here
		}
	}
	return p.show(w, r, frame{Title: "Address books"}, own("books", shown))
}
