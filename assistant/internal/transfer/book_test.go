package transfer_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/transfer"
)

// shelf is a book as whoever owns it knows it, with the names that are in it.
type shelf struct {
	Book   assistant.AddressBook
	People []string
	Shares []assistant.Share
}

// shelves are the own books of an account, without the numbers that each store gives.
func shelves(t *testing.T, store backend.Store, account int64) []shelf {
	t.Helper()
	books, err := store.Books(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := store.Shares(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	var list []shelf
	for _, b := range books {
		one := shelf{Book: b}
		page, err := store.OpenBook(b, "").ListContacts(t.Context(), assistant.ContactQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Contacts {
			one.People = append(one.People, c.Name)
		}
		for _, s := range shares {
			if s.Book == b.ID {
				one.Shares = append(one.Shares, assistant.Share{User: s.User, ReadOnly: s.ReadOnly})
			}
		}
		one.Book.ID, one.Book.Account = 0, 0
		list = append(list, one)
	}
	return list
}

func addTo(t *testing.T, store backend.Store, b assistant.AddressBook, name string) {
	t.Helper()
	book := assistant.Book{Store: store.OpenBook(b, b.Owner)}
	if _, err := book.AddContact(t.Context(), assistant.ContactInput{Name: &name}); err != nil {
		t.Fatal(err)
	}
}

// Further books and their shares are carried by copies and by files, of stores with accounts and without, and what the
// target says of them stays.
func TestFurtherBooks(t *testing.T) {
	without := backendtest.Open(t, "sqlite::memory:")
	work := assistant.AddressBook{Account: assistant.FirstAccount, Name: "Робота", Title: "На роботі", Description: "опис"}
	if err := without.AddBook(t.Context(), &work); err != nil {
		t.Fatal(err)
	}
	addTo(t, without, work, "Колега")
	first := assistant.AddressBook{
		ID: assistant.FirstAccount, Account: assistant.FirstAccount, Name: assistant.FirstBook, Title: "Мої",
	}
	if err := without.DescribeBook(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	addTo(t, without, first, "Друг")
	carried(t, without)

	with := family(t)
	accounts, err := with.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	work.Account = accounts[0].ID
	if err := with.AddBook(t.Context(), &work); err != nil {
		t.Fatal(err)
	}
	addTo(t, with, work, "Колега")
	for book, readOnly := range map[int64]bool{work.ID: false, accounts[0].ID: true} {
		s := assistant.Share{Book: book, Account: accounts[1].ID, ReadOnly: readOnly}
		if err := with.ShareBook(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	carried(t, with)
}

// owners are the numbers of the accounts; without any, that of the first one.
func owners(t *testing.T, store backend.Store) []int64 {
	t.Helper()
	accounts, err := store.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(accounts) == 0 {
		return []int64{assistant.FirstAccount}
	}
	var list []int64
	for _, a := range accounts {
		list = append(list, a.ID)
	}
	return list
}

// carried carries everything of a store to others, twice each.
func carried(t *testing.T, from backend.Store) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "book.cbor")
	if _, err := transfer.Export(t.Context(), from, file, func(int) {}); err != nil {
		t.Fatal(err)
	}
	for name, carry := range map[string]func(backend.Store) (transfer.Report, error){
		"copy": func(to backend.Store) (transfer.Report, error) {
			return transfer.CopyAll(t.Context(), to, from, transfer.Options{})
		},
		"file": func(to backend.Store) (transfer.Report, error) {
			return transfer.Import(t.Context(), to, file, transfer.Options{})
		},
	} {
		to := backendtest.Open(t, "sqlite::memory:")
		for round := range 2 {
			report, err := carry(to)
			if err != nil || report.Differences+report.Conflicts > 0 || round == 1 && report.Written > 0 {
				t.Fatalf("%s, round %d: %+v, %v", name, round, report, err)
			}
		}
		there := owners(t, to)
		for i, account := range owners(t, from) {
			want, got := shelves(t, from, account), shelves(t, to, there[i])
			if diff := cmp.Diff(want, got); diff != "" || len(want) != 2+i {
				t.Errorf("%s, account %d:\n%s", name, i, diff)
			}
		}
		if len(there) == 1 {
			continue
		}
		work, err := to.Books(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		work[1].Title = "Інша"
		if err := to.DescribeBook(t.Context(), work[1]); err != nil {
			t.Fatal(err)
		}
		changed := assistant.Share{Book: work[1].ID, Account: there[1], ReadOnly: true}
		if err := to.ShareBook(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
		if _, err := carry(to); err != nil {
			t.Fatal(err)
		}
		if now := shelves(t, to, 1); now[1].Book.Title != "Інша" || !now[1].Shares[0].ReadOnly {
			t.Errorf("%s took back what was changed: %+v", name, now[1])
		}
	}
}

// A backup has the further books, too.
func TestBackupOfFurtherBooks(t *testing.T) {
	dir := t.TempDir()
	store := backendtest.Open(t, "sqlite:"+filepath.Join(dir, "a.db"))
	work := assistant.AddressBook{Account: assistant.FirstAccount, Name: "Робота"}
	if err := store.AddBook(t.Context(), &work); err != nil {
		t.Fatal(err)
	}
	addTo(t, store, work, "Колега")
	if err := store.Backup(t.Context(), filepath.Join(dir, "b.db")); err != nil {
		t.Fatal(err)
	}
	if err := store.RemoveBook(t.Context(), work, time.Now()); err != nil {
		t.Fatal(err)
	}
	copied := shelves(t, backendtest.Open(t, "sqlite:"+filepath.Join(dir, "b.db")), 1)
	if len(copied) != 2 || len(copied[1].People) != 1 {
		t.Errorf("the backup has %+v", copied)
	}
}
