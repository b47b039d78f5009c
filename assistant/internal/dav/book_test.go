package dav_test

import (
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/storagetest"
)

const homePath = "/dav/books/olena/"

// mkcol is the body of an extended MKCOL.
func mkcol(props string) string {
	return `<d:mkcol xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>` + props +
		`</d:prop></d:set></d:mkcol>`
}

const bookType = "<d:resourcetype><d:collection/><card:addressbook/></d:resourcetype>"

func (s *site) account(name string) assistant.Account {
	s.Helper()
	a, err := s.library.AccountNamed(s.Context(), name)
	if err != nil {
		s.Fatal(err)
	}
	return a
}

// Clients make address books, with a slash at the end and without, name them, and remove them.
func TestMakeBooks(t *testing.T) {
	s := memory(t)
	xml := []string{"Content-Type", "application/xml; charset=utf-8"}
	s.want(201, s.ask("MKCOL", homePath+"work/", mkcol(bookType+"<d:displayname>Робота &amp; Ко</d:displayname>"+
		"<card:addressbook-description>про все</card:addressbook-description>"), xml...))
	s.want(201, s.ask("MKCOL", homePath+"%D0%B4%D1%96%D0%BC", ""))
	for path, status := range map[string]int{
		"contacts/": 405, "work": 405, "WORK/": 405, "": 405, "none/deeper/": 409, "contacts/a/b/": 409, "contacts/a": 403,
		"a@b": 403, "%20a": 403,
	} {
		if r := s.ask("MKCOL", homePath+path, ""); r.StatusCode != status {
			t.Errorf("MKCOL %s: %d, not %d: %s", path, r.StatusCode, status, r.text)
		}
	}
	s.want(415, s.ask("MKCOL", homePath+"x/", "plain", "Content-Type", "text/plain"))
	s.want(415, s.ask("MKCOL", homePath+"x/", `<d:propfind xmlns:d="DAV:"/>`, xml...))
	plain := mkcol("<d:resourcetype><d:collection/></d:resourcetype>")
	refused := s.want(403, s.ask("MKCOL", homePath+"x/", plain, xml...))
	has(t, refused.text, "<d:mkcol-response", "<d:valid-resourcetype/>")
	protected := mkcol(bookType + "<d:displayname>X</d:displayname><d:getetag>1</d:getetag>")
	refused = s.want(403, s.ask("MKCOL", homePath+"x/", protected, xml...))
	has(t, refused.text, "403 Forbidden", "424 Failed Dependency")
	s.want(404, s.ask("PROPFIND", homePath+"x/", "", "Depth", "0"))

	list := s.want(207, s.ask("PROPFIND", homePath, `<d:propfind xmlns:d="DAV:"><d:prop><d:displayname/><d:resourcetype/>`+
		`<x:addressbook-description xmlns:x="urn:ietf:params:xml:ns:carddav"/></d:prop></d:propfind>`, "Depth", "1")).text
	has(t, list, homePath+"contacts/<", homePath+"work/<", homePath+"%D0%B4%D1%96%D0%BC/<",
		"Робота &amp; Ко", ">про все<", "<d:displayname>olena</d:displayname>", "<d:displayname>дім</d:displayname>")

	s.want(201, s.ask("PUT", homePath+"work/a.vcf", cardOf("u-1", "Олена")))
	s.want(201, s.ask("PUT", homePath+"contacts/a.vcf", cardOf("u-1", "Інша")))
	if r := s.ask("GET", homePath+"work/a.vcf", ""); !strings.Contains(r.text, "FN:Олена") {
		t.Errorf("in the other book: %s", r.text)
	}
	s.want(409, s.ask("PUT", homePath+"none/a.vcf", cardOf("u-1", "Олена")))
	s.want(403, s.ask("DELETE", homePath+"contacts/", ""))
	s.want(403, s.ask("DELETE", homePath, ""))
	s.want(204, s.ask("DELETE", homePath+"work", ""))
	s.want(404, s.ask("DELETE", homePath+"work/", ""))
	s.want(404, s.ask("GET", homePath+"work/a.vcf", ""))
	if err := s.library.RestoreBook(t.Context(), s.account("olena").ID, "work"); err != nil {
		t.Fatal(err)
	}
	s.want(200, s.ask("GET", homePath+"work/a.vcf", ""))
}

