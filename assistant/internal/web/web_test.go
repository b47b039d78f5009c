package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/web"
	"github.com/pythonweb/goweb/assistant/internal/web/webtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a server with an empty book.
type site struct {
	*testing.T
	url    string
	client *http.Client

	server  *webtest.Server
	library assistant.Library
	base    string
	as      *visitor // who asks; nil for nobody
	book    *assistant.Book
}

func newSite(t *testing.T, change ...func(*web.Options)) *site {
	t.Helper()
	return siteOn(t, backendtest.Open(t, "sqlite::memory:"), "olena", change...)
}

// siteOn is a server on a store, with an account when name is not "".
func siteOn(t *testing.T, library backend.Store, name string, change ...func(*web.Options)) *site {
	t.Helper()
	s := &site{T: t, library: library}
	base := func(o *web.Options) {
		if o.Base != nil {
			s.base = strings.TrimRight(o.Base.EscapedPath(), "/")
		}
	}
	s.server = webtest.Serve(t, library, append(change, base)...)
	s.url, s.client = s.server.URL, s.server.Client
	if name != "" {
		s.as = s.account(name)
		s.book = s.as.book
	}
	return s
}

// A visitor is an account, and by what it comes in.
type visitor struct {
	assistant.Account
	password, app string
	cookie        string
	book          *assistant.Book
}

// account makes an account that has logged in and has an app password.
func (s *site) account(name string) *visitor {
	s.Helper()
	a := webtest.AddAccount(s, s.library, name, "test")
	v := &visitor{Account: a.Account, password: a.Password, app: a.App, book: a.Book}
	was := s.as
	s.as = nil
	r := s.want(303, s.send(s.base+"/login", url.Values{"name": {name}, "password": {v.password}}))
	v.cookie, _, _ = strings.Cut(r.Header.Get("Set-Cookie"), ";")
	s.as = was
	return v
}

// reply is an answer that has been read.
type reply struct {
	*http.Response
	text string
}

// ask sends a request; header has names and values in turn.
func (s *site) ask(method, path, body string, header ...string) reply {
	s.Helper()
	r := s.server.Ask(method, path, body, func(request *http.Request) {
		if strings.HasPrefix(body, "{") {
			request.Header.Set("Content-Type", "application/json")
		}
		switch {
		case s.as == nil:
		case strings.HasPrefix(path, s.base+"/api"):
			request.SetBasicAuth(s.as.Name, s.as.app)
		default:
			request.Header.Set("Cookie", s.as.cookie)
		}
	}, header...)
	return reply{r.Response, r.Text}
}

// want fails when the status is another one.
func (s *site) want(status int, r reply) reply {
	s.Helper()
	s.server.Want(status, webtest.Reply{Response: r.Response, Text: r.text})
	return r
}

// object reads a JSON object.
func (s *site) object(r reply) map[string]any {
	s.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(r.text), &object); err != nil {
		s.Fatalf("%v: %s", err, r.text)
	}
	return object
}

func TestHealth(t *testing.T) {
	s := newSite(t)
	s.want(200, s.ask("GET", "/healthz", ""))
	s.want(200, s.ask("GET", "/readyz", ""))
	if err := s.library.(assistant.Store).Close(); err != nil {
		t.Fatal(err)
	}
	s.want(200, s.ask("GET", "/healthz", ""))
	s.want(503, s.ask("GET", "/readyz", ""))
	// What a database says of itself is not for whoever asks.
	r := s.want(500, s.ask("GET", "/api/v1/contacts", ""))
	if strings.Contains(r.text, "sql") {
		t.Error(r.text)
	}
}

func TestBaseURLWithAPath(t *testing.T) {
	base, err := url.Parse("https://example.com/book/")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(o *web.Options) { o.Base = base })
	s.want(200, s.ask("GET", "/healthz", ""))
	s.want(200, s.ask("GET", "/book/healthz", ""))
	r := s.want(201, s.ask("POST", "/book/api/v1/contacts", `{"name":"Леся"}`))
	s.want(200, s.ask("GET", r.Header.Get("Location"), ""))
	s.want(404, s.ask("GET", "/api/v1/contacts", ""))
	document := s.object(s.ask("GET", "/book/api/v1/openapi.json", ""))
	if got := document["servers"].([]any)[0].(map[string]any)["url"]; got != "/book/api/v1" {
		t.Error(got)
	}
}

// A path with letters that addresses escape is one as any other, however a client escapes it.
func TestBaseURLWithEscapedCharacters(t *testing.T) {
	base, err := url.Parse("https://example.com/моя книга/100%25/")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(o *web.Options) { o.Base = base })
	lower := strings.ToLower(s.base)
	for _, path := range []string{s.base, lower} {
		s.want(200, s.ask("GET", path+"/healthz", ""))
		s.want(200, s.ask("GET", path+"/contacts", "", "Cookie", s.as.cookie))
	}
	s.want(404, s.ask("GET", "/contacts", ""))
	s.want(404, s.ask("GET", "/%D0%BC%D0%BE%D1%8F/100%25/contacts", ""))
	c := s.want(303, s.send(s.base+"/contacts", url.Values{"name": {"Леся"}}))
	if to := c.Header.Get("Location"); !strings.HasPrefix(to, s.base+"/contacts/") {
		t.Fatal(to)
	}
	page := s.want(200, s.ask("GET", c.Header.Get("Location"), ""))
	for _, found := range regexp.MustCompile(`(?:href|src)="(/[^"]*)"`).FindAllStringSubmatch(page.text, -1) {
		if link := htmlText(found[1]); !strings.HasPrefix(link, s.base+"/") {
			t.Errorf("%s leads out", link)
		} else {
			s.want(200, s.ask("GET", link, ""))
		}
	}
	tagged := s.want(303, s.ask("POST", s.base+"/settings", "theme=dark&next=/contacts", "Content-Type",
		"application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"))
	if to, cookie := tagged.Header.Get("Location"), tagged.Header.Get("Set-Cookie"); to != s.base+"/contacts" ||
		!strings.Contains(cookie, "Path="+s.base+"/;") {
		t.Error(to, cookie)
	}
	made := s.want(201, s.ask("POST", s.base+"/api/v1/contacts", `{"name":"Марта"}`))
	s.want(200, s.ask("GET", made.Header.Get("Location"), ""))
	s.as = nil
	to := s.want(303, s.ask("GET", s.base+"/notes?tag=%D0%B4", "")).Header.Get("Location")
	if to != s.base+"/login?next=%2Fnotes%3Ftag%3D%25D0%25B4" {
		t.Error(to)
	}
}

func TestSecurityHeaders(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/healthz", "/api/v1/docs", "/nothing", "/api/v1/contacts/none"} {
		h := s.ask("GET", path, "").Header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: %q lacks %s", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
}
