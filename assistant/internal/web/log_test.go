package web_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/web"
)

// A lockedBuffer takes what several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements [io.Writer].
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A breaking library has books that break; who comes in is known all the same.
type breaking struct {
	assistant.Library
	broken assistant.Store
	breaks atomic.Bool
}

// Book implements [assistant.Library].
func (b *breaking) Book(a assistant.Account) assistant.Store {
	if b.breaks.Load() {
		return b.broken
	}
	return b.Library.Book(a)
}

// Nothing that a person keeps here or has typed stands in the log, whatever is asked and whatever goes wrong.
func TestLogsHoldNoContactData(t *testing.T) {
	var log lockedBuffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(was)

	closed := backendtest.Open(t, "sqlite::memory:")
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	library := &breaking{broken: closed}
	s := newSite(t, func(o *web.Options) { library.Library, o.Library = o.Library, library })
	c := s.add(&assistant.Contact{
		Name: "Hushed-Name", Phones: []assistant.Phone{{Typed: "+380671112233"}}, Note: "Hushed-Remark",
		Emails: []assistant.Email{{Address: "hushed-mail@example.com"}}, Tags: []string{"Hushed-Tag"},
		Birthday: s.book.Today(),
	})
	n, err := s.book.CreateNote(t.Context(), &assistant.Note{Title: "Hushed-Title", Text: "Hushed-Text"})
	if err != nil {
		t.Fatal(err)
	}
	hushed := []string{
		"hushed", "380671112233", "0671112233", s.as.app, s.as.password, strings.SplitN(s.as.cookie, "=", 2)[1], "typed-here",
	}
	everything := func() {
		for _, path := range []string{
			"/", "/contacts", "/contacts?q=hushed", "/contacts?tag=Hushed-Tag&after=typed-here", "/contacts/new?name=typed-here",
			"/contacts/typed-here", "/notes", "/notes/new", "/notes/typed-here", "/link?name=typed-here", "/search?q=typed-here",
			"/birthdays", "/year", "/tags", "/duplicates", "/merge?id=typed-here", "/trash", "/import", "/export", "/export.vcf",
			"/export.csv", "/export.json", "/access", "/webhooks", "/connect", "/settings", "/help", "/calendar/typed-here",
			"/api/v1/contacts", "/api/v1/contacts?after=typed-here", "/api/v1/contacts/typed-here", "/api/v1/notes",
			"/api/v1/search?q=typed-here", "/api/v1/birthdays", "/api/v1/tags", "/api/v1/intervals", "/api/v1/export",
			"/api/v1/duplicates", "/api/v1/trash", "/api/v1/webhooks", "/dav/", "/dav/typed-here",
		} {
			s.ask("GET", path, "")
		}
		for _, of := range []string{"/contacts/" + c.ID, "/notes/" + n.ID} {
			for _, below := range []string{"", "/edit", "/delete", "/history", "/history/1", "/photo", "/qr.png", "/card"} {
				s.ask("GET", of+below, "")
				s.ask("GET", "/api/v1"+of+below, "")
			}
			for _, below := range []string{"", "/undo", "/touch", "/done", "/restore", "/unmerge"} {
				s.send(of+below, url.Values{
					"version": {"99"}, "name": {"typed-here"}, "to": {"typed-here"}, "phones": {"typed-here"},
				})
			}
			s.ask("PUT", "/api/v1"+of, `{"name":"typed-here","text":"typed-here","birthday":"typed-here"}`)
			s.ask("POST", "/api/v1"+of+"/undo?to=7", "")
		}
		for _, path := range []string{
			"/contacts", "/notes", "/contacts/selection", "/merge", "/import", "/access", "/access/revoke", "/webhooks",
			"/webhooks/remove", "/settings", "/tags", "/login", "/setup",
		} {
			s.send(path, url.Values{
				"name": {"typed-here"}, "emails": {"typed-here"}, "text": {"typed-here"}, "id": {c.ID}, "action": {"typed-here"},
				"tag": {"typed-here"}, "url": {"https://typed-here.example.com"}, "password": {"typed-here"}, "call_every": {"3"},
			})
		}
		for _, path := range []string{"/contacts", "/notes", "/merge", "/import", "/webhooks"} {
			s.ask("POST", "/api/v1"+path, `{"name":"typed-here","text":"typed-here","url":"https://typed-here.example.com"}`)
		}
	}
	everything()
	library.breaks.Store(true)
	everything()
	if err := s.library.(assistant.Store).Close(); err != nil {
		t.Fatal(err)
	}
	everything()
	text := strings.ToLower(log.text())
	for _, from := range []string{"msg=page", "msg=api", "msg=session"} {
		if !strings.Contains(text, from) {
			t.Errorf("nothing was logged as %s: the test is worth nothing", from)
		}
	}
	for _, word := range hushed {
		if at := strings.Index(text, strings.ToLower(word)); at >= 0 {
			t.Errorf("the log has %q: %s", word, text[max(0, at-300):min(len(text), at+100)])
		}
	}
}
