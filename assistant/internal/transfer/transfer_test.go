package transfer_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/transfer"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// filled returns a store with hard texts and 600 invented people and notes.
func filled(t *testing.T) (store backend.Store, records int) {
	t.Helper()
	store = backendtest.Open(t, "sqlite::memory:")
	sample := storetest.NewSample(3)
	contacts, notes := []*assistant.Contact{storetest.FullContact()}, []*assistant.Note{storetest.FullNote()}
	for range 270 {
		contacts, notes = append(contacts, sample.Contact()), append(notes, sample.Note())
	}
	err := errors.Join(store.SaveContacts(t.Context(), contacts...), store.SaveNotes(t.Context(), notes...))
	if err != nil {
		t.Fatal(err)
	}
	return store, len(contacts) + len(notes)
}

func check(t *testing.T, what string, want, got transfer.Report, err error) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s: %v\n%s", what, err, diff)
	}
}

// checkEqual compares two stores both ways.
func checkEqual(t *testing.T, a, b assistant.Store, records int) {
	t.Helper()
	for _, pair := range [][2]assistant.Store{{a, b}, {b, a}} {
		report, err := transfer.Copy(t.Context(), pair[1], pair[0], transfer.Options{})
		check(t, "copy of what is equal", transfer.Report{Same: records}, report, err)
	}
}

func TestCopyBetweenAllStores(t *testing.T) {
	from, records := filled(t)
	for _, dsn := range []string{
		storagetest.Postgres(t).Database(t), storagetest.Mongo(t).MongoDatabase(t), "sqlite::memory:",
	} {
		to := backendtest.Open(t, dsn)
		report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
		check(t, "first copy", transfer.Report{Written: records}, report, err)
		checkEqual(t, from, to, records)
		revision, err := to.Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
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
	to := backendtest.Open(t, "sqlite::memory:")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := transfer.Copy(ctx, to, from, transfer.Options{Progress: func(int) { cancel() }}); err == nil {
		t.Fatal("the copy was not cut off")
	}
	report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy that goes on", transfer.Report{Written: records - 250, Same: 250}, report, err)
	checkEqual(t, from, to, records)
}

func TestCopyKeepsWhatIsNewer(t *testing.T) {
	from, records := filled(t)
	to := backendtest.Open(t, "sqlite::memory:")
	report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
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
	edit := assistant.ContactInput{Note: &text}
	if _, _, err := book.EditContact(t.Context(), page.Contacts[0].ID, 0, edit); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy over changes", transfer.Report{Same: records - 1, Newer: 1, Others: 1, Differences: 1}, report, err)

	// Both sides change: neither is provably the older one.
	text = "тут інакше"
	source := assistant.Book{Store: from}
	if _, _, err := source.EditContact(t.Context(), page.Contacts[0].ID, 0, edit); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(
		t,
		"copy of a conflict",
		transfer.Report{Same: records - 1, Conflicts: 1, Others: 1, Differences: 1},
		report,
		err,
	)
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{Overwrite: true})
	check(t, "copy that overwrites", transfer.Report{Written: 1, Same: records - 1, Others: 1}, report, err)

	// Only the source changes: the target has an older copy, and so it has when the copy goes back.
	text = "ще інакше"
	if _, _, err := source.EditContact(t.Context(), page.Contacts[0].ID, 0, edit); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy of a newer one", transfer.Report{Written: 1, Same: records - 1, Others: 1}, report, err)
	text = "назад"
	if _, _, err := book.EditContact(t.Context(), page.Contacts[0].ID, 0, edit); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), from, to, transfer.Options{})
	check(t, "copy back", transfer.Report{Written: 2, Same: records - 1}, report, err)
}

