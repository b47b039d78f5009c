package backend_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// All stores give the same hits in the same order, for Ukrainian and English, for names and signs. FerretDB, which stands
// in for MongoDB, reads every document for every query: 1,000 queries over 10,000 contacts would take it hours, so that
// the long run has less for it. A server at TEST_MONGO_URL gets all.
func TestSearchIsTheSameOnAllStores(t *testing.T) {
	mongo := storagetest.Mongo(t)
	mongoContacts, mongoQueries := consoletest.Count(200, 1000), consoletest.Count(60, 200)
	if os.Getenv("TEST_MONGO_URL") != "" {
		mongoContacts, mongoQueries = consoletest.Count(200, 10_000), consoletest.Count(60, 1000)
	}
	for _, test := range []struct {
		name              string
		dsn               string
		contacts, queries int
	}{
		{"PostgreSQL", storagetest.Postgres(t).Database(t), consoletest.Count(200, 10_000), consoletest.Count(60, 1000)},
		{"MongoDB", mongo.MongoDatabase(t), mongoContacts, mongoQueries},
	} {
		t.Run(test.name, func(t *testing.T) {
			sample := storetest.NewSample(4)
			contacts, notes := make([]*assistant.Contact, test.contacts), make([]*assistant.Note, test.contacts/4)
			for i := range contacts {
				contacts[i] = sample.Contact()
			}
			for i := range notes {
				notes[i] = sample.Note()
			}
			sqlite := filled(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), contacts, notes)
			other := filled(t, test.dsn, contacts, notes)
			hits := 0
			for range test.queries {
				query := sample.OddQuery()
				want := found(t, sqlite, query)
				hits += len(want)
				if diff := cmp.Diff(want, found(t, other, query)); diff != "" {
					t.Errorf("%q on SQLite and %s (-SQLite +%s):\n%s", query, test.name, test.name, diff)
				}
			}
			if hits == 0 {
				t.Error("no query found anything")
			}
			t.Logf("%d queries over %d contacts and %d notes, %d hits", test.queries, len(contacts), len(notes), hits)
		})
	}
}

// filled opens a store that holds the contacts and notes.
func filled(t *testing.T, dsn string, contacts []*assistant.Contact, notes []*assistant.Note) assistant.Store {
	t.Helper()
	store, err := backend.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for part := range slices.Chunk(fresh(contacts), 250) {
		if err := store.SaveContacts(t.Context(), part...); err != nil {
			t.Fatal(err)
		}
	}
	for part := range slices.Chunk(fresh(notes), 250) {
		if err := store.SaveNotes(t.Context(), part...); err != nil {
			t.Fatal(err)
		}
	}
	return store
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
