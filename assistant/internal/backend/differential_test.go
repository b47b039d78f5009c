package backend_test

import (
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// All stores give the same hits in the same order, for Ukrainian and English, for names and signs. FerretDB, which
// stands in for MongoDB, decodes every document for every query, so that the long run has less for it. A server at
// TEST_MONGO_URL gets all.
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
			queries := make([]string, test.queries)
			for i := range queries {
				queries[i] = sample.OddQuery()
			}
			sqlite := filled(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), contacts, notes)
			other := filled(t, test.dsn, contacts, notes)
			var hits atomic.Int64
			t.Cleanup(func() {
				if hits.Load() == 0 {
					t.Error("no query found anything")
				}
				t.Logf("%d queries over %d contacts and %d notes, %d hits", len(queries), len(contacts), len(notes), hits.Load())
			})
			for part := range slices.Chunk(queries, (len(queries)+1)/2) {
				t.Run("part", func(t *testing.T) {
					t.Parallel()
					for i, words := range part {
						hits.Add(int64(sameHits(t, sqlite, other, words, i)))
					}
				})
			}
		})
	}
}

// sameHits compares all that one store finds with a page of what another finds, and returns the number of hits. Where
// the hits are more than a page, the page is one of them, by random.
func sameHits(t *testing.T, all, paged assistant.Store, words string, random int) int {
	t.Helper()
	similar := random%3 == 0
	want, err := all.Search(t.Context(), assistant.SearchQuery{Words: words, Similar: similar})
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	const size = 250
	skip := random % (max(len(want.Contacts), len(want.Notes))/size + 1) * size
	got, err := paged.Search(t.Context(), assistant.SearchQuery{Words: words, Similar: similar, Skip: skip, Limit: size})
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	want.Contacts, want.Notes = page(want.Contacts, skip, size), page(want.Notes, skip, size)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%q from hit %d on (-SQLite +other):\n%s", words, skip, diff)
	}
	return want.TotalContacts + want.TotalNotes
}

func page[T any](list []T, skip, size int) []T {
	return list[min(skip, len(list)):min(skip+size, len(list))]
}

// filled opens a store that holds the contacts and notes.
func filled(t *testing.T, dsn string, contacts []*assistant.Contact, notes []*assistant.Note) assistant.Store {
	t.Helper()
	store := backendtest.Open(t, dsn)
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
