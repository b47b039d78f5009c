package web_test

import (
	"testing"

	"github.com/pythonweb/goweb/assistant"
)

// A page that has not changed is a 304; whatever it depends on makes it another one.
func TestUnchangedPages(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся"})
	for _, path := range []string{"/", "/contacts", "/contacts/" + c.ID, "/notes", "/birthdays", "/tags", "/search?q=a"} {
		tag := s.want(200, s.ask("GET", path, "")).Header.Get("ETag")
		s.want(304, s.ask("GET", path, "", "If-None-Match", tag))
		s.want(200, s.ask("GET", path, "", "If-None-Match", tag, "Accept-Language", "uk"))
		s.want(200, s.ask("GET", path, "", "If-None-Match", tag, "Cookie", s.as.cookie+"; theme=dark"))
		s.add(&assistant.Contact{Name: "Ще хтось"})
		s.want(200, s.ask("GET", path, "", "If-None-Match", tag))
	}
	tag := s.ask("GET", "/contacts", "").Header.Get("ETag")
	s.want(303, s.ask("GET", "/contacts", "", "If-None-Match", tag, "Cookie", "none=1"))
	s.as = s.account("taras")
	s.want(200, s.ask("GET", "/contacts", "", "If-None-Match", tag))
	if r := s.want(200, s.ask("GET", "/access", "")); r.Header.Get("ETag") != "" ||
		r.Header.Get("Cache-Control") != "no-store" {
		t.Error(r.Header)
	}
	if r := s.want(404, s.ask("GET", "/contacts/none", "")); r.Header.Get("ETag") != "" {
		t.Error(r.Header)
	}
}
