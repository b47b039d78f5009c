package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

// The life of a contact: every step with the headers that keep two clients apart.
func TestContactOverTheAPI(t *testing.T) {
	s := newSite(t)
	created := s.want(
		201,
		s.ask("POST", "/api/v1/contacts", `{"name":"Леся Українка","birthday":"1871-02-25","tags":["поети"],
		"phones":[{"type":"cell","typed":"067 123 45 67"}],"emails":[{"address":"lesya@example.com"}],"note":"пише\nвірші"}`),
	)
	location, tag := created.Header.Get("Location"), created.Header.Get("ETag")
	got := s.want(200, s.ask("GET", location, ""))
	if got.text != created.text || got.Header.Get("ETag") != tag {
		t.Errorf("created\n%s\nand got\n%s", created.text, got.text)
	}
	c := s.object(got)
	if c["version"] != 1.0 || c["phones"].([]any)[0].(map[string]any)["e164"] != "+380671234567" {
		t.Error(got.text)
	}
	s.want(304, s.ask("GET", location, "", "If-None-Match", tag))

	// What GET gave is taken back, and changes nothing.
	same := s.want(200, s.ask("PUT", location, got.text, "If-Match", tag))
	if same.text != got.text || same.Header.Get("ETag") != tag {
		t.Errorf("put back:\n%s", same.text)
	}
	// What is not sent is cleared, what may not be written is ignored.
	changed := s.want(
		200,
		s.ask(
			"PUT",
			location,
			`{"id":"other","version":99,"name":"Лариса","created":"2001-01-01T00:00:00Z","phones":[{"typed":"0671234567"}]}`,
			"If-Match",
			tag,
		),
	)
	now := s.object(changed)
	if now["id"] != c["id"] || now["version"] != 2.0 || now["created"] != c["created"] || now["note"] != nil ||
		now["birthday"] != nil {
		t.Error(changed.text)
	}
	s.want(200, s.ask("GET", location, "", "If-None-Match", tag))
	s.want(412, s.ask("PUT", location, `{"name":"too late"}`, "If-Match", tag))
	s.want(412, s.ask("DELETE", location, "", "If-Match", tag))
	s.want(204, s.ask("DELETE", location, "", "If-Match", changed.Header.Get("ETag")))
	s.want(404, s.ask("GET", location, ""))
	s.want(404, s.ask("DELETE", location, ""))
	s.want(404, s.ask("PUT", location, `{"name":"x"}`))
}

func TestNoteOverTheAPI(t *testing.T) {
	s := newSite(t)
	created := s.want(
		201,
		s.ask("POST", "/api/v1/notes", `{"title":"Покупки","text":"хліб","pinned":true,"due":"2030-01-02","remind":3}`),
	)
	location, tag := created.Header.Get("Location"), created.Header.Get("ETag")
	got := s.want(200, s.ask("GET", location, ""))
	same := s.want(200, s.ask("PUT", location, got.text))
	if same.text != created.text {
		t.Errorf("%s\n%s", created.text, same.text)
	}
	s.want(200, s.ask("PUT", location, `{"text":"молоко"}`, "If-Match", tag))
	s.want(412, s.ask("PUT", location, `{"text":"олія"}`, "If-Match", tag))
	s.want(422, s.ask("PUT", location, `{"text":" "}`))
	s.want(422, s.ask("PUT", location, `{"text":"x","remind":2}`))
	s.want(204, s.ask("DELETE", location, ""))
	s.want(404, s.ask("GET", location, ""))
}

// What a card says beyond the fields of a contact survives a change by the API.
func TestUnknownPropertiesLiveOn(t *testing.T) {
	s := newSite(t)
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:urn:uuid:11111111-1111-4111-8111-111111111111\r\n" +
		"FN:Марта\r\nN:;Марта;;;\r\nX-TEA:mint\r\nEND:VCARD\r\n"
	report := s.object(s.want(200, s.ask("POST", "/api/v1/import", card, "Content-Type", "text/vcard")))
	if report["added"] != 1.0 || report["refused"] != 0.0 {
		t.Error(report)
	}
	path := "/api/v1/contacts/11111111-1111-4111-8111-111111111111"
	s.want(200, s.ask("PUT", path, `{"name":"Марта Горда"}`))
	out := s.want(200, s.ask("GET", "/api/v1/export", ""))
	if !strings.Contains(out.text, "X-TEA:mint") || !strings.Contains(out.text, "FN:Марта Горда") ||
		out.Header.Get("Content-Type") != "text/vcard; charset=utf-8" {
		t.Error(out.text)
	}
}

