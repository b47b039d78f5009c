package page

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// The cookies of the settings; they hold no secrets.
const (
	langCookie  = "lang"
	themeCookie = "theme"
)

// theme returns the theme that the user has chosen, or "" for that of the system.
func theme(r *http.Request) string {
	if cookie, err := r.Cookie(themeCookie); err == nil && slices.Contains([]string{"light", "dark"}, cookie.Value) {
		return cookie.Value
	}
	return ""
}

// Language returns the language that the user has chosen, or else the one that the browser asks for.
func Language(r *http.Request) catalog.Language {
	if cookie, err := r.Cookie(langCookie); err == nil && slices.Contains(catalog.Names(), cookie.Value) {
		return catalog.New(cookie.Value)
	}
	return catalog.Accepted(r.Header.Get("Accept-Language"))
}

func (p *pages) settings(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, frame{Title: "Settings"}, own("settings", map[string]string{
		"Lang": visit.From(r.Context()).Lang.Name(), "Theme": theme(r), "Account": visit.From(r.Context()).Account,
	}))
}

// saveSettings changes the settings that the form names, and redirects back.
func (p *pages) saveSettings(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	for name, values := range map[string][]string{langCookie: catalog.Names(), themeCookie: {"light", "dark", ""}} {
		if !r.PostForm.Has(name) || !slices.Contains(values, r.PostForm.Get(name)) {
			continue
		}
		cookie := &http.Cookie{
			Name: name, Value: r.PostForm.Get(name), Path: p.Base + "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
			SameSite: http.SameSiteLaxMode, Secure: visit.From(r.Context()).Secure,
		}
		if cookie.Value == "" {
			cookie.MaxAge = -1
		}
		http.SetCookie(w, cookie)
	}
	next := r.PostForm.Get("next")
	if next == "" {
		next = p.Base + "/settings"
	}
	return p.back(w, r, next)
}

// InBook serves the pages below /books/NAME/ as well, where they are those of another address book of the account.
// Every link and form on such a page stays in that book, so that two windows can show two books.
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
		if err != nil { // the page that says so belongs to no book
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

// bookLink is an address book in the book switch.
type bookLink struct {
	assistant.AddressBook
	Path string // of its first page
	Here bool
}

// books returns the switch between the address books that the account sees.
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
