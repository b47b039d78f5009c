package dav_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

// A phone that went wrong is taken back: what it changed, removed and added; what others have done stays.
func TestUndoOfAnAppPassword(t *testing.T) {
	s := memory(t)
	ctx := t.Context()
	var contacts []*assistant.Contact
	for _, name := range []string{"Змінена", "Видалена", "Недоторкана"} {
		number := "0671234567"
		phones := assistant.ListInput{Add: []string{number}}
		c, err := s.book.AddContact(ctx, assistant.ContactInput{Name: &name, Phones: phones})
		if err != nil {
			t.Fatal(err)
		}
		contacts = append(contacts, c)
	}
	since := time.Now().Truncate(time.Millisecond) // as the stores keep times
	s.want(201, s.ask("PUT", booksPath+"new.vcf", cardOf("new", "Додана")))
	s.want(201, s.ask("PUT", booksPath+"both.vcf", cardOf("both", "Спільна")))
	uid := "urn:uuid:" + contacts[0].ID
	s.want(204, s.ask("PUT", booksPath+contacts[0].CardName(), cardOf(uid, "Зіпсована", "TEL:1")))
	s.want(204, s.ask("DELETE", booksPath+contacts[1].CardName(), ""))
	note := "потім"
	for _, ref := range []string{contacts[0].ID, "Спільна"} {
		if _, _, err := s.book.EditContact(ctx, ref, 0, assistant.ContactInput{Note: &note}); err != nil {
			t.Fatal(err)
		}
	}
	// In a shared book the app password of another account is somebody else, though it has the same label.
	share := assistant.Share{Book: s.account("olena").ID, Account: s.account("taras").ID}
	if err := s.library.ShareBook(ctx, share); err != nil {
		t.Fatal(err)
	}
	s.want(201, s.as("taras").ask("PUT", "/dav/books/taras/contacts@olena/his.vcf", cardOf("his", "Тарасова")))
	what := assistant.AppUndo{Account: "olena", Label: "phone", Since: since}
	want := map[string]string{"Додана": "removed", "Спільна": "kept", "Змінена": "changed", "Видалена": "restored"}
	for _, dry := range []bool{true, false} {
		what.Dry = dry
		list, err := s.book.UndoApp(ctx, what)
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]string)
		for _, u := range list {
			got[u.Name] = u.Action
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dry %v: %s", dry, diff)
		}
	}
	numbered := []string{"Змінена", "Видалена", "Недоторкана"}
	for name, wantNote := range map[string]string{
		"Змінена": note, "Видалена": "", "Недоторкана": "", "Спільна": note, "Тарасова": "",
	} {
		c, err := s.book.ContactNamed(ctx, name)
		if err != nil || c.Note != wantNote ||
			slices.Contains(numbered, name) && (len(c.Phones) != 1 || c.Phones[0].E164 != "+380671234567") {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
	if list, err := s.book.UndoApp(ctx, what); err != nil || len(list) != 1 {
		t.Errorf("a second time: %v %v", list, err)
	}
	what.Label = "other"
	if _, err := s.book.UndoApp(ctx, what); err == nil {
		t.Error("an app password that did nothing")
	}
}
