package sqlstore

import (
	"slices"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// Groups that older versions took for people are groups after the migration, their members have their tags, and the
// cards of nobody else have changed.
func TestOlderGroups(t *testing.T) {
	for name, dsn := range map[string]string{
		"sqlite": "sqlite::memory:", "postgres": storagetest.Postgres(t).Database(t),
	} {
		t.Run(name, func(t *testing.T) { storetest.OlderGroups(t, open(t, dsn), asPeople) })
	}
}

// asPeople makes the groups what they were in the version before.
func asPeople(t *testing.T, store assistant.Store) {
	t.Helper()
	s := store.(*Store)
	for _, statement := range []string{
		"UPDATE contacts SET kind = ''", "UPDATE document_form SET form = 2",
	} {
		if _, err := s.db.NewRaw(statement).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := s.Migrate(t.Context()); err != nil || slices.Contains(names, "008_groups") {
		t.Fatal(names, err)
	}
}
