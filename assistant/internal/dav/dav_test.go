package dav_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/web"
	"github.com/pythonweb/goweb/assistant/internal/web/webtest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a server with two accounts, of which olena asks.
type site struct {
	*testing.T
	url, app string
	user     string
	server   *webtest.Server
	library  backend.Store
	book     *assistant.Book // of olena
}

const booksPath = "/dav/books/olena/contacts/"

func newSite(t *testing.T, dsn string, change ...func(*web.Options)) *site {
	t.Helper()
	s := &site{T: t, library: backendtest.Open(t, dsn), user: "olena"}
	olena := webtest.AddAccount(t, s.library, "olena", "phone")
	s.app, s.book = olena.App, olena.Book
	taras := webtest.AddAccount(t, s.library, "taras", "other")
	same := assistant.AppPassword{Account: taras.ID, Label: "phone", Hash: webtest.Hash(s.app), Created: time.Now().UTC()}
	if err := s.library.AddAppPassword(t.Context(), same); err != nil {
		t.Fatal(err)
	}
	s.server = webtest.Serve(t, s.library, change...)
	s.url = s.server.URL
	return s
}

func memory(t *testing.T) *site { return newSite(t, "sqlite::memory:") }

// as is the same server as another one sees it.
func (s *site) as(user string) *site {
	other := *s
	other.user = user
	return &other
}

type reply struct {
	*http.Response
	text string
}

// ask sends a request; header has names and values in turn.
func (s *site) ask(method, path, body string, header ...string) reply {
	s.Helper()
	r := s.server.Ask(method, path, body, func(r *http.Request) { r.SetBasicAuth(s.user, s.app) }, header...)
	return reply{r.Response, r.Text}
}

// want fails when the status is another one.
func (s *site) want(status int, r reply) reply {
	s.Helper()
	s.server.Want(status, webtest.Reply{Response: r.Response, Text: r.text})
	return r
}

func cardOf(uid, name string, lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + name + "\r\nN:" + name + ";;;;\r\n" +
		strings.Join(append(lines, ""), "\r\n") + "END:VCARD\r\n"
}

// The bytes that a client has put come back, and an edit elsewhere changes the lines that it is about, and no other.
func TestBytesComeBack(t *testing.T) {
	s := memory(t)
	card := "BEGIN:VCARD\nVERSION:3.0\nUID:a-1\nitem1.X-ABLabel:дача\nFN;CHARSET=UTF-8:Олена\nn:Коваль;Олена;;;\n" +
		"item1.TEL;type=pref:0671234\n 567\nX-Own;x=\"a:b\":1\\,2\nEND:VCARD\n"
	path := booksPath + "%D0%9E%D0%BB%D0%B5%D0%BD%D0%B0%20%26%231.vcf"
	put := s.want(201, s.ask("PUT", path, card, "Content-Type", "text/vcard", "If-None-Match", "*"))
	got := s.want(200, s.ask("GET", path, ""))
	if diff := cmp.Diff(card, got.text); diff != "" || got.Header.Get("ETag") != put.Header.Get("ETag") ||
		put.Header.Get("ETag") == "" {
		t.Errorf("%s %v %v", diff, got.Header, put.Header)
	}
	s.want(304, s.ask("GET", path, "", "If-None-Match", put.Header.Get("ETag")))
	head := s.want(200, s.ask("HEAD", path, ""))
	if head.Header.Get("Content-Length") != fmt.Sprint(len(card)) {
		t.Error(head.Header)
	}
	note := "нотатка"
	if _, _, err := s.book.EditContact(t.Context(), "Олена", 0, assistant.ContactInput{Note: &note}); err != nil {
		t.Fatal(err)
	}
	got = s.want(200, s.ask("GET", path, "", "If-None-Match", put.Header.Get("ETag")))
	want := strings.Replace(card, "END:VCARD\n", "NOTE:нотатка\r\nEND:VCARD\n", 1)
	if diff := cmp.Diff(want, got.text); diff != "" {
		t.Error(diff)
	}
	s.want(412, s.ask("PUT", path, card, "If-Match", put.Header.Get("ETag")))
	s.want(412, s.ask("PUT", path, card, "If-None-Match", "*"))
	s.want(412, s.ask("DELETE", path, "", "If-Match", put.Header.Get("ETag")))
	s.want(204, s.ask("PUT", path, card, "If-Match", got.Header.Get("ETag")))
	s.want(204, s.ask("DELETE", path, ""))
	s.want(404, s.ask("GET", path, ""))
	again := s.want(201, s.ask("PUT", path, card))
	if again.Header.Get("ETag") == put.Header.Get("ETag") {
		t.Error("an ETag comes again")
	}
	c, err := s.book.ContactNamed(t.Context(), "Олена")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := s.book.Store.History(t.Context(), assistant.KindContact, c.ID)
	if err != nil || len(changes) != 4 || changes[0].Via != assistant.ViaCardDAV || changes[0].Label != "phone" ||
		changes[2].Label != "" {
		t.Error(changes, err)
	}
}

