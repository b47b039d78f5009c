package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
)

// What was changed, deleted or merged comes back, by the pages alone.
func TestHistoryTrashAndMergeInPages(t *testing.T) {
	s := newSite(t)
	path := s.want(
		303, s.send("/contacts", url.Values{"name": {"Леся"}, "phones": {"067 123 45 67"}}),
	).Header.Get("Location")
	id := strings.TrimPrefix(path, "/contacts/")
	s.want(303, s.send(path, url.Values{"version": {"1"}, "name": {"Лариса"}}))

	if r := s.want(
		200, s.ask("GET", path+"/history", ""),
	); !strings.Contains(
		r.text, `name="to" value="1"`,
	) || strings.Contains(r.text, `value="2"`) || !strings.Contains(r.text, "olena") {
		t.Error(r.text)
	}
	if r := s.want(200, s.ask("GET", path+"/history/1", "")); !strings.Contains(
		r.text, "<td>067 123 45 67</td><td></td>",
	) {
		t.Error(r.text)
	}
	s.want(404, s.ask("GET", path+"/history/9", ""))
	s.want(404, s.ask("GET", path+"/history/x", ""))
	s.want(400, s.send(path+"/undo", nil))
	s.want(404, s.send(path+"/undo", url.Values{"to": {"9"}}))
	s.want(303, s.send(path+"/undo", url.Values{"to": {"1"}}))
	if c := s.stored(id); c.Name != "Леся" || len(c.Phones) != 1 || c.Version != 3 {
		t.Errorf("%+v", c)
	}

	s.want(303, s.send(path+"/delete", nil))
	gone := s.want(404, s.ask("GET", path, ""))
	for _, page := range []reply{gone, s.want(200, s.ask("GET", "/trash", ""))} {
		if !strings.Contains(page.text, `action="`+path+`/restore"`) {
			t.Error(page.text)
		}
	}
	s.want(404, s.send("/contacts/"+url.PathEscape("Леся")+"/restore", nil)) // a name is no address
	s.want(303, s.send(path+"/restore", nil))
	s.want(200, s.ask("GET", path, ""))
	s.want(404, s.send(path+"/restore", nil))

	other := s.add(
		&assistant.Contact{
			Name: "Леся К.", Phones: []assistant.Phone{{Typed: "+380671234567"}},
			Emails: []assistant.Email{{Address: "l@example.com"}},
		},
	)
	merge := fmt.Sprintf("/merge?id=%s&amp;id=%s", id, other.ID)
	if r := s.want(200, s.ask("GET", "/duplicates", "")); !strings.Contains(r.text, merge) {
		t.Error(r.text)
	}
	ids := url.Values{"id": {id, other.ID}}
	if r := s.send(
		"/contacts/selection", url.Values{"id": ids["id"], "action": {"merge"}},
	); r.Header.Get("Location") != "/merge?"+ids.Encode() {
		t.Error(r.Header)
	}
	if r := s.want(200, s.ask("GET", "/merge?"+ids.Encode(), "")); !strings.Contains(r.text, "<td>l@example.com</td>") {
		t.Error(r.text)
	}
	s.want(422, s.send("/merge", ids))
	s.want(422, s.ask("GET", "/merge?id="+id, ""))
	ids.Set("into", id)
	s.want(303, s.send("/merge", ids))
	if c := s.stored(id); len(c.Emails) != 1 || len(c.Phones) != 1 {
		t.Errorf("%+v", c)
	}
	if r := s.want(200, s.ask("GET", path+"/history", "")); !strings.Contains(
		r.text, `name="other" value="`+other.ID+`"`,
	) {
		t.Error(r.text)
	}
	s.want(303, s.send(path+"/unmerge", url.Values{"other": {other.ID}}))
	if s.stored(other.ID); len(s.stored(id).Emails) != 0 {
		t.Error("what came from the other stays")
	}
	s.want(404, s.send(path+"/unmerge", url.Values{"other": {other.ID}}))
	s.want(404, s.send(path+"/unmerge", nil))
}

func TestHistoryOfNotesInPages(t *testing.T) {
	s := newSite(t)
	path := s.want(303, s.send("/notes", url.Values{"text": {"перший"}})).Header.Get("Location")
	s.want(303, s.send(path, url.Values{"version": {"1"}, "text": {"другий"}}))
	if r := s.want(200, s.ask("GET", path+"/history/1", "")); !strings.Contains(r.text, "<p>перший</p>") {
		t.Error(r.text)
	}
	s.want(303, s.send(path+"/undo", url.Values{"to": {"1"}}))
	if r := s.want(200, s.ask("GET", path, "")); !strings.Contains(r.text, "<p>перший</p>") {
		t.Error(r.text)
	}
	s.want(303, s.send(path+"/delete", nil))
	if r := s.want(404, s.ask("GET", path, "")); !strings.Contains(r.text, path+"/restore") {
		t.Error(r.text)
	}
	s.want(303, s.send(path+"/restore", nil))
	s.want(200, s.ask("GET", path+"/history", ""))
}

