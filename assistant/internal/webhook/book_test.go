package webhook

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

// Changes and reminders of a further book are told as those of the first one, with its name; of one id in two books,
// too. What is shared with the account is told by the webhooks of its owner alone.
func TestFurtherBooks(t *testing.T) {
	h := newHouse(t)
	other := assistant.Account{Name: "taras"}
	if err := h.library.AddAccount(t.Context(), &other); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*assistant.AddressBook{{Account: h.account.ID, Name: "work"}, {Account: other.ID, Name: "his"}} {
		if err := h.library.AddBook(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		c := &assistant.Contact{ID: "00000000-0000-4000-8000-000000000001", Name: b.Name, Updated: time.Now()}
		c.Birthday = h.book.Today()
		c.Birthday.Year = 0
		if err := h.library.OpenBook(*b, "").SaveContacts(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if b.Account == h.account.ID {
			continue
		}
		if err := h.library.ShareBook(t.Context(), assistant.Share{Book: b.ID, Account: h.account.ID}); err != nil {
			t.Fatal(err)
		}
	}
	r := newRunner(h.options)
	h.look(r)
	h.mu.Lock()
	for _, e := range h.events {
		if e.Data.Book != "work" {
			t.Errorf("%+v", e)
		}
	}
	h.mu.Unlock()
	told := h.told()
	slices.Sort(told)
	if diff := cmp.Diff([]string{"contact.changed work 1", "reminder.birthday work 0"}, told); diff != "" {
		t.Error(diff)
	}
	h.look(r)
	h.look(newRunner(h.options))
	h.want()
}
