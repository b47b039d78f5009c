package sqlstore

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// eager puts every document into the index of grams at once and reads none that is in it to order it.
func eager(s *Store) *Store {
	s.limits = gramLimits{index: 2, read: 0, walk: 1000}
	return s
}

func TestStoreByGrams(t *testing.T) {
	storetest.Run(t, func(t *testing.T) assistant.Store {
		return eager(open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")))
	})
}

func TestPostgresByGrams(t *testing.T) {
	server := storagetest.Postgres(t)
	storetest.Run(t, func(t *testing.T) assistant.Store { return eager(open(t, server.Database(t))) })
}

// TestGrams: whatever is done to contacts, also by SQL, a page of a search for one or two characters is a part of what
// is found without the index, and the index was asked.
func TestGrams(t *testing.T) {
	for name, dsn := range map[string]string{
		"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "book.db"), "postgres": storagetest.Postgres(t).Database(t),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn)
			s.limits = gramLimits{index: 40, read: 5, walk: 1000}
			sample := storetest.NewSample(3)
			var all []*assistant.Contact
			for range 10 {
				var batch []*assistant.Contact
				for range 50 {
					batch = append(batch, sample.Contact())
				}
				if err := s.SaveContacts(t.Context(), batch...); err != nil {
					t.Fatal(err)
				}
				all = append(all, batch...)
			}
			comparePages(t, s)
			// Hits whose names come late are read without the index.
			s.limits.walk = 60
			comparePages(t, s)
			s.limits.walk = 1000
			for _, c := range all[:60] {
				c.Name, c.Parts = c.Name[len("А"):]+" Якась", assistant.NameParts{}
			}
			if err := s.SaveContacts(t.Context(), all[:60]...); err != nil {
				t.Fatal(err)
			}
			for _, c := range all[100:115] {
				if err := s.DeleteContact(t.Context(), c.ID, 0); err != nil {
					t.Fatal(err)
				}
			}
			change(t, s, "UPDATE contact_documents SET document = replace(document, 'а', 'ї') WHERE seq % 40 = 1")
			change(t, s, "DELETE FROM contact_documents WHERE seq % 40 = 2")
			comparePages(t, s)
			// What was changed most is put into the index.
			if err := s.SaveContacts(t.Context(), all[200:300]...); err != nil {
				t.Fatal(err)
			}
			for _, c := range all[200:300] {
				c.Note = "жужелиця"
			}
			if err := s.SaveContacts(t.Context(), all[200:300]...); err != nil {
				t.Fatal(err)
			}
			comparePages(t, s)
			if n := count(t, s, "SELECT count(*) FROM contact_unindexed"); n != 0 {
				t.Errorf("the index does not have %d documents", n)
			}
			// A store of an older version has no index.
			if _, err := s.migrator.Down(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if names, err := s.Migrate(t.Context()); err != nil || len(names) != 1 {
				t.Fatal(names, err)
			}
			if n := count(t, s, "SELECT count(*) FROM contact_grams"); n == 0 {
				t.Error("nothing is indexed after the migration")
			}
			comparePages(t, s)
		})
	}
}

func change(t *testing.T, s *Store, statement string) {
	t.Helper()
	if _, err := s.db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, s *Store, query string) (n int) {
	t.Helper()
	if err := s.db.NewRaw(query).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// comparePages asks for grams that all, many, few and no contacts have.
func comparePages(t *testing.T, s *Store) {
	t.Helper()
	asked := 0
	for _, words := range []string{
		"а", "о", "ол", "ко", "енк", "m", "sm", "ї", "'", "-", "06", "7", "@", "ж", "жу", "%", "ъ", "як",
	} {
		whole, err := s.Search(t.Context(), assistant.SearchQuery{Words: words})
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range [][2]int{{0, 1}, {0, 50}, {3, 20}, {40, 100}, {499, 2}} {
			skip, limit := page[0], page[1]
			want := whole.Contacts[min(skip, len(whole.Contacts)):min(skip+limit, len(whole.Contacts))]
			got, err := s.Search(t.Context(), assistant.SearchQuery{Words: words, Skip: skip, Limit: limit})
			if err != nil {
				t.Fatal(err)
			}
			if got.TotalContacts != whole.TotalContacts {
				t.Errorf("%q has %d hits, not %d", words, got.TotalContacts, whole.TotalContacts)
			}
			if diff := cmp.Diff(contacts().ids(want), contacts().ids(got.Contacts), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%d after %d with %q: %s", limit, skip, words, diff)
			}
			_, _, ok, err := contacts().searchGram(t.Context(), s, search.Parse(words), skip, limit)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				asked++
			}
		}
	}
	if asked < 60 {
		t.Errorf("%d pages are by the index", asked)
	}
}