// What is no card is refused with the reason, and nothing is stored.
func TestHostileBodies(t *testing.T) {
	s := memory(t)
	good := cardOf("u", "Хтось")
	for name, test := range map[string]struct {
		body   string
		status int
		part   string
	}{
		"two cards":      {good + cardOf("v", "Інший"), 403, "valid-address-data"},
		"cut off":        {good[:len(good)-12], 403, "valid-address-data"},
		"a calendar":     {"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", 403, "valid-address-data"},
		"nothing":        {"", 403, "valid-address-data"},
		"no UID":         {strings.Replace(good, "UID:u\r\n", "", 1), 403, "no UID"},
		"no version":     {strings.Replace(good, "VERSION:3.0\r\n", "", 1), 403, "version"},
		"version 2.1":    {strings.Replace(good, "3.0", "2.1", 1), 415, "supported-address-data"},
		"not UTF-8":      {strings.Replace(good, "Хтось", "\xd5", 1), 403, "UTF-8"},
		"no name at all": {"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u\r\nEND:VCARD\r\n", 403, "name"},
		"too large":      {good[:20] + strings.Repeat("X-A:1\r\n", 1<<20) + good[20:], 413, "max-resource-size"},
	} {
		r := s.want(test.status, s.ask("PUT", booksPath+"x.vcf", test.body, "Content-Type", "text/vcard"))
		if !strings.Contains(r.text, test.part) {
			t.Errorf("%s: %s", name, r.text)
		}
	}
	s.want(415, s.ask("PUT", booksPath+"x.vcf", good, "Content-Type", "text/calendar"))
	s.want(405, s.ask("PUT", booksPath+"x.vcf/", good))
	for name, body := range map[string]string{
		"entities": `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d:propfind xmlns:d="DAV:"><d:prop>&b;</d:prop>` +
			`</d:propfind>`,
		"deep":    strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000),
		"cut off": `<d:propfind xmlns:d="DAV:"><d:prop>`,
		"no XML":  "hello",
		"another": `<d:mkcol xmlns:d="DAV:"/>`,
	} {
		if r := s.ask("PROPFIND", booksPath, body, "Depth", "0"); r.StatusCode != 400 {
			t.Errorf("%s: status %d: %s", name, r.StatusCode, r.text)
		}
	}
	page, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{})
	if err != nil || len(page.Contacts) > 0 {
		t.Error(page, err)
	}
}

// Another account's book is not there, and without a password there is nothing.
func TestForeignBooks(t *testing.T) {
	s := memory(t)
	for _, method := range []string{"GET", "PUT", "DELETE", "PROPFIND", "REPORT", "MKCOL", "MOVE"} {
		for _, path := range []string{
			"/dav/books/taras/contacts/x.vcf", "/dav/books/taras/contacts/", "/dav/principals/taras/",
			"/dav/books/%74aras/contacts/", "/dav/books/olena/..%2ftaras/contacts/x.vcf", "/dav/books/olena/other/x.vcf",
		} {
			if r := s.ask(method, path, cardOf("u", "Хтось"), "Depth", "0"); r.StatusCode < 300 || r.StatusCode >= 500 {
				t.Errorf("%s %s: status %d", method, path, r.StatusCode)
			}
		}
	}
	s.app = "guess"
	if r := s.want(401, s.ask("PROPFIND", booksPath, "")); !strings.Contains(r.Header.Get("WWW-Authenticate"), "Basic") {
		t.Error(r.Header)
	}
}

