package transfer_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/transfer"
)

// What the version before accounts wrote comes in whole: its exports, and its database as it is.
func TestFilesOfTheVersionBefore(t *testing.T) {
	text, err := os.ReadFile("testdata/v1.db")
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "book.db")
	if err := os.WriteFile(old, text, 0o600); err != nil {
		t.Fatal(err)
	}
	database := backendtest.Open(t, "sqlite:"+old)
	for _, file := range []string{"testdata/v1.json", "testdata/v1.cbor"} {
		to := backendtest.Open(t, "sqlite::memory:")
		report, err := transfer.Import(t.Context(), to, file, transfer.Options{})
		check(t, file, transfer.Report{Written: 5}, report, err)
		checkEqual(t, database, to, 5)
	}
	book := assistant.Book{Store: database}
	c, err := book.Contact(t.Context(), "шевч")
	if err == nil {
		t.Errorf("found %+v", c)
	}
	if c, err = book.Contact(t.Context(), "olena@example.com"); err != nil || c.Version != 2 || len(c.Tags) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	changes, err := book.ContactHistory(t.Context(), c.ID)
	if err != nil || len(changes) != 1 || changes[0].Version != 2 || !changes[0].At.Equal(c.Updated) {
		t.Errorf("history %+v, %v", changes, err)
	}
	account := assistant.Account{Name: "анна", Created: time.UnixMilli(1).UTC()}
	if err := database.AddAccount(t.Context(), &account); err != nil {
		t.Fatal(err)
	}
	if page, err := database.Book(account).ListContacts(t.Context(), assistant.ContactQuery{}); err != nil ||
		len(page.Contacts) != 3 {
		t.Errorf("the first account has %d contacts, %v", len(page.Contacts), err)
	}
}

// family returns a store with two accounts, histories, a trash and a merge.
func family(t *testing.T) backend.Store {
	t.Helper()
	store := backendtest.Open(t, "sqlite::memory:")
	for _, name := range []string{"анна", "богдан"} {
		a := assistant.Account{Name: name, Password: secret.Hash("дуже таємно"), Created: time.UnixMilli(5).UTC()}
		if err := store.AddAccount(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		book := assistant.Book{Store: store.Book(a)}
		add := func(name string) *assistant.Contact {
			t.Helper()
			c, err := book.AddContact(t.Context(), assistant.ContactInput{Name: &name})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		first, second, gone := add("Перша "+name), add("Друга "+name), add("Зайва "+name)
		if _, err := book.MergeContacts(t.Context(), first.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		if err := book.RemoveContact(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
		p := assistant.AppPassword{Account: a.ID, Label: "телефон", Hash: secret.Hash("x"), Created: time.UnixMilli(7).UTC()}
		r := assistant.Record{Account: a.ID, Kind: "webhook", Name: "a", Value: []byte{1, 2}}
		if err := store.AddAppPassword(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if err := store.SaveRecords(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if _, err := book.SetTagInterval(t.Context(), "друзі", 30); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// checkFamily reads everything of a copy.
func checkFamily(t *testing.T, want, got backend.Store) {
	t.Helper()
	accounts, err := want.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range accounts {
		b, err := got.AccountNamed(t.Context(), a.Name)
		if err != nil || b.Password != a.Password {
			t.Fatalf("account %+v, %v", b, err)
		}
		checkEqual(t, want.Book(a), got.Book(b), 1)
		for _, list := range [][2][]assistant.Past{{past(t, want.Book(a)), past(t, got.Book(b))}} {
			if diff := cmp.Diff(list[0], list[1]); diff != "" || len(list[0]) != 6 {
				t.Errorf("the past of %s, %d things:\n%s", a.Name, len(list[0]), diff)
			}
		}
		wantPasswords, err := want.AppPasswords(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		gotPasswords, err := got.AppPasswords(t.Context(), b.ID)
		if err != nil || len(gotPasswords) != 1 || gotPasswords[0].Hash != wantPasswords[0].Hash {
			t.Errorf("app passwords %+v, %v", gotPasswords, err)
		}
		records, err := got.Records(t.Context(), b.ID, "")
		if err != nil || len(records) != 1 {
			t.Errorf("records %+v, %v", records, err)
		}
		book := assistant.Book{Store: got.Book(b)}
		if list, err := book.Store.TagIntervals(t.Context()); err != nil || len(list) != 1 || list[0].CallEvery != 30 {
			t.Errorf("intervals %+v, %v", list, err)
		}
		if _, _, err := book.UnmergeContact(t.Context(), "Друга "+a.Name); err != nil {
			t.Errorf("unmerge in the copy: %v", err)
		}
		if _, err := book.RestoreContact(t.Context(), "Зайва "+a.Name); err != nil {
			t.Errorf("restore in the copy: %v", err)
		}
	}
}

func past(t *testing.T, store assistant.Store) []assistant.Past {
	t.Helper()
	var list []assistant.Past
	for after := ""; ; {
		page, err := store.Past(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, page.Past...)
		if after = page.Next; after == "" {
			return list
		}
	}
}

// Accounts, histories, trash and merges are carried by copies and by files.
func TestFamily(t *testing.T) {
	from := family(t)
	to := backendtest.Open(t, "sqlite::memory:")
	for range 2 {
		if _, err := transfer.CopyAll(t.Context(), to, from, transfer.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	checkFamily(t, from, to)
	for _, name := range []string{"book.json", "book.cbor"} {
		file := filepath.Join(t.TempDir(), name)
		if _, err := transfer.Export(t.Context(), from, file, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
		to := backendtest.Open(t, "sqlite::memory:")
		for range 2 {
			if _, err := transfer.Import(t.Context(), to, file, transfer.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		checkFamily(t, from, to)
	}
}
