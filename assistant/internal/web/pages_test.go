package web_test

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
)

func TestContactInPages(t *testing.T) {
	s := newSite(t)
	if r := s.want(200, s.ask("GET", "/contacts", "")); !strings.Contains(r.text, "import a vCard file") {
		t.Error("an empty list does not say what to do")
	}
	r := s.want(303, s.send("/contacts", url.Values{
		"name": {"Леся Українка"}, "phones": {"067 123 45 67", "", "044 222 33 44"}, "phones.type": {"cell", "", "дача"},
		"emails": {"lesya@example.com"}, "birthday": {"25.02.1871"}, "tags": {"поети, друзі"}, "note": {"рядок\r\nдругий"},
		"addresses.street": {"вул. Саксаганського, 97"}, "addresses.locality": {"Київ"},
	}))
	path := r.Header.Get("Location")
	page := s.want(200, s.ask("GET", path, ""))
	for _, text := range []string{
		"<h1>Леся Українка</h1>", `href="tel:&#43;380671234567"`, "mailto:lesya@example.com", "1871-02-25",
		"поети", "Київ", "phone (дача)",
	} {
		if !strings.Contains(page.text, text) {
			t.Errorf("%s is not on the page:\n%s", text, page.text)
		}
	}
	c := s.stored(strings.TrimPrefix(path, "/contacts/"))
	if len(c.Phones) != 2 || c.Phones[1].Type != "дача" || c.Note != "рядок\nдругий" {
		t.Errorf("%+v", c)
	}
	// The form that is shown changes nothing when it is sent as it is.
	edit := s.want(200, s.ask("GET", path+"/edit", ""))
	s.want(303, s.send(path, fields(edit.text)))
	if now := s.stored(c.ID); now.Version != 1 {
		t.Errorf("version %d: %+v", now.Version, now)
	}
	s.want(200, s.ask("GET", path+"/qr.png", ""))
	if r := s.want(200, s.ask("GET", path+"/card", "")); !strings.Contains(r.text, "FN:Леся Українка") {
		t.Error(r.text)
	}
	s.want(303, s.send(path+"/touch", nil))
	if now := s.stored(c.ID); now.Called != s.book.Today() {
		t.Error(now.Called)
	}
	s.want(200, s.ask("GET", path+"/delete", ""))
	s.want(303, s.send(path+"/delete", nil))
	s.want(404, s.ask("GET", path, ""))
}

// What is wrong stands beside its field, and the form comes back with what was typed.
func TestFormWithMistakes(t *testing.T) {
	s := newSite(t)
	r := s.want(
		422,
		s.send(
			"/contacts",
			url.Values{
				"name":     {""},
				"phones":   {"067 123 45 67", "12"},
				"emails":   {"nobody"},
				"birthday": {"колись"},
				"note":     {"довга нотатка"},
			},
		),
	)
	if n := strings.Count(r.text, `aria-invalid="true"`); n != 4 {
		t.Errorf("%d fields are wrong:\n%s", n, r.text)
	}
	for _, text := range []string{`value="12"`, `value="nobody"`, `value="колись"`, "довга нотатка", "no @ in it"} {
		if !strings.Contains(r.text, text) {
			t.Errorf("%s is gone", text)
		}
	}
	uk := s.want(
		422,
		s.send("/contacts", url.Values{"name": {""}, "emails": {"nobody"}}, "Accept-Language", "uk,en;q=0.5"),
	)
	if strings.Contains(uk.text, "no @ in it") || !strings.Contains(uk.text, `<html lang="uk">`) {
		t.Error("mistakes are not told in Ukrainian")
	}
	s.want(422, s.send("/notes", url.Values{"title": {" "}}))
	s.want(422, s.send("/notes", url.Values{"title": {"x"}, "due": {"колись"}}))
	// A list gets one more line without JavaScript, and nothing is saved by it.
	more := s.want(200, s.send("/contacts", url.Values{"name": {"Леся"}, "phones": {"067 123 45 67"}, "more": {"phones"}}))
	if strings.Count(more.text, `name="phones"`) != 2 || !strings.Contains(more.text, `value="067 123 45 67"`) {
		t.Error(more.text)
	}
}

// A form that was made on an older version changes nothing, and shows both.
func TestConflictPage(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся", Note: "перша", Phones: []assistant.Phone{{Typed: "067 123 45 67"}}})
	form := fields(s.ask("GET", "/contacts/"+c.ID+"/edit", "").text)
	theirs := *c
	theirs.Phones = append(theirs.Phones, assistant.Phone{Typed: "044 222 33 44"})
	if _, err := s.book.ReplaceContact(t.Context(), s.stored(c.ID), &theirs); err != nil {
		t.Fatal(err)
	}
	form.Set("note", "моя")
	r := s.want(409, s.send("/contacts/"+c.ID, form))
	if s.stored(c.ID).Note != "перша" {
		t.Error("the stored contact was changed")
	}
	merged := fields(r.text)
	if merged.Get("note") != "моя" || len(merged["phones"]) != 2 || merged.Get("version") != "2" {
		t.Errorf("%v", merged)
	}
	s.want(303, s.send("/contacts/"+c.ID, merged))
	if now := s.stored(c.ID); now.Note != "моя" || len(now.Phones) != 2 {
		t.Errorf("%+v", now)
	}
}

