package transfer_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/transfer"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func open(t *testing.T, dsn string) assistant.Store {
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
	return store
}

// filled returns a store with hard texts and 600 invented people and notes.
func filled(t *testing.T) (store assistant.Store, records int) {
	t.Helper()
	store = open(t, "sqlite::memory:")
	sample := storetest.NewSample(3)
	contacts, notes := []*assistant.Contact{storetest.FullContact()}, []*assistant.Note{storetest.FullNote()}
	for range 270 {
		contacts, notes = append(contacts, sample.Contact()), append(notes, sample.Note())
	}
	if err := errors.Join(store.SaveContacts(t.Context(), contacts...), store.SaveNotes(t.Context(), notes...)); err != nil {
		t.Fatal(err)
	}
	return store, len(contacts) + len(notes)
}

func none(int) {}

func check(t *testing.T, what string, want, got transfer.Report, err error) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s: %v\n%s", what, err, diff)
	}
}

func checkEqual(t *testing.T, a, b assistant.Store) {
	t.Helper()
	for _, pair := range [][2]assistant.Store{{a, b}, {b, a}} {
		if n, err := transfer.Differences(t.Context(), pair[0], pair[1]); n != 0 || err != nil {
			t.Errorf("%d differences, %v", n, err)
		}
	}
}

func TestCopyBetweenAllStores(t *testing.T) {
	from, records := filled(t)
	for _, dsn := range []string{storagetest.Postgres(t).Database(t), storagetest.Mongo(t).MongoDatabase(t), "sqlite::memory:"} {
		to := open(t, dsn)
		report, err := transfer.Copy(t.Context(), to, from, none)
		check(t, "first copy", transfer.Report{Written: records}, report, err)
		checkEqual(t, from, to)
		revision, err := to.Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		report, err = transfer.Copy(t.Context(), to, from, none)
		check(t, "second copy", transfer.Report{Same: records}, report, err)
		if again, err := to.Revision(t.Context()); again != revision || err != nil {
			t.Errorf("the second copy has changed something: %v", err)
		}
		from = to
	}
}

// A copy that is cut off goes on where it was.
func TestCopyGoesOn(t *testing.T) {
	from, records := filled(t)
	to := open(t, "sqlite::memory:")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := transfer.Copy(ctx, to, from, func(int) { cancel() }); err == nil {
		t.Fatal("the copy was not cut off")
	}
	report, err := transfer.Copy(t.Context(), to, from, none)
	check(t, "copy that goes on", transfer.Report{Written: records - 250, Same: 250}, report, err)
	checkEqual(t, from, to)
}

func TestCopyKeepsWhatIsNewer(t *testing.T) {
	from, records := filled(t)
	to := open(t, "sqlite::memory:")
	report, err := transfer.Copy(t.Context(), to, from, none)
	check(t, "copy", transfer.Report{Written: records}, report, err)
	book := assistant.Book{Store: to}
	text := "нова нотатка"
	if _, err := book.AddNote(t.Context(), assistant.NoteInput{Text: &text}); err != nil {
		t.Fatal(err)
	}
	page, err := to.ListContacts(t.Context(), assistant.ContactQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.EditContact(t.Context(), page.Contacts[0].ID, 0, assistant.ContactInput{Note: &text}); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), to, from, none)
	check(t, "copy over changes", transfer.Report{Same: records - 1, Newer: 1, Others: 1}, report, err)
	if n, err := transfer.Differences(t.Context(), from, to); n != 1 || err != nil {
		t.Errorf("%d differences, %v", n, err)
	}
}

func TestFiles(t *testing.T) {
	from, records := filled(t)
	for _, name := range []string{"book.json", "book.cbor"} {
		file := filepath.Join(t.TempDir(), name)
		n, err := transfer.Export(t.Context(), from, file, none)
		if n != records || err != nil {
			t.Fatalf("%d records, %v", n, err)
		}
		to := open(t, "sqlite::memory:")
		report, err := transfer.Import(t.Context(), to, file, none)
		check(t, "import of "+name, transfer.Report{Written: records}, report, err)
		checkEqual(t, from, to)
		report, err = transfer.Import(t.Context(), to, file, none)
		check(t, "second import of "+name, transfer.Report{Same: records}, report, err)
	}
}

func TestBadFilesAreRefusedWhole(t *testing.T) {
	for what, content := range map[string]string{
		"no JSON":         "{",
		"another format":  `{"format":"x","records":[]}`,
		"an unknown type": `{"format":"assistant 1","records":[1]}`,
	} {
		file := filepath.Join(t.TempDir(), "book.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := transfer.Import(t.Context(), open(t, "sqlite::memory:"), file, none); err == nil {
			t.Errorf("%s is imported", what)
		}
	}
}