// Every error below /api is a problem in the form of RFC 9457.
func TestEveryErrorIsAProblem(t *testing.T) {
	s := newSite(t)
	id := s.object(s.ask("POST", "/api/v1/contacts", `{"name":"Леся"}`))["id"].(string)
	for _, test := range []struct {
		method, path, body string
		status             int
		header             []string
	}{
		{"GET", "/api", "", 404, nil},
		{"GET", "/api/", "", 404, nil},
		{"GET", "/api/v2/contacts", "", 404, nil},
		{"GET", "/api/v1/contacts/none", "", 404, nil},
		{"GET", "/api/v1/contacts/" + id[:8], "", 404, nil},
		{"GET", "/api/v1/notes/" + id, "", 404, nil},
		{"GET", "/api/v1/contacts/..%2f..%2fhealthz", "", 404, nil},
		{"PATCH", "/api/v1/contacts", "", 405, nil},
		{"POST", "/api/v1/contacts/" + id, "{}", 405, nil},
		{"DELETE", "/api/v1/openapi.json", "", 405, nil},
		{"POST", "/api/v1/contacts", "{", 400, nil},
		{"POST", "/api/v1/contacts", "[]", 422, []string{"Content-Type", "application/json"}},
		{"POST", "/api/v1/contacts", "<x/>", 415, []string{"Content-Type", "application/xml"}},
		{"POST", "/api/v1/contacts", "{}", 422, nil},
		{"POST", "/api/v1/contacts", `{"name":5}`, 422, nil},
		{"POST", "/api/v1/contacts", `{"name":" "}`, 422, nil},
		{"POST", "/api/v1/contacts", `{"name":"x","birthday":"soon"}`, 422, nil},
		{"POST", "/api/v1/contacts", `{"name":"x","phones":[{"typed":"067 123 45 67"},{"typed":"12"}]}`, 422, nil},
		{"POST", "/api/v1/contacts", `{"name":"x","photo":{"data":"PHN2Zz4="}}`, 422, nil},
		{"POST", "/api/v1/contacts", `{"name":"` + strings.Repeat("x", 9<<20) + `"}`, 413, nil},
		{"GET", "/api/v1/search?q=%20", "", 422, nil},
		{"GET", "/api/v1/search", "", 422, nil},
		{"GET", "/api/v1/contacts?limit=100000", "", 422, nil},
		{"GET", "/api/v1/contacts?sort=shoe", "", 422, nil},
		{"GET", "/api/v1/birthdays?days=367", "", 422, nil},
		{"GET", "/api/v1/birthdays?on=tomorrow", "", 422, nil},
		{"PUT", "/api/v1/contacts/" + id, `{"name":"y"}`, 412, []string{"If-Match", `"1-none"`}},
	} {
		t.Run(fmt.Sprint(test.method, " ", test.path, " ", test.status), func(t *testing.T) {
			r := s.ask(test.method, test.path, test.body, test.header...)
			var p struct {
				Status        int
				Title, Detail string
				Errors        []struct{ Location string }
			}
			if err := json.Unmarshal([]byte(r.text), &p); err != nil {
				t.Fatalf("%v: %d %s", err, r.StatusCode, r.text)
			}
			if r.StatusCode != test.status || p.Status != test.status || p.Title == "" || p.Detail == "" ||
				r.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%d, not %d: %v %s", r.StatusCode, test.status, r.Header, r.text)
			}
			if strings.Contains(test.body, `"12"`) && p.Errors[0].Location != "body.phones[1].typed" {
				t.Error(r.text)
			}
		})
	}
}

// Of sixteen writers on one version one wins, and the others are told.
func TestOneWriterWins(t *testing.T) {
	s := newSite(t)
	created := s.ask("POST", "/api/v1/contacts", `{"name":"Леся"}`)
	location, tag := created.Header.Get("Location"), created.Header.Get("ETag")
	var won, lost atomic.Int32
	var writers sync.WaitGroup
	for i := range 16 {
		writers.Go(func() {
			switch r := s.ask("PUT", location, fmt.Sprintf(`{"name":"Леся","note":"%d"}`, i), "If-Match", tag); r.StatusCode {
			case http.StatusOK:
				won.Add(1)
			case http.StatusPreconditionFailed:
				lost.Add(1)
			default:
				t.Error(r.StatusCode, r.text)
			}
		})
	}
	writers.Wait()
	if won.Load() != 1 || lost.Load() != 15 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
}