func TestNotesInPages(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Марта Горда"})
	r := s.want(303, s.send("/notes", url.Values{
		"title": {"Покупки"}, "text": {"**хліб** для [[Марта Горда]] і [[Інше]]"}, "tags": {"дім"},
	}))
	path := r.Header.Get("Location")
	page := s.want(200, s.ask("GET", path, ""))
	if !strings.Contains(page.text, "<strong>хліб</strong>") {
		t.Error(page.text)
	}
	r = s.want(303, s.ask("GET", "/link?name="+url.QueryEscape("марта горда"), ""))
	if to := r.Header.Get("Location"); to != "/contacts/"+c.ID {
		t.Error(to)
	}
	if r := s.want(200, s.ask("GET", "/contacts/"+c.ID, "")); !strings.Contains(r.text, "Notes that link here") ||
		!strings.Contains(r.text, "Покупки") {
		t.Error(r.text)
	}
	r = s.want(200, s.ask("GET", "/link?name="+url.QueryEscape("Інше"), ""))
	if !strings.Contains(r.text, `value="Інше"`) {
		t.Error("a missing note cannot be made")
	}
	s.want(303, s.send(path+"/done", nil))
	if r := s.ask("GET", "/notes", ""); strings.Contains(r.text, "Покупки") {
		t.Error("what is done stays in the list")
	}
	stale := fields(s.ask("GET", path+"/edit", "").text)
	s.want(303, s.send(path, url.Values{"version": {stale.Get("version")}, "text": {"інше"}}))
	stale.Set("text", "моє")
	if r := s.want(409, s.send(path, stale)); !strings.Contains(r.text, "<td>інше</td>") ||
		!strings.Contains(r.text, "<td>моє</td>") {
		t.Error(r.text)
	}
	s.want(303, s.send(path+"/delete", nil))
}

// Stored text is text wherever it is shown.
func TestStoredScripts(t *testing.T) {
	s := newSite(t)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
	c := s.add(&assistant.Contact{
		Name: evil, Nickname: evil, Organization: evil, Title: evil, Role: evil, Note: evil,
		Tags: []string{evil}, BirthdayText: evil,
		Addresses: []assistant.Address{{Type: evil, Street: evil, Locality: evil}},
		WebPages:  []assistant.WebPage{{Type: evil, URL: "javascript:alert(1)//" + evil}},
		Chats:     []assistant.Chat{{Type: evil, Address: evil}}, Relations: []assistant.Relation{{Type: evil, Name: evil}},
		Photo:  &assistant.Photo{URL: "javascript:alert(1)", MediaType: "image/svg+xml"},
		Phones: []assistant.Phone{{Typed: "101", Type: evil}},
		Dates:  []assistant.Event{{Type: evil, Date: s.book.Today()}},
	})
	n, err := s.book.CreateNote(
		t.Context(),
		&assistant.Note{
			Title: evil,
			Text:  evil + "\n[x](javascript:alert(1)) [[" + evil + "]]",
			Tags:  []string{evil},
			Due:   s.book.Today(),
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/", "/contacts", "/contacts?view=table", "/contacts?q=script", "/contacts?tag=" + url.QueryEscape(evil),
		"/contacts/" + c.ID, "/contacts/" + c.ID + "/edit", "/contacts/" + c.ID + "/delete",
		"/contacts/new?name=" + url.QueryEscape(evil), "/search?q=" + url.QueryEscape(evil),
		"/notes", "/notes/" + n.ID, "/notes/" + n.ID + "/edit", "/notes/" + n.ID + "/delete",
		"/tags", "/birthdays", "/year", "/link?name=" + url.QueryEscape(evil+"2"), "/settings", "/help",
	} {
		text := s.want(200, s.ask("GET", path, "")).text
		for _, bad := range []string{"<script>alert", "<img src=x", `href="javascript:`, " onerror=alert(1)>"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
	}
}

// Another site's form is refused; what people type into the address bar is not.
func TestCrossSite(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся"})
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		r := s.ask("POST", "/contacts/"+c.ID+"/delete", "", header...)
		s.want(403, r)
	}
	s.stored(c.ID)
	s.want(404, s.ask("GET", "/contacts/"+c.ID+"/touch", "")) // a link changes nothing
	r := s.send("/settings", url.Values{"lang": {"uk"}, "next": {"//evil.example/"}})
	if to := r.Header.Get("Location"); to != "/" {
		t.Error(to)
	}
}

func TestPhotosAreEncodedAnew(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся"})
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 3000, 20))); err != nil {
		t.Fatal(err)
	}
	s.want(
		303,
		s.file(
			"/contacts/"+c.ID,
			"photo",
			append(b.Bytes(), "<script>"...),
			map[string]string{"name": "Леся", "version": "1"},
		),
	)
	r := s.want(200, s.ask("GET", "/contacts/"+c.ID+"/photo", ""))
	config, kind, err := image.DecodeConfig(strings.NewReader(r.text))
	if err != nil || kind != "jpeg" || config.Width != 1024 || strings.Contains(r.text, "script") {
		t.Error(config, kind, err)
	}
	s.want(
		422,
		s.file(
			"/contacts/"+c.ID,
			"photo",
			[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"),
			map[string]string{"name": "Леся", "version": "2"},
		),
	)
	// What an import has brought is shown only when it is a picture.
	svg := s.add(
		&assistant.Contact{
			Name:  "Інша",
			Photo: &assistant.Photo{MediaType: "image/svg+xml", Data: []byte("<svg onload='alert(1)'/>")},
		},
	)
	s.want(404, s.ask("GET", "/contacts/"+svg.ID+"/photo", ""))
}

