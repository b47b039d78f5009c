package main

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// The writer of the test of tokens over a fail-over.
type cardWriter struct {
	mu        sync.Mutex
	confirmed map[string]bool
}

// write puts new cards until it is told to end; what the server has confirmed is noted.
func (w *cardWriter) write(s *cardServer, prefix string, end <-chan struct{}) {
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for i := 0; ; i++ {
		select {
		case <-end:
			return
		default:
		}
		name := fmt.Sprintf("%s-%d", prefix, i)
		card := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + name + "\r\nFN:" + name + "\r\nEND:VCARD\r\n"
		if status, _ := s.ask(client, "PUT", name, card); status == http.StatusCreated {
			w.mu.Lock()
			w.confirmed[name] = true
			w.mu.Unlock()
		}
	}
}

func (w *cardWriter) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.confirmed)
}

// Whoever follows the tokens while the primary is killed and the standby takes over has seen every change that was
// confirmed, and no token is refused.
func TestTokensOverFailOver(t *testing.T) {
	t.Parallel()
	primary, standby, store := synchronousPair(t)
	olena := addOwner(t, store)
	s := &cardServer{T: t, password: olena.app, book: serveStore(t, store, nil).url + "/dav/books/olena/contacts/"}

	w := &cardWriter{confirmed: make(map[string]bool)}
	end := make(chan struct{})
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() { w.write(s, fmt.Sprint("writer", i), end) })
	}
	seen, token, answers := make(map[string]bool), "", 0
	follow := func() {
		names, next, status := s.follow(token)
		switch status {
		case http.StatusMultiStatus:
			maps.Copy(seen, names)
			token = next
			answers++
		case 0, http.StatusServiceUnavailable:
		default:
			t.Errorf("a token is answered with %d", status)
		}
	}
	consoletest.Eventually(t, "some cards are stored", func() bool { follow(); return w.count() > 50 })
	primary.Kill(t)
	follow()
	standby.Admin(t, "SELECT pg_promote()")
	before := w.count()
	consoletest.Eventually(t, "cards are stored in the other server", func() bool {
		follow()
		return w.count() > before+50
	})
	close(end)
	group.Wait()
	last := answers
	consoletest.Eventually(t, "the last changes are told", func() bool { follow(); return answers > last })
	for name := range w.confirmed {
		if !seen[name] {
			t.Errorf("the card %s was confirmed, and no token has told of it", name)
		}
	}
	t.Logf("%d cards, %d answers", len(w.confirmed), answers)
}
