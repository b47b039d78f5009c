package cached_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/cached"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dsn, cache string) *cached.Store {
	t.Helper()
	store, err := backend.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	options, err := redis.ParseURL(cache)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cached.New(store, redis.NewClient(options), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLiteBehindCache(t *testing.T) {
	server := storagetest.Redis(t)
	storetest.Run(t, func(t *testing.T) assistant.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), server.URL)
	})
}

func TestPostgresBehindCache(t *testing.T) {
	server, postgres := storagetest.Redis(t), storagetest.Postgres(t)
	storetest.Run(t, func(t *testing.T) assistant.Store { return open(t, postgres.Database(t), server.URL) })
}

func TestMongoDBBehindCache(t *testing.T) {
	server, mongo := storagetest.Redis(t), storagetest.Mongo(t)
	storetest.Run(t, func(t *testing.T) assistant.Store {
		if storetest.ManyWrite(t) {
			mongo.NeedConditionalWrites(t)
		}
		return open(t, mongo.MongoDatabase(t), server.URL)
	})
}

func TestDeadRedisChangesNoAnswer(t *testing.T) {
	server := storagetest.Redis(t)
	server.Kill(t)
	storetest.Run(t, func(t *testing.T) assistant.Store { return open(t, "sqlite::memory:", server.URL) })
}

func contact(t *testing.T, s assistant.Store, id string) *assistant.Contact {
	t.Helper()
	found, err := s.Contacts(t.Context(), id)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d contacts, %v", len(found), err)
	}
	return found[0]
}

// A write made while Redis hangs is never answered stale afterwards, not even by a process that starts then.
func TestWriteWhileRedisHangs(t *testing.T) {
	server := storagetest.Redis(t)
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	first, second := open(t, dsn, server.URL), open(t, dsn, server.URL)
	c := storetest.FullContact()
	if err := first.SaveContacts(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, s := range []assistant.Store{first, second} {
		contact(t, s, c.ID)
	}
	server.Freeze(t)
	c.Name = "Змінена"
	if err := first.SaveContacts(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	check := func(when string, stores ...assistant.Store) {
		t.Helper()
		for i, s := range stores {
			if got := contact(t, s, c.ID); got.Name != c.Name || got.Version != c.Version {
				t.Errorf("%s store %d has %q of version %d", when, i, got.Name, got.Version)
			}
		}
	}
	check("while Redis hangs,", first, second)
	server.Continue(t)
	check("after Redis has come back,", first, second, open(t, dsn, server.URL))
}

func TestAnswersAreRemembered(t *testing.T) {
	server := storagetest.Redis(t)
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	s := open(t, dsn, server.URL+"?read_timeout=20s") // patient, on a machine that is busy with other tests
	c := storetest.FullContact()
	if err := s.SaveContacts(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		contact(t, s, c.ID)
		if _, err := s.Search(t.Context(), assistant.SearchQuery{Words: "їжак"}); err != nil {
			t.Fatal(err)
		}
	}
	infos, err := s.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, info := range infos {
		if info.Kind == "contacts" || info.Kind == "searches" {
			seen++
			if info.Hits != 2 || info.Misses != 1 || info.Size != 1 {
				t.Errorf("%+v", info)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d kinds of %+v", seen, infos)
	}
}

// What another program changes by SQL is never answered as it was before.
func TestChangesBySQL(t *testing.T) {
	server := storagetest.Redis(t)
	for name, dsn := range map[string]string{
		"SQLite":     "sqlite:" + filepath.Join(t.TempDir(), "book.db"),
		"PostgreSQL": storagetest.Postgres(t).Database(t),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn, server.URL)
			c := storetest.FullContact()
			n := &assistant.Note{ID: c.ID, Text: "їжа", Tags: []string{"дім"}}
			if err := errors.Join(s.SaveContacts(t.Context(), c), s.SaveNotes(t.Context(), n)); err != nil {
				t.Fatal(err)
			}
			db, err := storage.Open(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			for _, statement := range []string{
				"UPDATE contacts SET name = 'інша'", "DELETE FROM contact_tags", "DELETE FROM contacts",
				"UPDATE notes SET text = 'інше'", "DELETE FROM note_tags", "DELETE FROM notes",
			} {
				contacts, notes, tags := answers(t, s)
				if again, _, _ := answers(t, s); again != contacts {
					t.Error("an answer changes by itself")
				}
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
				nowContacts, nowNotes, nowTags := answers(t, s)
				if nowContacts == contacts && nowNotes == notes && nowTags == tags {
					t.Errorf("%s: the answers are those of before", statement)
				}
			}
		})
	}
}

// answers puts what a store answers into texts.
func answers(t *testing.T, s assistant.Store) (contacts, notes, tags string) {
	t.Helper()
	people, err := s.ListContacts(t.Context(), assistant.ContactQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range people.Contacts {
		contacts += c.Name + "\n"
	}
	list, err := s.ListNotes(t.Context(), assistant.NoteQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range list.Notes {
		notes += n.Text + "\n"
	}
	contactTags, err := s.ContactTags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noteTags, err := s.NoteTags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return contacts, notes, fmt.Sprint(contactTags, noteTags)
}
