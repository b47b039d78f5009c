package sqlstore

import (
	"bytes"
	"testing"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestPostgres(t *testing.T) {
	server := storagetest.Postgres(t)
	storetest.Run(t, func(t *testing.T) assistant.Store { return open(t, server.Database(t)) })
}

// A picture is no part of the text of a statement, where it would take twice its length and stand in the server's log.
func TestPicturesAreParameters(t *testing.T) {
	server := storagetest.Postgres(t)
	dsn := server.Database(t)
	store := open(t, dsn)
	db, err := storage.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range []string{
		"CREATE TABLE lengths (length INTEGER)",
		"CREATE FUNCTION note_length() RETURNS trigger LANGUAGE plpgsql AS " +
			"$$BEGIN INSERT INTO lengths VALUES (length(current_query())); RETURN NEW; END$$",
		"CREATE TRIGGER note_length AFTER INSERT OR UPDATE ON contacts FOR EACH ROW EXECUTE FUNCTION note_length()",
		"CREATE TRIGGER note_length AFTER INSERT ON contact_versions FOR EACH ROW EXECUTE FUNCTION note_length()",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	c := &assistant.Contact{
		ID: uuid.NewString(), Name: "Anna", Source: bytes.Repeat([]byte("s"), 1<<18),
		Photo: &assistant.Photo{MediaType: "image/png", Data: bytes.Repeat([]byte("\x00\xff'"), 1<<18)},
	}
	for range 2 { // added, and changed
		if err := store.SaveContacts(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	page, err := store.Past(t.Context(), "")
	if err != nil || len(page.Past) == 0 {
		t.Fatalf("%d former versions: %v", len(page.Past), err)
	}
	page.Past[0].Version += 100
	page.Past[0].Contact.Version += 100
	if err := store.RestorePast(t.Context(), page.Past...); err != nil {
		t.Fatal(err)
	}
	var count, length int
	if err := db.NewRaw("SELECT count(*), max(length) FROM lengths").Scan(t.Context(), &count, &length); err != nil {
		t.Fatal(err)
	}
	if count < 4 || length > 10_000 {
		t.Errorf("%d rows were written, want 4 or more, by statements of up to %d characters", count, length)
	}
	stored, err := store.Contacts(t.Context(), c.ID)
	if err != nil || len(stored) != 1 || !bytes.Equal(stored[0].Photo.Data, c.Photo.Data) ||
		!bytes.Equal(stored[0].Source, c.Source) {
		t.Errorf("the picture does not come back: %v", err)
	}
}