// A deleted contact that comes back with the same id has another tag.
func TestAnETagNeverComesTwice(t *testing.T) {
	s := newSite(t)
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:11111111-1111-4111-8111-111111111111\r\nFN:%s\r\nEND:VCARD\r\n"
	path := "/api/v1/contacts/11111111-1111-4111-8111-111111111111"
	seen := map[string]bool{}
	for _, name := range []string{"Марта", "Марія"} {
		s.want(200, s.ask("POST", "/api/v1/import", fmt.Sprintf(card, name), "Content-Type", "text/vcard"))
		tag := s.want(200, s.ask("GET", path, "")).Header.Get("ETag")
		if seen[tag] {
			t.Errorf("%s came twice", tag)
		}
		seen[tag] = true
		s.want(204, s.ask("DELETE", path, ""))
	}
}

// A list that is read page by page has everybody once.
func TestPages(t *testing.T) {
	s := newSite(t)
	var want []string
	for i := range 25 {
		name := fmt.Sprintf("Людина %02d", i)
		want = append(want, name)
		if _, err := s.book.CreateContact(t.Context(), &assistant.Contact{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	after := ""
	for range 10 {
		var page struct {
			Contacts []struct{ Name string }
			Next     string
		}
		r := s.want(200, s.ask("GET", "/api/v1/contacts?limit=10&after="+after, ""))
		if err := json.Unmarshal([]byte(r.text), &page); err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Contacts {
			got = append(got, c.Name)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFindOverTheAPI(t *testing.T) {
	s := newSite(t)
	today := s.book.Today()
	s.want(
		201,
		s.ask(
			"POST",
			"/api/v1/contacts",
			fmt.Sprintf(`{"name":"Леся","birthday":"1871-%02d-%02d","tags":["поети"]}`, today.Month, today.Day),
		),
	)
	s.want(201, s.ask("POST", "/api/v1/notes", `{"text":"про Лесю","tags":["справи"]}`))
	found := s.object(s.want(200, s.ask("GET", "/api/v1/search?q=лес", "")))
	if found["total_contacts"] != 1.0 || found["total_notes"] != 1.0 {
		t.Error(found)
	}
	if r := s.want(200, s.ask("GET", "/api/v1/birthdays?days=0", "")); !strings.Contains(r.text, `"name":"Леся"`) ||
		!strings.Contains(r.text, `"days":0`) {
		t.Error(r.text)
	}
	tags := `{"contacts":[{"tag":"поети","count":1}],"notes":[{"tag":"справи","count":1}]}` + "\n"
	if r := s.want(200, s.ask("GET", "/api/v1/tags", "")); r.text != tags {
		t.Error(r.text)
	}
}

// A program tells problems apart by codes, whether they are ours or found by what the document says; a person reads
// them in the language of the pages.
func TestProblemsHaveCodes(t *testing.T) {
	s := newSite(t)
	for _, test := range []struct{ method, path, body, code string }{
		{"POST", "/api/v1/contacts", `{"name":"Леся","emails":[{"address":"lesya"}]}`, "email_without_at"},
		{"POST", "/api/v1/contacts", `{"name":" "}`, "name_missing"},
		{"POST", "/api/v1/contacts", `{"name":"Леся","phones":[{"typed":"12345"}]}`, "phone_of_no_region"},
		{"POST", "/api/v1/notes", `{"text":" "}`, "note_empty"},
		{"GET", "/api/v1/search?q=%20", "", "search_empty"},
		{"POST", "/api/v1/contacts", `{"name":7}`, "not_as_described"},
		{"GET", "/api/v1/contacts?limit=0", "", "not_as_described"},
	} {
		r := s.want(422, s.ask(test.method, test.path, test.body))
		errors, _ := s.object(r)["errors"].([]any)
		if len(errors) != 1 || object(errors[0])["code"] != test.code || object(errors[0])["message"] == "" ||
			r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %s", test.method, test.path, r.text)
		}
	}
	schemas := object(object(s.object(s.ask("GET", "/api/v1/openapi.json", ""))["components"])["schemas"])
	if object(object(object(schemas["ErrorDetail"])["properties"])["code"])["type"] != "string" {
		t.Errorf("%v", schemas["ErrorDetail"])
	}
	r := s.want(422, s.send("/webhooks", url.Values{"url": {"ftp://x"}}, "Accept-Language", "uk"))
	if !strings.Contains(r.text, "це не адреса вебхука") {
		t.Error(r.text)
	}
}
