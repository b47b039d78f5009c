package backend_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// All stores give the same hits in the same order, for Ukrainian and English, for names and signs.
func TestSearchIsTheSameOnAllStores(t *testing.T) {
	sample := storetest.NewSample(4)
	var contacts []*assistant.Contact
	var notes []*assistant.Note
	for range consoletest.Count(200, 10_000) {
		contacts = append(contacts, sample.Contact())
	}
	for range consoletest.Count(50, 1000) {
		notes = append(notes, sample.Note())
	}
	stores := map[string]assistant.Store{}
	for name, dsn := range map[string]string{
		"SQLite":     "sqlite:" + filepath.Join(t.TempDir(), "book.db"),
		"PostgreSQL": storagetest.Postgres(t).Database(t),
		"MongoDB":    storagetest.Mongo(t).MongoDatabase(t),
	} {
		store, err := backend.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		for from := 0; from < len(contacts); from += 100 {
			if err := store.SaveContacts(t.Context(), fresh(contacts[from:min(from+100, len(contacts))])...); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.SaveNotes(t.Context(), fresh(notes)...); err != nil {
			t.Fatal(err)
		}
		stores[name] = store
	}
	hits := 0
	for range consoletest.Count(60, 1000) {
		query := sample.OddQuery()
		want := found(t, stores["SQLite"], query)
		hits += len(want)
		for _, name := range []string{"PostgreSQL", "MongoDB"} {
			if diff := cmp.Diff(want, found(t, stores[name], query)); diff != "" {
				t.Errorf("%q on SQLite and %s (-SQLite +%s):\n%s", query, name, name, diff)
			}
		}
	}
	if hits == 0 {
		t.Error("no query found anything")
	}
}

// fresh returns copies that no store has raised the version of.
func fresh[T any](list []*T) []*T {
	copies := make([]*T, len(list))
	for i, v := range list {
		value := *v
		copies[i] = &value
	}
	return copies
}

// found returns the hits in their order.
func found(t *testing.T, store assistant.Store, query string) []string {
	t.Helper()
	result, err := store.Search(t.Context(), assistant.SearchQuery{Words: query})
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	var hits []string
	for _, c := range result.Contacts {
		hits = append(hits, fmt.Sprint(c.ID, " ", c.Name))
	}
	for _, n := range result.Notes {
		hits = append(hits, fmt.Sprint(n.ID, " ", n.Heading()))
	}
	return hits
}
