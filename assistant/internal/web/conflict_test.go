package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
)

// A form of a note that was made on an older version changes nothing; it shows what each side has changed, and comes
// back with both.
func TestConflictOfANote(t *testing.T) {
	s := newSite(t)
	n, err := s.book.CreateNote(
		t.Context(), &assistant.Note{Title: "Покупки", Text: "хліб\nмолоко\nсіль", Tags: []string{"дім"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	path := "/notes/" + n.ID
	form := fields(s.ask("GET", path+"/edit", "").text)
	theirs := *n
	theirs.Text, theirs.Tags = "чорний хліб\nмолоко\nсіль", []string{"дім", "їжа"}
	if _, err := s.book.ReplaceNote(t.Context(), n, &theirs); err != nil {
		t.Fatal(err)
	}
	form.Set("text", "хліб\r\nмолоко\r\nсіль\r\nчай")
	form.Set("due", "2030-01-02")
	r := s.want(409, s.send(path, form))
	for _, part := range []string{
		"<td>хліб\nмолоко\nсіль</td><td>хліб\nмолоко\nсіль\nчай</td><td>чорний хліб\nмолоко\nсіль</td>",
		"<td>дім</td><td>дім</td><td>дім, їжа</td>", "<td></td><td>2030-01-02</td><td></td>",
	} {
		if !strings.Contains(r.text, part) {
			t.Errorf("no %q in %s", part, r.text)
		}
	}
	stored := func() *assistant.Note {
		now, err := s.book.NoteWithID(t.Context(), n.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	if now := stored(); now.Version != 2 || now.Text != theirs.Text {
		t.Errorf("the stored note was changed: %+v", now)
	}
	both := fields(r.text)
	if text := both.Get("text"); text != "чорний хліб\nмолоко\nсіль\nчай" || both.Get("tags") != "дім, їжа" ||
		both.Get("due") != "2030-01-02" || both.Get("version") != "2" {
		t.Errorf("%q", both)
	}
	// What is wrong in a stale form is told first; nothing is saved either.
	wrong := url.Values{"version": {"1"}, "text": {"x"}, "due": {"2030-99-99"}}
	if r := s.want(422, s.send(path, wrong)); !strings.Contains(r.text, "due-wrong") {
		t.Error(r.text)
	}
	s.want(303, s.send(path, both))
	if now := stored(); now.Version != 3 || now.Text != "чорний хліб\nмолоко\nсіль\nчай" {
		t.Errorf("%+v", now)
	}
	former := s.want(200, s.ask("GET", path+"/history/1", ""))
	if !strings.Contains(former.text, "<td>дім</td><td>дім, їжа</td>") {
		t.Error(former.text)
	}
}

// A table for a spreadsheet has all contacts and no formula.
func TestExportOfATable(t *testing.T) {
	s := newSite(t)
	s.add(&assistant.Contact{Name: "=HYPERLINK(\"http://example.com\")", Note: "@SUM(1)"})
	r := s.want(200, s.ask("GET", "/export.csv", ""))
	if r.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		!strings.Contains(r.Header.Get("Content-Disposition"), "contacts.csv") ||
		!strings.Contains(r.text, `"'=HYPERLINK(""http://example.com"")"`) || !strings.Contains(r.text, ",'@SUM(1),") {
		t.Errorf("%v\n%s", r.Header, r.text)
	}
	if page := s.ask("GET", "/export", ""); !strings.Contains(page.text, "/export.csv") {
		t.Error(page.text)
	}
}