var hrefs = regexp.MustCompile(`<d:href>([^<]*)</d:href>`)

// A client that knows the address of the server alone finds the book, step by step, as DAVx5 and Apple do.
func TestDiscovery(t *testing.T) {
	base, err := url.Parse("https://example.com/my-book/")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, "sqlite::memory:", func(o *web.Options) { o.Base = base })
	r := s.want(301, s.ask("PROPFIND", "/.well-known/carddav", ""))
	at := r.Header.Get("Location")
	for _, step := range []struct{ ask, answer string }{
		{`<d:current-user-principal/>`, "current-user-principal"},
		{`<card:addressbook-home-set xmlns:card="urn:ietf:params:xml:ns:carddav"/>`, "addressbook-home-set"},
	} {
		r = s.want(207, s.ask("PROPFIND", at, `<d:propfind xmlns:d="DAV:"><d:prop>`+step.ask+`</d:prop></d:propfind>`,
			"Depth", "0"))
		_, rest, found := strings.Cut(r.text, step.answer+">")
		if !found {
			t.Fatal(r.text)
		}
		at = hrefs.FindStringSubmatch(rest)[1]
	}
	r = s.want(207, s.ask("PROPFIND", at, "", "Depth", "1"))
	if !strings.Contains(r.text, "<d:href>/my-book/dav/books/olena/contacts/</d:href>") || !strings.Contains(r.text,
		"<card:addressbook/>") {
		t.Error(r.text)
	}
	s.want(201, s.ask("PUT", at+"contacts/x.vcf", cardOf("u", "Хтось")))
	r = s.want(207, s.ask("PROPFIND", at+"contacts/", "", "Depth", "1"))
	if !strings.Contains(r.text, "<d:href>/my-book/dav/books/olena/contacts/x.vcf</d:href>") ||
		!strings.Contains(r.text, "<d:getetag>") {
		t.Error(r.text)
	}
	s.want(403, s.ask("PROPFIND", at, "", "Depth", "infinity"))
	if r := s.want(200, s.ask("OPTIONS", at, "")); r.Header.Get("DAV") != "1, 3, addressbook, extended-mkcol" {
		t.Error(r.Header)
	}
}

var syncToken = regexp.MustCompile(`<d:sync-token>([^<]*)</d:sync-token>`)

// changes asks for what has changed since a token; limit is an element or "".
func (s *site) changes(token, limit string) (names []string, r reply, next string) {
	s.Helper()
	r = s.want(207, s.ask("REPORT", booksPath, `<?xml version="1.0"?><sync-collection xmlns="DAV:"><sync-token>`+token+
		`</sync-token><sync-level>1</sync-level>`+limit+`<prop><getetag/></prop></sync-collection>`))
	for _, match := range hrefs.FindAllStringSubmatch(r.text, -1) {
		names = append(names, strings.TrimPrefix(match[1], booksPath))
	}
	return names, r, syncToken.FindStringSubmatch(r.text)[1]
}

