package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/web"
)

// addBook makes a further address book of an account.
func (s *site) addBook(owner *visitor, name string) assistant.AddressBook {
	s.Helper()
	b := assistant.AddressBook{Account: owner.ID, Owner: owner.Name, Name: name}
	if err := s.library.AddBook(s.Context(), &b); err != nil {
		s.Fatal(err)
	}
	return b
}

// Pages below /books/NAME/ are those of another address book, and every link and form on them stays there.
func TestPagesOfAnotherBook(t *testing.T) {
	base, err := url.Parse("https://example.com/p")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(o *web.Options) { o.Base = base })
	s.addBook(s.as, "робота")
	shelf := "/p/books/" + url.PathEscape("робота")
	if r := s.want(200, s.ask("GET", "/p/books", "")); !strings.Contains(r.text, `href="`+shelf+`/"`) {
		t.Error(r.text)
	}
	sent := s.send(shelf+"/contacts", url.Values{"name": {"Леся"}, "tags": {"поети"}})
	path := s.want(303, sent).Header.Get("Location")
	if !strings.HasPrefix(path, shelf+"/contacts/") {
		t.Fatal(path)
	}
	page := s.want(200, s.ask("GET", path, ""))
	if !strings.Contains(page.text, "<strong>робота</strong>") {
		t.Error("the page does not say which book it is of")
	}
	links := regexp.MustCompile(`(?:href|src|action)="(/[^"]*)"`).FindAllStringSubmatch(page.text, -1)
	for _, found := range links {
		if link := htmlText(found[1]); !strings.HasPrefix(link, shelf+"/") {
			t.Errorf("%s leads out", link)
		}
	}
	s.want(404, s.ask("GET", "/p/contacts/"+strings.TrimPrefix(path, shelf+"/contacts/"), ""))
	if list := s.want(200, s.ask("GET", "/p/contacts", "")); strings.Contains(list.text, "Леся") {
		t.Error("the first book has it, too")
	}
	s.want(200, s.ask("GET", "/p/books/contacts/contacts", ""))
	back := s.want(303, s.send(shelf+"/settings", url.Values{"theme": {"dark"}, "next": {"/contacts?tag=a"}}))
	if to := back.Header.Get("Location"); to != shelf+"/contacts?tag=a" {
		t.Error(to)
	}
	note := s.want(303, s.send(shelf+"/notes", url.Values{"title": {"x"}, "text": {"[[Леся]]"}})).Header.Get("Location")
	if r := s.want(200, s.ask("GET", note, "")); !strings.Contains(r.text, shelf+"/link?name=") {
		t.Error(r.text)
	}
	if r := s.want(404, s.ask("GET", "/p/books/none/contacts", "")); !strings.Contains(r.text, `href="/p/contacts"`) {
		t.Error(r.text)
	}
	if to := s.want(303, s.send(shelf+"/logout", nil)).Header.Get("Location"); to != "/p/login" {
		t.Error(to)
	}
}

// A share is a book as any other, and one for reading alone leads to no change and takes none.
func TestSharedBooks(t *testing.T) {
	s := newSite(t)
	olena, taras := s.as, s.account("taras")
	b := s.addBook(olena, "work")
	book := assistant.Book{Store: s.library.OpenBook(b, olena.Name)}
	c, err := book.AddContact(t.Context(), assistant.ContactInput{Name: new("Марта")})
	if err != nil {
		t.Fatal(err)
	}
	at, api := "/books/work@olena/contacts/"+c.ID, "/api/v1/contacts/"+c.ID+"?book=work@olena"
	s.as = taras
	s.want(404, s.ask("GET", at, ""))
	s.want(404, s.ask("GET", api, ""))
	share := assistant.Share{Book: b.ID, Account: taras.ID, ReadOnly: true}
	if err := s.library.ShareBook(t.Context(), share); err != nil {
		t.Fatal(err)
	}
	if r := s.want(200, s.ask("GET", at, "")); strings.Contains(r.text, "/edit") || strings.Contains(r.text, "/touch") {
		t.Errorf("the page leads to a change: %s", r.text)
	}
	s.want(403, s.send(at, url.Values{"name": {"Інша"}, "version": {"1"}}))
	s.want(403, s.send(at+"/delete", nil))
	tag := s.want(200, s.ask("GET", api, "")).Header.Get("ETag")
	s.want(403, s.ask("PUT", api, `{"name":"Інша"}`, "If-Match", tag))
	s.want(403, s.ask("POST", "/api/v1/contacts?book=work@olena", `{"name":"Інша"}`))
	share.ReadOnly = false
	if err := s.library.ShareBook(t.Context(), share); err != nil {
		t.Fatal(err)
	}
	s.want(200, s.ask("PUT", api, `{"name":"Інша"}`, "If-Match", tag))
	if r := s.want(200, s.ask("GET", at, "")); !strings.Contains(r.text, "Інша") || !strings.Contains(r.text, "/edit") {
		t.Error(r.text)
	}
	if err := s.library.UnshareBook(t.Context(), share); err != nil {
		t.Fatal(err)
	}
	s.want(404, s.ask("GET", at, ""))
	s.want(404, s.ask("GET", api, ""))
}

// ?book= names the book that an operation of the API is about, and what it answers leads to that one.
func TestBooksOverTheAPI(t *testing.T) {
	s := newSite(t)
	s.addBook(s.as, "work")
	r := s.want(200, s.ask("GET", "/api/v1/books", ""))
	for _, part := range []string{`"name":"contacts"`, `"name":"work"`, `"access":"owner"`} {
		if !strings.Contains(r.text, part) {
			t.Errorf("no %s in %s", part, r.text)
		}
	}
	location := s.want(201, s.ask("POST", "/api/v1/contacts?book=work", `{"name":"Марта"}`)).Header.Get("Location")
	if !strings.HasSuffix(location, "?book=work") {
		t.Error(location)
	}
	s.want(200, s.ask("GET", location, ""))
	s.want(404, s.ask("GET", strings.TrimSuffix(location, "?book=work"), ""))
	s.want(404, s.ask("GET", "/api/v1/contacts?book=none", ""))
	s.want(200, s.ask("GET", "/api/v1/contacts?book=contacts", ""))
	note := s.want(201, s.ask("POST", "/api/v1/notes?book=work", `{"title":"x"}`)).Header.Get("Location")
	s.want(200, s.ask("GET", note, ""))
}

// Every book has a calendar of its own, whose address tells nothing of the others.
func TestCalendarOfABook(t *testing.T) {
	s := newSite(t)
	b := s.addBook(s.as, "work")
	book := assistant.Book{Store: s.library.OpenBook(b, s.as.Name)}
	in := assistant.ContactInput{Name: new("Марта"), Birthday: new("1990-05-04")}
	if _, err := book.AddContact(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	paths := make(map[string]string)
	for _, name := range []string{"", "work"} {
		path, err := secret.CalendarPath(t.Context(), s.library, s.as.Account, name, false)
		if err != nil {
			t.Fatal(err)
		}
		paths[name] = path
	}
	s.as = nil
	if r := s.want(200, s.ask("GET", paths["work"], "")); !strings.Contains(r.text, "Марта") {
		t.Error(r.text)
	}
	for _, path := range []string{paths[""], paths[""] + "?book=work"} {
		if r := s.want(200, s.ask("GET", path, "")); strings.Contains(r.text, "Марта") {
			t.Error(r.text)
		}
	}
	if err := s.library.RemoveBook(t.Context(), b, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.want(404, s.ask("GET", paths["work"], ""))
}