// PROPPATCH changes the title and the description of a book, all or nothing, and says of each property what became of
// it.
func TestDescribeBooks(t *testing.T) {
	s := memory(t)
	patch := func(path, what string) string {
		t.Helper()
		return s.want(207, s.ask("PROPPATCH", path, `<d:propertyupdate xmlns:d="DAV:" `+
			`xmlns:card="urn:ietf:params:xml:ns:carddav">`+what+`</d:propertyupdate>`)).text
	}
	title := func() string {
		t.Helper()
		list, err := s.library.Books(t.Context(), s.account("olena").ID)
		if err != nil {
			t.Fatal(err)
		}
		return list[0].Title + "|" + list[0].Description
	}
	set := "<d:set><d:prop><d:displayname>Мої</d:displayname>" +
		"<card:addressbook-description>усі</card:addressbook-description></d:prop></d:set>"
	answer := patch(booksPath, set)
	has(t, answer, "<d:prop><d:displayname/><card:addressbook-description/></d:prop><d:status>HTTP/1.1 200 OK")
	if strings.Contains(answer, "403") || title() != "Мої|усі" {
		t.Errorf("%s: %s", title(), answer)
	}
	has(t, s.ask("PROPFIND", booksPath, "", "Depth", "0").text, "<d:displayname>Мої</d:displayname>")
	answer = patch(booksPath, "<d:set><d:prop><d:displayname>X</d:displayname><d:getetag>1</d:getetag></d:prop></d:set>")
	has(t, answer, "<d:prop><d:getetag/></d:prop><d:status>HTTP/1.1 403 Forbidden",
		"<d:prop><d:displayname/></d:prop><d:status>HTTP/1.1 424 Failed Dependency")
	patch(booksPath, "<d:remove><d:prop><card:addressbook-description/></d:prop></d:remove>")
	if title() != "Мої|" {
		t.Errorf("after a removal: %s", title())
	}
	has(t, patch(homePath, set), "403 Forbidden")
	s.want(403, s.ask("PROPPATCH", booksPath, `<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>`+
		strings.Repeat("x", 1001)+`</d:displayname></d:prop></d:set></d:propertyupdate>`))
}

// What is shared stands in the home of the other, who may do what the owner has said, until it is taken back.
func TestSharedBooks(t *testing.T) {
	s := memory(t)
	sharedBooks(t, s)
}

// So it is on the other stores.
func TestSharedBooksOnServers(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{
		"PostgreSQL": func(t *testing.T) string { return storagetest.Postgres(t).Database(t) },
		"MongoDB":    func(t *testing.T) string { return storagetest.Mongo(t).MongoDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) { sharedBooks(t, newSite(t, dsn(t))) })
	}
}

