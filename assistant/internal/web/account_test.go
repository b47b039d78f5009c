package web_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web"
)

// Nobody sees anything, and is led to the login and from there back.
func TestNobodyIsLetIn(t *testing.T) {
	s := newSite(t)
	olena := s.as
	s.as = nil
	r := s.want(303, s.ask("GET", "/contacts?tag=x", ""))
	if to := r.Header.Get("Location"); to != "/login?next=%2Fcontacts%3Ftag%3Dx" {
		t.Error(to)
	}
	s.want(200, s.ask("GET", "/login?next=/contacts", ""))
	s.want(303, s.send("/contacts", url.Values{"name": {"x"}}))
	for _, password := range []string{"", "wrong", olena.password} { // the account's own password is for people
		header := []string{"Authorization", ""}
		if password != "" {
			header[1] = basic("olena", password)
		}
		r := s.want(401, s.ask("GET", "/api/v1/contacts", "", header...))
		if !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Basic") ||
			r.Header.Get("Content-Type") != "application/problem+json" {
			t.Error(r.Header)
		}
	}
	s.want(200, s.ask("GET", "/api/v1/openapi.json", ""))
	s.want(200, s.ask("GET", "/api/v1/docs", ""))
	s.want(401, s.send("/login", url.Values{"name": {"olena"}, "password": {olena.app}}))
	r = s.want(
		303,
		s.send("/login", url.Values{"name": {"olena"}, "password": {olena.password}, "next": {"https://evil.example/"}}),
	)
	cookie := r.Header.Get("Set-Cookie")
	if r.Header.Get("Location") != "/" || !strings.Contains(cookie, "HttpOnly") ||
		!strings.Contains(cookie, "SameSite=Lax") {
		t.Error(r.Header)
	}
	s.as = olena
	if list, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{}); err != nil ||
		len(list.Contacts) > 0 {
		t.Error(list, err)
	}
}

func basic(name, password string) string {
	r := fmt.Sprintf("%s:%s", name, password)
	return "Basic " + base64Of(r)
}

// A session has another token after the login than before, and none after the logout.
func TestSessions(t *testing.T) {
	s := newSite(t)
	olena := *s.as
	s.as = nil
	r := s.want(
		303,
		s.send(
			"/login",
			url.Values{"name": {"olena"}, "password": {olena.password}},
			"Cookie",
			"assistant=chosen-by-somebody-else",
		),
	)
	if cookie := r.Header.Get("Set-Cookie"); strings.Contains(cookie, "chosen-by-somebody-else") ||
		!strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Error(cookie)
	}
	again := s.want(
		303,
		s.send("/login", url.Values{"name": {"olena"}, "password": {olena.password}}, "Cookie", olena.cookie),
	)
	second, _, _ := strings.Cut(again.Header.Get("Set-Cookie"), ";")
	if second == olena.cookie || second == "" {
		t.Error("the token stays")
	}
	s.want(303, s.ask("GET", "/", "", "Cookie", olena.cookie)) // the former token is gone
	s.want(200, s.ask("GET", "/", "", "Cookie", second))
	s.want(404, s.ask("GET", "/logout", "", "Cookie", second)) // a link logs nobody out
	s.endOneSession(&olena, second)
	s.want(303, s.send("/logout", nil, "Cookie", second))
	s.want(303, s.ask("GET", "/", "", "Cookie", second))
}

