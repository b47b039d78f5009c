package dav_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/web/webtest"
	"github.com/pythonweb/goweb/assistant/storetest"
)

// BenchmarkGet asks for the cards of a book of 10,000, one after the other.
func BenchmarkGet(b *testing.B) {
	library := backendtest.Open(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db"))
	olena := webtest.AddAccount(b, library, "olena", "phone")
	cards := make([]*assistant.Contact, 10_000)
	sample := storetest.NewSample(24)
	for i := range cards {
		cards[i] = sample.Contact()
	}
	if err := olena.Book.Store.SaveContacts(b.Context(), cards...); err != nil {
		b.Fatal(err)
	}
	server := webtest.Serve(b, library)
	i := 0
	for b.Loop() {
		path := booksPath + cards[i%len(cards)].CardName()
		server.Want(200, server.Ask("GET", path, "", func(r *http.Request) { r.SetBasicAuth("olena", olena.App) }))
		i++
	}
}
