package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

// The interval of a tag makes its contacts due on the first page, also for a browser that has an older one; what is no
// interval is told beside its field.
func TestIntervalOfATag(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся", Tags: []string{"поети"}})
	first := s.want(200, s.ask("GET", "/", ""))
	if strings.Contains(first.text, "Леся") {
		t.Error(first.text)
	}
	wrong := s.want(422, s.send("/tags", url.Values{"tag": {"поети"}, "call_every": {"5000"}}))
	for _, part := range []string{`value="5000"`, `id="call_every-wrong"`, `aria-describedby="call_every-wrong"`} {
		if !strings.Contains(wrong.text, part) {
			t.Errorf("no %s in %s", part, wrong.text)
		}
	}
	s.want(303, s.send("/tags", url.Values{"tag": {" Поети "}, "call_every": {"9"}}))
	if page := s.want(200, s.ask("GET", "/tags", "")); !strings.Contains(page.text, "every 9 days") {
		t.Error(page.text)
	}
	if page := s.want(200, s.ask("GET", "/contacts/"+c.ID, "")); !strings.Contains(page.text, "every 9 days") {
		t.Error(page.text)
	}
	again := s.want(200, s.ask("GET", "/", "", "If-None-Match", first.Header.Get("ETag")))
	if !strings.Contains(again.text, "Леся") {
		t.Error(again.text)
	}
	s.want(303, s.send("/contacts/"+c.ID+"/touch", nil))
	if page := s.ask("GET", "/", ""); strings.Contains(page.text, "Леся") {
		t.Error("due on the day of the talk")
	}
	s.want(422, s.ask("PUT", "/api/v1/intervals/%D0%BF%D0%BE%D0%B5%D1%82%D0%B8", `{"call_every":-1}`))
	got := s.want(200, s.ask("PUT", "/api/v1/intervals/%D0%BF%D0%BE%D0%B5%D1%82%D0%B8", `{"call_every":3}`))
	if diff := cmp.Diff(map[string]any{"tag": "поети", "call_every": 3.0}, s.object(got)); diff != "" {
		t.Error(diff)
	}
	s.want(204, s.ask("DELETE", "/api/v1/intervals/%D0%9F%D0%9E%D0%95%D0%A2%D0%98", ""))
	if list := s.want(200, s.ask("GET", "/api/v1/intervals", "")); strings.TrimSpace(list.text) != "[]" {
		t.Error(list.text)
	}
}