// endOneSession ends the other of two sessions, and none of somebody else.
func (s *site) endOneSession(v *visitor, cookie string) {
	s.Helper()
	in := s.want(303, s.send("/login", url.Values{"name": {v.Name}, "password": {v.password}}))
	other, _, _ := strings.Cut(in.Header.Get("Set-Cookie"), ";")
	page := s.want(200, s.ask("GET", "/access", "", "Cookie", cookie)).text
	tokens := regexp.MustCompile(`name="session" value="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(tokens) < 2 {
		s.Fatal(page)
	}
	taras := s.account("taras")
	for _, token := range tokens {
		s.want(303, s.send("/access/sessions", url.Values{"session": {htmlText(token[1])}}, "Cookie", taras.cookie))
	}
	s.want(200, s.ask("GET", "/", "", "Cookie", other))
	// The one that was made last expires last.
	s.want(303, s.send("/access/sessions", url.Values{"session": {htmlText(tokens[0][1])}}, "Cookie", cookie))
	s.want(303, s.ask("GET", "/", "", "Cookie", other))
	s.want(200, s.ask("GET", "/", "", "Cookie", cookie))
}

// Each account sees only its own, whatever the address.
func TestForeignIDs(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Олени"})
	n, err := s.book.CreateNote(t.Context(), &assistant.Note{Title: "Олени"})
	if err != nil {
		t.Fatal(err)
	}
	s.as = s.account("taras")
	for _, path := range []string{"/contacts/" + c.ID, "/notes/" + n.ID} {
		for _, tail := range []string{"", "/edit", "/delete", "/photo", "/qr.png", "/card"} {
			s.want(404, s.ask("GET", path+tail, ""))
		}
		for _, tail := range []string{"", "/delete", "/touch", "/done"} {
			s.want(404, s.send(path+tail, url.Values{"name": {"x"}, "title": {"x"}}))
		}
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			body := ""
			if method == "PUT" {
				body = `{"name":"x","title":"x"}`
			}
			s.want(404, s.ask(method, "/api/v1"+path, body))
		}
	}
	s.want(303, s.send("/contacts/selection", url.Values{"id": {c.ID}, "action": {"delete"}, "sure": {"yes"}}))
	for _, path := range []string{
		"/contacts", "/notes", "/search?q=" + url.QueryEscape("Олени"), "/export.json",
		"/api/v1/contacts", "/api/v1/search?q=" + url.QueryEscape("Олени"),
	} {
		r := s.want(200, s.ask("GET", path, ""))
		if strings.Contains(r.text, c.ID) || strings.Contains(r.text, n.ID) {
			t.Errorf("%s shows what is somebody else's", path)
		}
	}
	s.stored(c.ID)
}

// Guessed passwords get 429, for the name and for the address; the owner comes in again by an app password that is
// remembered, and by the password after the window.
func TestGuessing(t *testing.T) {
	s := newSite(t)
	s.want(200, s.ask("GET", "/api/v1/contacts", ""))
	codes := map[int]int{}
	for i := range 12 {
		codes[s.send("/login", url.Values{"name": {"olena"}, "password": {fmt.Sprint("guess", i)}}).StatusCode]++
	}
	if codes[401] != 10 || codes[429] != 2 {
		t.Error(codes)
	}
	s.want(429, s.send("/login", url.Values{"name": {"olena"}, "password": {s.as.password}}))
	r := s.want(429, s.ask("GET", "/api/v1/contacts", "", "Authorization", basic("olena", "guess")))
	if r.Header.Get("Retry-After") == "" || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Error(r.Header)
	}
	s.want(200, s.ask("GET", "/api/v1/contacts", ""))
	s.want(200, s.ask("GET", "/", ""))
}

// Guesses that come all at once are counted like those that come one after the other: at most one more for each place
// of those that are checked at the same time.
func TestGuessingAtOnce(t *testing.T) {
	s := newSite(t)
	var mu sync.Mutex
	codes := map[int]int{}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			code := s.ask("GET", "/api/v1/contacts", "", "Authorization", basic("olena", fmt.Sprint("guess", i))).StatusCode
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
		})
	}
	all.Wait()
	if codes[401] < 10 || codes[401] > 11 || codes[401]+codes[429] != 40 {
		t.Error(codes)
	}
}

func TestAppPasswords(t *testing.T) {
	s := newSite(t)
	r := s.want(200, s.send("/access", url.Values{"name": {"phone"}}))
	_, rest, _ := strings.Cut(r.text, "<strong><code>")
	password, _, _ := strings.Cut(rest, "</code>")
	s.want(200, s.ask("GET", "/api/v1/contacts", "", "Authorization", basic("olena", password)))
	s.want(409, s.send("/access", url.Values{"name": {"phone"}}))
	s.want(422, s.send("/access", url.Values{"name": {" "}}))
	s.want(303, s.send("/access/revoke", url.Values{"name": {"phone"}}))
	s.want(401, s.ask("GET", "/api/v1/contacts", "", "Authorization", basic("olena", password)))
	s.want(303, s.send("/access/sessions", nil))
	s.want(303, s.ask("GET", "/", ""))
}

// The header of a proxy counts only from a trusted one.
func TestAuthHeader(t *testing.T) {
	for trusted, status := range map[string]int{"127.0.0.0/8": 200, "10.0.0.0/8": 303} {
		s := newSite(t, func(o *web.Options) {
			o.Header, o.Trusted = "Remote-User", []netip.Prefix{netip.MustParsePrefix(trusted)}
		})
		s.as = nil
		s.want(status, s.ask("GET", "/contacts", "", "Remote-User", "olena"))
		s.want(303, s.ask("GET", "/contacts", "", "Remote-User", "nobody"))
		s.want(303, s.ask("GET", "/contacts", ""))
	}
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