func TestSyncCollection(t *testing.T) {
	s := memory(t)
	for _, name := range []string{"a", "b", "c"} {
		s.want(201, s.ask("PUT", booksPath+name+".vcf", cardOf(name, name)))
	}
	names, _, token := s.changes("", "")
	if diff := cmp.Diff([]string{"a.vcf", "b.vcf", "c.vcf"}, names); diff != "" {
		t.Error(diff)
	}
	names, r, first := s.changes("", "<limit><nresults>2</nresults></limit>")
	if diff := cmp.Diff([]string{"a.vcf", "b.vcf", ""}, names); diff != "" || !strings.Contains(r.text,
		"507 Insufficient Storage") {
		t.Error(diff, r.text)
	}
	if names, _, _ = s.changes(first, ""); !cmp.Equal(names, []string{"c.vcf"}) {
		t.Error(names)
	}
	s.want(204, s.ask("DELETE", booksPath+"b.vcf", ""))
	s.want(201, s.ask("MOVE", booksPath+"a.vcf", "", "Destination", s.url+booksPath+"z.vcf"))
	names, r, next := s.changes(token, "")
	if diff := cmp.Diff([]string{"b.vcf", "a.vcf", "z.vcf"}, names); diff != "" || strings.Count(r.text,
		"404 Not Found") != 2 {
		t.Error(diff, r.text)
	}
	if names, _, same := s.changes(next, ""); len(names) > 0 || same != next {
		t.Error(names, same, next)
	}
	for _, wrong := range []string{"x", "data:,x", next + "1", strings.Replace(next, "_", "x_", 1)} {
		r := s.ask("REPORT", booksPath, `<sync-collection xmlns="DAV:"><sync-token>`+wrong+`</sync-token><sync-level>`+
			`1</sync-level></sync-collection>`)
		if r.StatusCode != 403 || !strings.Contains(r.text, "valid-sync-token") {
			t.Errorf("token %q: %d %s", wrong, r.StatusCode, r.text)
		}
	}
}

func TestUIDs(t *testing.T) {
	s := memory(t)
	s.want(201, s.ask("PUT", booksPath+"a.vcf", cardOf("a", "Олена")))
	r := s.want(409, s.ask("PUT", booksPath+"b.vcf", cardOf("a", "Олена")))
	if !strings.Contains(r.text, "<card:no-uid-conflict><d:href>"+booksPath+"a.vcf</d:href>") {
		t.Error(r.text)
	}
	s.want(409, s.ask("PUT", booksPath+"a.vcf", cardOf("other", "Олена")))
	s.want(409, s.ask("COPY", booksPath+"a.vcf", "", "Destination", booksPath+"b.vcf"))
	s.want(201, s.ask("PUT", booksPath+"b.vcf", cardOf("b", "Тарас")))
	s.want(412, s.ask("MOVE", booksPath+"a.vcf", "", "Destination", booksPath+"b.vcf", "Overwrite", "F"))
	r = s.want(409, s.ask("MOVE", booksPath+"a.vcf", "", "Destination", booksPath+"b.vcf"))
	if !strings.Contains(r.text, "<card:no-uid-conflict><d:href>"+booksPath+"b.vcf</d:href>") {
		t.Error(r.text)
	}
	if r := s.want(200, s.ask("GET", booksPath+"b.vcf", "")); r.text != cardOf("b", "Тарас") {
		t.Error(r.text)
	}
	s.want(200, s.ask("GET", booksPath+"a.vcf", ""))
}

// Of sixteen writers for one card, or for one new name, exactly one wins.
func TestOneWriterWins(t *testing.T) {
	oneWriterWins(t, newSite(t, "sqlite:"+t.TempDir()+"/book.db"))
}

// So it is in PostgreSQL.
func TestOneWriterWinsOnPostgres(t *testing.T) {
	oneWriterWins(t, newSite(t, storagetest.Postgres(t).Database(t)))
}

// So it is in MongoDB, where the server can write on a condition.
func TestOneWriterWinsOnMongoDB(t *testing.T) {
	server := storagetest.Mongo(t)
	server.NeedConditionalWrites(t)
	oneWriterWins(t, newSite(t, server.MongoDatabase(t)))
}

func oneWriterWins(t *testing.T, s *site) {
	t.Helper()
	race := func(name string, want int, header ...string) {
		t.Helper()
		var group sync.WaitGroup
		statuses := make([]int, 16)
		for i := range statuses {
			group.Go(func() {
				statuses[i] = s.ask("PUT", booksPath+"one.vcf", cardOf("one", fmt.Sprint(name, i)), header...).StatusCode
			})
		}
		group.Wait()
		won := 0
		for _, status := range statuses {
			switch status {
			case want:
				won++
			case 412:
			default:
				t.Errorf("status %d", status)
			}
		}
		if won != 1 {
			t.Errorf("%v: %d winners: %v", header, won, statuses)
		}
	}
	race("Новий ", 201, "If-None-Match", "*")
	race("Змінений ", 204, "If-Match", s.ask("GET", booksPath+"one.vcf", "").Header.Get("ETag"))
}