// What a copy writes over goes on in the history of the target: under numbers that no other content had there, so that
// it can be taken back, and so that whoever has read a version notices that it is gone.
func TestCopyGoesOnCounting(t *testing.T) {
	for _, dsn := range []string{
		storagetest.Postgres(t).Database(t), storagetest.Mongo(t).MongoDatabase(t), "sqlite::memory:",
	} {
		to, from := backendtest.Open(t, dsn), backendtest.Open(t, "sqlite::memory:")
		here, there := assistant.Book{Store: to}, assistant.Book{Store: from}
		edit := func(book assistant.Book, note string) {
			t.Helper()
			if _, _, err := book.EditContact(t.Context(), "Ганна", 0, assistant.ContactInput{Note: &note}); err != nil {
				t.Fatal(err)
			}
		}
		copied := func(want transfer.Report, options transfer.Options) {
			t.Helper()
			report, err := transfer.Copy(t.Context(), to, from, options)
			check(t, "copy", want, report, err)
		}
		is := func(note string, version int64) {
			t.Helper()
			c, err := here.ContactNamed(t.Context(), "Ганна")
			if err != nil || c.Note != note || c.Version != version {
				t.Errorf("%v, want %q in version %d (%v)", c, note, version, err)
			}
		}
		added, err := there.AddContact(t.Context(), assistant.ContactInput{Name: new("Ганна")})
		if err != nil {
			t.Fatal(err)
		}
		copied(transfer.Report{Written: 1}, transfer.Options{})
		edit(there, "там")
		edit(there, "там інакше")
		edit(here, "тут")

		copied(transfer.Report{Conflicts: 1, Differences: 1}, transfer.Options{})
		is("тут", 2)
		history, err := here.ContactHistory(t.Context(), "Ганна")
		if err != nil || len(history) != 2 {
			t.Errorf("what was kept has the changes %v (%v)", history, err)
		}
		edit(here, "тут інакше")
		copied(transfer.Report{Written: 1}, transfer.Options{Overwrite: true})
		is("там інакше", 4)
		copied(transfer.Report{Same: 1}, transfer.Options{})
		edit(there, "там ще раз")
		copied(transfer.Report{Written: 1}, transfer.Options{}) // still known as an older copy
		is("там ще раз", 5)

		for i, note := range []string{"", "тут", "тут інакше", "там інакше"} {
			former, err := to.ContactVersion(t.Context(), added.ID, int64(i+1))
			if err != nil || former.Note != note {
				t.Errorf("version %d: %v (%v), want %q", i+1, former, err, note)
			}
		}
		for _, step := range []string{"там інакше", "там ще раз"} { // and back again
			if _, err := here.UndoContact(t.Context(), "Ганна", 0); err != nil {
				t.Fatal(err)
			}
			c, err := here.ContactNamed(t.Context(), "Ганна")
			if err != nil || c.Note != step {
				t.Errorf("undone to %v (%v), want %q", c, err, step)
			}
		}
	}
}

// What an older program remembers of a copy had the number of the version in it.
func TestCopyKnowsFormerMarks(t *testing.T) {
	from, records := filled(t)
	to := backendtest.Open(t, "sqlite::memory:")
	report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy", transfer.Report{Written: records}, report, err)
	page, err := to.ListContacts(t.Context(), assistant.ContactQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := page.Contacts[0]
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(append(text, c.Source...), c.Resource...))
	former := map[string]string{c.ID: hex.EncodeToString(sum[:16])}
	if err := to.SetMarks(t.Context(), "copied contact", former); err != nil {
		t.Fatal(err)
	}
	book, note := assistant.Book{Store: from}, "змінено там"
	if _, _, err := book.EditContact(t.Context(), c.ID, 0, assistant.ContactInput{Note: &note}); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy of what was changed", transfer.Report{Written: 1, Same: records - 1}, report, err)
}

// What was removed in the target stays so until the source changes it, and --overwrite brings it back.
func TestCopyKeepsWhatIsRemoved(t *testing.T) {
	from, records := filled(t)
	to := backendtest.Open(t, "sqlite::memory:")
	report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy", transfer.Report{Written: records}, report, err)
	page, err := to.ListContacts(t.Context(), assistant.ContactQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	id := page.Contacts[0].ID
	remove := func() {
		t.Helper()
		if err := to.DeleteContact(t.Context(), id, 0); err != nil {
			t.Fatal(err)
		}
	}
	remove()
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy of what is removed", transfer.Report{Same: records - 1, Removed: 1, Differences: 1}, report, err)
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{Overwrite: true})
	check(t, "copy that overwrites", transfer.Report{Written: 1, Same: records - 1}, report, err)
	remove()
	book, note := assistant.Book{Store: from}, "змінено там"
	if _, _, err := book.EditContact(t.Context(), id, 0, assistant.ContactInput{Note: &note}); err != nil {
		t.Fatal(err)
	}
	report, err = transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy of what was changed", transfer.Report{Written: 1, Same: records - 1}, report, err)
}