// The past of somebody else is there for nobody.
func TestForeignPast(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся"})
	gone := s.add(&assistant.Contact{Name: "Марта"})
	if err := s.book.RemoveContact(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	s.as = s.account("taras")
	mine, err := s.as.book.CreateContact(t.Context(), &assistant.Contact{Name: "Мій"})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/contacts/" + c.ID + "/history", "/contacts/" + c.ID + "/history/1", "/merge?id=" + c.ID + "&id=" + mine.ID,
	} {
		s.want(404, s.ask("GET", path, ""))
	}
	for path, values := range map[string]url.Values{
		"/contacts/" + c.ID + "/undo":              {"to": {"1"}},
		"/contacts/" + gone.ID + "/restore":        nil,
		"/contacts/" + mine.ID + "/unmerge":        {"other": {c.ID}},
		"/merge":                                   {"id": {c.ID, mine.ID}, "into": {mine.ID}},
		"/api/v1/contacts/" + c.ID + "/undo":       nil,
		"/api/v1/contacts/" + gone.ID + "/restore": nil,
	} {
		s.want(404, s.send(path, values))
	}
	s.want(404, s.ask("GET", "/api/v1/contacts/"+c.ID+"/history", ""))
	s.want(404, s.ask("GET", "/api/v1/contacts/"+gone.ID+"/history/1", ""))
	s.want(404, s.ask("POST", "/api/v1/merge", fmt.Sprintf(`{"into":%q,"other":%q}`, mine.ID, c.ID)))
	if r := s.want(200, s.ask("GET", "/api/v1/trash", "")); r.text != `{"contacts":[],"notes":[]}`+"\n" {
		t.Error(r.text)
	}
}

// The same over the API.
func TestPastOverTheAPI(t *testing.T) {
	s := newSite(t)
	created := s.want(201, s.ask("POST", "/api/v1/contacts", `{"name":"Леся","phones":[{"typed":"067 123 45 67"}]}`))
	path, tag := created.Header.Get("Location"), created.Header.Get("ETag")
	now := s.want(200, s.ask("PUT", path, `{"name":"Лариса"}`)).Header.Get("ETag")
	history := s.want(200, s.ask("GET", path+"/history", "")).text
	if !strings.HasPrefix(history, `[{"version":2,"at":"`) ||
		!strings.Contains(history, `"by":"olena","via":"api","label":"test"}`) {
		t.Error(history)
	}
	if r := s.want(200, s.ask("GET", path+"/history/1", "")); r.text != created.text {
		t.Error(r.text)
	}
	s.want(404, s.ask("GET", path+"/history/9", ""))
	s.want(422, s.ask("GET", path+"/history/x", ""))
	s.want(412, s.ask("POST", path+"/undo", "", "If-Match", tag))
	undone := s.object(s.want(200, s.ask("POST", path+"/undo", "", "If-Match", now)))
	if undone["name"] != "Леся" || undone["version"] != 3.0 {
		t.Error(undone)
	}
	if again := s.object(s.want(200, s.ask("POST", path+"/undo?to=2", ""))); again["name"] != "Лариса" {
		t.Error(again)
	}
	s.want(404, s.ask("POST", path+"/undo?to=77", ""))
	s.want(204, s.ask("DELETE", path, ""))
	if r := s.want(200, s.ask("GET", "/api/v1/trash", "")); !strings.Contains(r.text, `"name":"Лариса"`) {
		t.Error(r.text)
	}
	s.want(200, s.ask("POST", path+"/restore", ""))
	s.want(404, s.ask("POST", path+"/restore", ""))

	s.want(200, s.ask("POST", path+"/undo?to=1", ""))
	other := s.object(
		s.want(201, s.ask("POST", "/api/v1/contacts", `{"name":"Інша","phones":[{"typed":"0671234567"}]}`)),
	)["id"].(string)
	id := undone["id"].(string)
	if r := s.want(200, s.ask("GET", "/api/v1/duplicates", "")); r.text != fmt.Sprintf(
		`[{"ids":[%q,%q],"reasons":["phone +380671234567"]}]`, id, other,
	)+"\n" {
		t.Error(r.text)
	}
	s.want(422, s.ask("POST", "/api/v1/merge", fmt.Sprintf(`{"into":%q,"other":%q}`, id, id)))
	s.want(200, s.ask("POST", "/api/v1/merge", fmt.Sprintf(`{"into":%q,"other":%q}`, id, other)))
	s.want(404, s.ask("GET", "/api/v1/contacts/"+other, ""))
	s.want(200, s.ask("POST", "/api/v1/contacts/"+other+"/unmerge", ""))
	s.want(404, s.ask("POST", "/api/v1/contacts/"+other+"/unmerge", ""))
	s.want(200, s.ask("GET", "/api/v1/contacts/"+other, ""))

	note := s.want(201, s.ask("POST", "/api/v1/notes", `{"text":"перший"}`)).Header.Get("Location")
	s.want(200, s.ask("PUT", note, `{"text":"другий"}`))
	if r := s.object(s.want(200, s.ask("POST", note+"/undo", ""))); r["text"] != "перший" {
		t.Error(r)
	}
	if r := s.object(s.want(200, s.ask("GET", note+"/history/2", ""))); r["text"] != "другий" {
		t.Error(r)
	}
	s.want(200, s.ask("GET", note+"/history", ""))
	s.want(204, s.ask("DELETE", note, ""))
	s.want(200, s.ask("POST", note+"/restore", ""))
}