func sharedBooks(t *testing.T, s *site) {
	olena, taras := s.account("olena"), s.account("taras")
	work := assistant.AddressBook{Account: olena.ID, Name: "work", Title: "Робота"}
	if err := s.library.AddBook(t.Context(), &work); err != nil {
		t.Fatal(err)
	}
	share := func(book int64, readOnly bool) {
		t.Helper()
		one := assistant.Share{Book: book, Account: taras.ID, ReadOnly: readOnly}
		if err := s.library.ShareBook(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	other, path := s.as("taras"), "/dav/books/taras/work@olena/"
	s.want(201, s.ask("PUT", homePath+"work/a.vcf", cardOf("u-1", "Олена")))
	s.want(201, s.ask("PUT", booksPath+"b.vcf", cardOf("u-2", "Богдан")))
	s.want(404, other.ask("GET", path+"a.vcf", ""))
	s.want(404, other.ask("GET", homePath+"work/a.vcf", ""))
	s.want(404, other.ask("PROPFIND", homePath, "", "Depth", "1"))
	share(work.ID, false)
	share(olena.ID, true)

	ask := `<d:propfind xmlns:d="DAV:"><d:prop><d:displayname/><d:owner/><d:current-user-privilege-set/></d:prop>` +
		`</d:propfind>`
	home := s.want(207, other.ask("PROPFIND", "/dav/books/taras/", ask, "Depth", "1")).text
	responses := strings.Split(home, "<d:response>")
	if len(responses) != 5 {
		t.Fatalf("the home has %d resources: %s", len(responses)-1, home)
	}
	has(t, responses[2], "/dav/books/taras/contacts/", "<d:all/>", "/principals/taras/")
	has(t, responses[3], "/dav/books/taras/contacts@olena/", "<d:displayname>olena<", "<d:privilege><d:read/>",
		"/principals/olena/")
	has(t, responses[4], path, "<d:displayname>Робота (olena)<", "<d:write-content/>", "<d:bind/>", "<d:unbind/>")
	if strings.Contains(responses[3], "write") || strings.Contains(responses[3], "bind") ||
		strings.Contains(responses[4], "<d:all/>") {
		t.Errorf("privileges: %s", home)
	}

	s.want(200, other.ask("GET", path+"a.vcf", ""))
	s.want(204, other.ask("PUT", path+"a.vcf", cardOf("u-1", "Олена Коваль")))
	s.want(201, other.ask("PUT", path+"c.vcf", cardOf("u-3", "Софія")))
	s.want(204, other.ask("DELETE", path+"c.vcf", ""))
	s.want(403, other.ask("DELETE", path, ""))
	has(t, s.want(207, other.ask("PROPPATCH", path, `<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop>`+
		`<d:displayname>X</d:displayname></d:prop></d:set></d:propertyupdate>`)).text, "403 Forbidden")
	readOnly := "/dav/books/taras/contacts@olena/"
	s.want(200, other.ask("GET", readOnly+"b.vcf", ""))
	for _, r := range []reply{
		other.ask("PUT", readOnly+"b.vcf", cardOf("u-2", "Інший")),
		other.ask("PUT", readOnly+"n.vcf", cardOf("u-9", "Новий")),
		other.ask("DELETE", readOnly+"b.vcf", ""), other.ask("DELETE", readOnly, ""),
		other.ask("MOVE", readOnly+"b.vcf", "", "Destination", path+"b.vcf"),
		other.ask("MOVE", readOnly+"b.vcf", "", "Destination", readOnly+"x.vcf"),
		other.ask("COPY", path+"a.vcf", "", "Destination", readOnly+"a.vcf"),
	} {
		s.want(403, r)
		has(t, r.text, "need-privileges")
	}
	s.want(201, other.ask("COPY", readOnly+"b.vcf", "", "Destination", path+"b.vcf"))

	ask = `<d:propfind xmlns:d="DAV:"><d:prop><d:sync-token/></d:prop></d:propfind>`
	token := between(other.ask("PROPFIND", path, ask, "Depth", "0").text, "<d:sync-token>", "</d:sync-token>")
	s.want(204, s.ask("PUT", homePath+"work/a.vcf", cardOf("u-1", "Олена Третя")))
	sync := `<d:sync-collection xmlns:d="DAV:"><d:sync-token>` + token + `</d:sync-token><d:sync-level>1</d:sync-level>` +
		`<d:prop><d:getetag/></d:prop></d:sync-collection>`
	changes := s.want(207, other.ask("REPORT", path, sync)).text
	if strings.Count(changes, "<d:response>") != 1 || !strings.Contains(changes, path+"a.vcf") {
		t.Errorf("changes: %s", changes)
	}
	if err := s.library.UnshareBook(t.Context(), assistant.Share{Book: work.ID, Account: taras.ID}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []reply{
		other.ask("GET", path+"a.vcf", ""), other.ask("PUT", path+"a.vcf", cardOf("u-1", "Пізно")),
		other.ask("REPORT", path, sync), other.ask("PROPFIND", path, "", "Depth", "1"),
	} {
		s.want(404, r)
	}
}

// Cards are copied and moved between books, and lose nothing on the way.
func TestCardsBetweenBooks(t *testing.T) {
	s := memory(t)
	work := homePath + "work/"
	s.want(201, s.ask("MKCOL", work, ""))
	card := cardOf("u-1", "Олена", "X-Own;x=1:так\r\n")
	s.want(201, s.ask("PUT", booksPath+"a.vcf", card))
	list, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{})
	if err != nil || len(list.Contacts) != 1 {
		t.Fatal(list, err)
	}
	days := 3
	often := assistant.ContactInput{CallEvery: &days}
	if _, _, err := s.book.EditContact(t.Context(), list.Contacts[0].ID, 0, often); err != nil {
		t.Fatal(err)
	}
	card = s.ask("GET", booksPath+"a.vcf", "").text
	to := func(path string, more ...string) []string {
		return append([]string{"Destination", s.url + path}, more...)
	}
	copied := s.want(201, s.ask("COPY", booksPath+"a.vcf", "", to(work+"copy.vcf")...))
	got := s.want(200, s.ask("GET", work+"copy.vcf", ""))
	if got.text != card || got.Header.Get("ETag") != copied.Header.Get("ETag") {
		t.Errorf("copied: %q, %s, %s", got.text, got.Header.Get("ETag"), copied.Header.Get("ETag"))
	}
	refused := s.want(409, s.ask("MOVE", booksPath+"a.vcf", "", to(work+"other.vcf")...))
	has(t, refused.text, "no-uid-conflict", work+"copy.vcf")
	s.want(412, s.ask("MOVE", booksPath+"a.vcf", "", to(work+"copy.vcf", "Overwrite", "F")...))
	s.want(412, s.ask("MOVE", booksPath+"a.vcf", "", to(work+"copy.vcf", "If-Match", `"no"`)...))
	s.want(409, s.ask("MOVE", booksPath+"a.vcf", "", to(homePath+"none/a.vcf")...))
	s.want(403, s.ask("MOVE", booksPath+"a.vcf", "", to(work)...))
	s.want(200, s.ask("GET", booksPath+"a.vcf", ""))
	s.want(204, s.ask("MOVE", booksPath+"a.vcf", "", to(work+"copy.vcf")...))
	s.want(404, s.ask("GET", booksPath+"a.vcf", ""))
	s.want(201, s.ask("PUT", work+"taken.vcf", cardOf("u-2", "Зайва")))
	s.want(201, s.ask("MOVE", work+"copy.vcf", "", to(booksPath+"b.vcf")...))
	s.want(409, s.ask("COPY", booksPath+"b.vcf", "", to(work+"taken.vcf")...))
	if got := s.ask("GET", work+"taken.vcf", ""); got.text != cardOf("u-2", "Зайва") {
		t.Errorf("written over: %q", got.text)
	}
	list, err = s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{})
	if err != nil || len(list.Contacts) != 1 || list.Contacts[0].CallEvery != 3 {
		t.Errorf("back in the first book: %+v, %v", list.Contacts, err)
	}
}

// has fails for each part that a text does not hold.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in %s", part, text)
		}
	}
}

func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	value, _, _ := strings.Cut(rest, after)
	return value
}