// Somebody who writes into the target meanwhile is noticed, wherever in the lists that is.
func TestCopyComparesBothSides(t *testing.T) {
	from, records := filled(t)
	for _, end := range []func([]*assistant.Contact) *assistant.Contact{
		func(list []*assistant.Contact) *assistant.Contact { return list[0] },
		func(list []*assistant.Contact) *assistant.Contact { return list[len(list)/2] },
		func(list []*assistant.Contact) *assistant.Contact { return list[len(list)-1] },
	} {
		to := &disturbed{Store: backendtest.Open(t, "sqlite::memory:"), meanwhile: func(to assistant.Store) error {
			page, err := to.ListContacts(t.Context(), assistant.ContactQuery{})
			if err != nil {
				return err
			}
			return to.DeleteContact(t.Context(), end(page.Contacts).ID, 0)
		}}
		report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
		check(t, "copy with a reader that removes one", transfer.Report{Written: records, Differences: 1}, report, err)
	}
}

// disturbed is a store in which something else happens before the first note is read.
type disturbed struct {
	assistant.Store
	meanwhile func(assistant.Store) error
}

func (d *disturbed) Notes(ctx context.Context, ids ...string) ([]*assistant.Note, error) {
	if d.meanwhile != nil {
		if err := d.meanwhile(d.Store); err != nil {
			return nil, err
		}
		d.meanwhile = nil
	}
	return d.Store.Notes(ctx, ids...)
}

// However large the contacts are, few of them are held at once.
func TestCopyOfLargeContacts(t *testing.T) {
	const photo, limit = 3 << 20, 9 << 20
	from := &weighed{Store: backendtest.Open(t, "sqlite::memory:")}
	to := &weighed{Store: backendtest.Open(t, "sqlite::memory:")}
	sample := storetest.NewSample(6)
	for range 5 {
		c := sample.Contact()
		c.Photo = &assistant.Photo{MediaType: "image/jpeg", Data: make([]byte, photo)}
		if err := from.SaveContacts(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	report, err := transfer.Copy(t.Context(), to, from, transfer.Options{})
	check(t, "copy", transfer.Report{Written: 5}, report, err)
	if most := max(from.most, to.most); most < photo || most > limit {
		t.Errorf("%d bytes of contacts at once, %d are allowed", most, limit)
	}
}

// weighed is a store that notes how many bytes of photos it reads or writes at once.
type weighed struct {
	assistant.Store
	most int
}

func (w *weighed) weigh(list []*assistant.Contact) {
	n := 0
	for _, c := range list {
		n += len(c.Photo.Data)
	}
	w.most = max(w.most, n)
}

func (w *weighed) ListContacts(ctx context.Context, q assistant.ContactQuery) (assistant.ContactPage, error) {
	page, err := w.Store.ListContacts(ctx, q)
	w.weigh(page.Contacts)
	return page, err
}

func (w *weighed) RestoreContacts(ctx context.Context, list ...*assistant.Contact) error {
	w.weigh(list)
	return w.Store.RestoreContacts(ctx, list...)
}

func TestFiles(t *testing.T) {
	from, records := filled(t)
	for _, name := range []string{"book.json", "book.cbor"} {
		file := filepath.Join(t.TempDir(), name)
		n, err := transfer.Export(t.Context(), from, file, func(int) {})
		if n != records || err != nil {
			t.Fatalf("%d records, %v", n, err)
		}
		to := backendtest.Open(t, "sqlite::memory:")
		report, err := transfer.Import(t.Context(), to, file, transfer.Options{})
		check(t, "import of "+name, transfer.Report{Written: records}, report, err)
		checkEqual(t, from, to, records)
		report, err = transfer.Import(t.Context(), to, file, transfer.Options{})
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
		to := backendtest.Open(t, "sqlite::memory:")
		if _, err := transfer.Import(t.Context(), to, file, transfer.Options{}); err == nil {
			t.Errorf("%s is imported", what)
		}
	}
}
