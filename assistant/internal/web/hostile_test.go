package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web"
)

// No text that a form or a program sends makes a line of a card.
func TestNewlinesStayInTheirProperty(t *testing.T) {
	s := newSite(t)
	for i, end := range []string{"\n", "\r\n", "\r", "\u2028", "\u0085", "\\n"} {
		evil := "x" + end + "TEL:+380671234567" + end + "END:VCARD" + end + "BEGIN:VCARD"
		r := s.want(303, s.send("/contacts", url.Values{
			"name": {
				fmt.Sprint("Ім'я ", i, evil),
			}, "note": {evil}, "organization": {evil}, "title": {evil}, "role": {evil}, "nickname": {evil}, "tags": {evil},
			"addresses.street": {evil}, "addresses.type": {evil}, "web_pages": {
				"https://example.com/" + evil,
			}, "chats": {evil}, "chats.type": {evil},
			"relations": {evil}, "relations.type": {evil},
		}))
		card := s.want(200, s.ask("GET", r.Header.Get("Location")+"/card", "")).text
		for _, line := range []string{"BEGIN:VCARD", "END:VCARD"} {
			if n := strings.Count("\r\n"+strings.ReplaceAll(card, "\r\n ", ""), "\r\n"+line+"\r\n"); n != 1 {
				t.Errorf("%q: %d lines %s:\n%s", end, n, line, card)
			}
		}
		for line := range strings.SplitSeq(strings.ReplaceAll(card, "\r\n ", ""), "\r\n") {
			if strings.HasPrefix(line, "TEL") || strings.ContainsAny(line, "\r\n") {
				t.Errorf("%q: %q", end, line)
			}
		}
		contacts, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{})
		if err != nil || len(contacts.Contacts) != i+1 {
			t.Fatal(len(contacts.Contacts), err)
		}
	}
}

// No path leads to a file, to another book or out of the program.
func TestPathsLeadNowhere(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся"})
	for _, path := range []string{
		"/static/../page.go",
		"/static/%2e%2e/page.go", "/static/..%2fpage.go", "/static/", "/static/html/frame.html",
		"/static//etc/passwd",
		"/contacts/..%2f" + c.ID, "/contacts/" + c.ID + "%00", "/contacts/" + c.ID + "/",
		"/contacts/" + strings.ToUpper(c.ID), "/contacts/" + c.ID[:8],
		"/contacts/%d0%9b%d0%b5%d1%81%d1%8f",
		"/contacts/" + c.ID + "/photo/..", "/contacts/" + c.ID + "/history/../../../healthz",
		"//example.com/", "/\\example.com/", "/api/v1/../v1/contacts/x",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\nConnection: close\r\n\r\n", path, s.as.cookie)
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(path, err)
		}
		text, _ := io.ReadAll(r.Body) // half a text is no worse
		_, _ = r.Body.Close(), conn.Close()
		if r.StatusCode < 300 || strings.Contains(string(text), "package page") || strings.Contains(string(text), "root:") {
			t.Errorf("%s: %d %s", path, r.StatusCode, text)
		}
		to := r.Header.Get("Location")
		if to != "" && !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}

// Who sends too much gets 413, and who sends a header without end gets 431.
func TestOversizedRequests(t *testing.T) {
	s := newSite(t)
	large := strings.Repeat("x", 32<<20)
	s.want(413, s.send("/contacts", url.Values{"name": {"Леся"}, "note": {large}}))
	s.want(413, s.send("/notes", url.Values{"text": {large}}))
	s.want(413, s.file("/import", "file", []byte(large), nil))
	s.want(413, s.ask("POST", "/api/v1/notes", `{"text":"`+large[:5<<20]+`"}`))
	r := s.ask("GET", "/contacts", "", "X-Large", large[:2<<20])
	s.want(431, r)
	// What no database takes for text is refused before one is asked.
	for _, path := range []string{
		"/contacts/%00", "/contacts/%ff", "/notes/%00/edit", "/api/v1/contacts/%00", "/contacts?q=%00", "/contacts?tag=%ff",
		"/api/v1/search?q=%ff", "/link?name=%00",
	} {
		s.want(400, s.ask("GET", path, ""))
	}
	s.want(400, s.send("/merge", url.Values{"id": {"a\x00", "b"}}))
	s.want(401, s.send("/login", url.Values{"name": {"\xff"}}))
	if contacts, err := s.book.Store.ListContacts(
		t.Context(), assistant.ContactQuery{},
	); err != nil || len(contacts.Contacts) != 0 {
		t.Error(contacts, err)
	}
}

// A client that sends a byte now and then holds no connection, and nobody waits for it.
func TestSlowClients(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	go func() {
		server := web.Server{
			Handler:  handler,
			Timeouts: web.Timeouts{Header: 200 * time.Millisecond, Read: time.Second, Write: time.Second, Idle: time.Second},
		}
		ended <- server.Serve(ctx, listener)
	}()
	slow, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := io.WriteString(slow, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(slow); err != nil { // the server closes the connection
		t.Error(err)
	}
	quick, err := http.Get("http://" + listener.Addr().String())
	if err != nil || quick.StatusCode != http.StatusNoContent {
		t.Error(quick, err)
	}
	_ = quick.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
