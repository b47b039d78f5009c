package web_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/web"
)

// The page says where phones find the book, and Apple's profile has the account and no password.
func TestConnect(t *testing.T) {
	base, err := url.Parse("https://example.com/book")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(o *web.Options) { o.Base = base })
	r := s.want(200, s.ask("GET", "/book/connect", ""))
	if !strings.Contains(r.text, "https://"+r.Request.URL.Host+"/book/dav/") {
		t.Error(r.text)
	}
	if r := s.want(200, s.ask("GET", "/book/access", "")); !strings.Contains(r.text, `href="/book/connect"`) {
		t.Error("no link")
	}
	r = s.want(200, s.ask("GET", "/book/connect/qr.png", ""))
	if _, err := png.Decode(strings.NewReader(r.text)); err != nil {
		t.Error(err)
	}
	r = s.want(200, s.ask("GET", "/book/connect/assistant.mobileconfig", ""))
	for d := xml.NewDecoder(bytes.NewReader([]byte(r.text))); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{
		"com.apple.carddav.account", "<string>/book/dav/principals/olena/</string>",
		"<key>CardDAVUseSSL</key><true/>",
	} {
		if !strings.Contains(r.text, part) {
			t.Errorf("no %s in %s", part, r.text)
		}
	}
	if strings.Contains(r.text, s.as.app) || r.Header.Get("Content-Type") != "application/x-apple-aspen-config" {
		t.Error(r.text)
	}
}

// The calendar is for whoever knows its address, until that is renewed.
func TestCalendar(t *testing.T) {
	s := newSite(t)
	birthday := "1990-05-04"
	if _, err := s.book.AddContact(t.Context(), assistant.ContactInput{
		Name:     new("Олена"),
		Birthday: &birthday,
	}); err != nil {
		t.Fatal(err)
	}
	path, err := secret.CalendarPath(t.Context(), s.library, s.as.Account, "", false)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := secret.CalendarPath(t.Context(), s.library, s.as.Account, "", false); err != nil || same != path {
		t.Error(same, err)
	}
	s.as = &visitor{}
	r := s.want(200, s.ask("GET", path, ""))
	if !strings.Contains(r.text, "DTSTART;VALUE=DATE:19900504") ||
		r.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Error(r.text)
	}
	for _, wrong := range []string{
		"/calendar/1-.ics", "/calendar/9-x.ics", "/calendar/x.ics", path + "x",
		strings.TrimSuffix(path, ".ics"),
	} {
		s.want(404, s.ask("GET", wrong, ""))
	}
	if renewed, err := secret.CalendarPath(t.Context(), s.library, assistant.Account{ID: 1}, "", true); err != nil ||
		renewed == path {
		t.Error(renewed, err)
	}
	s.want(404, s.ask("GET", path, ""))
}