func TestImportWithPreview(t *testing.T) {
	s := newSite(t)
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Марта\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
	r := s.want(200, s.file("/import", "file", []byte(card), nil))
	if list, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{}); err != nil ||
		len(list.Contacts) != 0 {
		t.Fatal("the preview has imported", err)
	}
	cards := regexp.MustCompile(`name="cards" value="([^"]+)"`).FindStringSubmatch(r.text)
	if !strings.Contains(r.text, "added: 1") || !strings.Contains(r.text, "refused: 1") || cards == nil {
		t.Fatal(r.text)
	}
	s.want(200, s.file("/import", "", nil, map[string]string{"cards": htmlText(cards[1])}))
	if list, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{}); err != nil ||
		len(list.Contacts) != 1 {
		t.Fatal(list, err)
	}
	s.want(422, s.file("/import", "", nil, nil))
	if r := s.want(200, s.ask("GET", "/export.vcf", "")); !strings.Contains(r.text, "FN:Марта") {
		t.Error(r.text)
	}
	if r := s.object(s.want(200, s.ask("GET", "/export.json", ""))); len(r["contacts"].([]any)) != 1 ||
		len(r["notes"].([]any)) != 0 {
		t.Error(r)
	}
}

func TestSelection(t *testing.T) {
	s := newSite(t)
	a, b := s.add(&assistant.Contact{Name: "Анна"}), s.add(&assistant.Contact{Name: "Богдан"})
	ids := []string{a.ID, b.ID}
	s.want(303, s.send("/contacts/selection", url.Values{"id": ids, "action": {"tag"}, "tag": {"друзі"}}))
	if s.stored(b.ID).Tags[0] != "друзі" {
		t.Error(s.stored(b.ID))
	}
	s.want(303, s.send("/contacts/selection", url.Values{"id": ids, "action": {"untag"}, "tag": {"друзі"}}))
	r := s.want(200, s.send("/contacts/selection", url.Values{"id": ids, "action": {"export"}}))
	if strings.Count(r.text, "BEGIN:VCARD") != 2 {
		t.Error(r.text)
	}
	s.want(422, s.send("/contacts/selection", url.Values{"action": {"tag"}}))
	s.want(200, s.send("/contacts/selection", url.Values{"id": ids, "action": {"delete"}}))
	s.stored(a.ID)
	s.want(303, s.send("/contacts/selection", url.Values{"id": ids, "action": {"delete"}, "sure": {"yes"}}))
	s.want(404, s.ask("GET", "/contacts/"+a.ID, ""))
}

// Every page that is linked from the first one answers, and has what all pages must have.
func TestEveryPageIsReachedAndWhole(t *testing.T) {
	s := newSite(t)
	s.add(&assistant.Contact{Name: "Леся", Tags: []string{"поети"}, Birthday: s.book.Today(), CallEvery: 3})
	if _, err := s.book.CreateNote(t.Context(), &assistant.Note{Title: "Нотатка", Tags: []string{"дім"}}); err != nil {
		t.Fatal(err)
	}
	seen, queue := map[string]bool{}, []string{"/"}
	links := regexp.MustCompile(`<a [^>]*href="([^"#]*)"`)
	for len(queue) > 0 && len(seen) < 300 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		r := s.want(200, s.ask("GET", path, ""))
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") || strings.HasPrefix(path, "/api/") {
			continue
		}
		for text, n := range map[string]int{
			"<html lang=": 1, "<title>": 1, `name="viewport"`: 1, "<main": 1, "<h1>": 1,
			"style=": 0, "<style": 0, " onclick": 0,
		} {
			if strings.Count(r.text, text) != n {
				t.Errorf("%s has %d times %s", path, strings.Count(r.text, text), text)
			}
		}
		for _, found := range links.FindAllStringSubmatch(r.text, -1) {
			link := htmlText(found[1])
			if strings.HasPrefix(link, "?") {
				link = strings.SplitN(path, "?", 2)[0] + link
			}
			if strings.HasPrefix(link, "/") {
				queue = append(queue, link)
			}
		}
	}
	for _, path := range []string{
		"/contacts", "/notes", "/birthdays", "/year", "/tags", "/import", "/export", "/settings", "/help",
		"/contacts/new", "/notes/new", "/trash", "/duplicates", "/webhooks",
	} {
		if !seen[path] {
			t.Errorf("%s is reached by no link", path)
		}
	}
}
