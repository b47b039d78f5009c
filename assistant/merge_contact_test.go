package assistant_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pythonweb/goweb/assistant"
)

const (
	firstCard = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:urn:uuid:6f0f2f6e-3c35-4f5e-9f4e-0d6c6d6a1b11\r\nFN:Олена Приклад\r\n" +
		"N:Приклад;Олена;;;\r\nTEL;TYPE=CELL:+380 67 123 45 67\r\nX-FAVOURITE-TEA:улун\r\nEND:VCARD\r\n"
	secondCard = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:7f0f2f6e-3c35-4f5e-9f4e-0d6c6d6a1b22\r\nFN:О. Приклад\r\n" +
		"ORG:Зразок;Відділ\r\nTEL;TYPE=work;X-LINE=2:0671234567\r\nTEL;TYPE=work;X-LINE=3:+380 44 111 22 33\r\n" +
		"item1.EMAIL:olena@example.com\r\nitem1.X-ABLabel:дача\r\nBDAY:19900301\r\nNOTE:любить каву\r\n" +
		"X-SHOE-SIZE:38\r\nKEY:data:application/pgp-keys\\;base64\\,AAAA\r\nEND:VCARD\r\n"
)

func contactNamed(t *testing.T, book *assistant.Book, ref string) *assistant.Contact {
	t.Helper()
	c, err := book.ContactNamed(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What both say is in the one that stays, each number once, with the properties that no field is for.
func TestMergeLosesNothing(t *testing.T) {
	book := newBook(t)
	imported(t, book, firstCard+secondCard)
	c, err := book.MergeContacts(t.Context(), "Олена Приклад", "О. Приклад")
	if err != nil {
		t.Fatal(err)
	}
	stored := contactNamed(t, book, c.ID)
	if diff := cmp.Diff(c, stored, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("merged and stored:\n%s", diff)
	}
	var phones []string
	for _, p := range stored.Phones {
		phones = append(phones, p.E164)
	}
	if diff := cmp.Diff([]string{"+380671234567", "+380441112233"}, phones); diff != "" {
		t.Errorf("phones:\n%s", diff)
	}
	if stored.Organization != "Зразок, Відділ" || stored.Birthday.String() != "1990-03-01" ||
		stored.Nickname != "О. Приклад" || stored.Note != "любить каву" ||
		len(stored.Emails) != 1 || stored.Emails[0].Type != "дача" {
		t.Errorf("merged %+v", stored)
	}
	card := string(stored.VCard())
	for _, want := range []string{"X-FAVOURITE-TEA:улун", "X-SHOE-SIZE:38", "KEY:", "X-LINE=3", "дача"} {
		if !strings.Contains(card, want) {
			t.Errorf("the card has no %s:\n%s", want, card)
		}
	}
	if strings.Contains(card, "X-ASSISTANT") {
		t.Errorf("the card says where it came from:\n%s", card)
	}
	const other = "7f0f2f6e-3c35-4f5e-9f4e-0d6c6d6a1b22"
	if _, err := book.ContactNamed(t.Context(), other); !errors.Is(err, assistant.ErrNotFound) {
		t.Errorf("the other contact: %v", err)
	}
}

// The card of the contact that stayed, imported again, takes nothing back that came by the merge.
func TestImportAfterMerge(t *testing.T) {
	book := newBook(t)
	imported(t, book, firstCard+secondCard)
	merged, err := book.MergeContacts(t.Context(), "Олена Приклад", "О. Приклад")
	if err != nil {
		t.Fatal(err)
	}
	imported(t, book, firstCard)
	if got := contactNamed(t, book, merged.ID); got.Version != merged.Version {
		t.Errorf("an unchanged card made version %d of %d", got.Version, merged.Version)
	}
	imported(t, book, strings.Replace(firstCard, "улун", "сенча", 1))
	got := contactNamed(t, book, merged.ID)
	card := string(got.VCard())
	if len(got.Phones) != 2 || !strings.Contains(card, "X-SHOE-SIZE:38") || !strings.Contains(card, "сенча") {
		t.Errorf("after the import of a changed card %+v\n%s", got.Phones, card)
	}
}

// The other contact is back as it was, with its card; what came from it goes, and what was changed since stays.
func TestUnmerge(t *testing.T) {
	for _, ref := range []string{
		"6f0f2f6e-3c35-4f5e-9f4e-0d6c6d6a1b11", "7f0f2f6e-3c35-4f5e-9f4e-0d6c6d6a1b22",
		"О. Приклад", "Олена Приклад",
	} {
		t.Run(ref, func(t *testing.T) {
			book := newBook(t)
			imported(t, book, firstCard+secondCard)
			before, other := contactNamed(t, book, "Олена Приклад"), contactNamed(t, book, "О. Приклад")
			c, err := book.MergeContacts(t.Context(), before.ID, other.ID)
			if err != nil {
				t.Fatal(err)
			}
			mail, note := assistant.ListInput{Add: []string{"later@example.com"}}, c.Note+"\n\nпізніше"
			edit := assistant.ContactInput{Emails: mail, Note: &note}
			if _, _, err := book.EditContact(t.Context(), c.ID, 0, edit); err != nil {
				t.Fatal(err)
			}
			if _, _, err := book.UnmergeContact(t.Context(), ref); err != nil {
				t.Fatal(err)
			}
			ignore := cmpopts.IgnoreFields(assistant.Contact{}, "Version", "Updated")
			if diff := cmp.Diff(other, contactNamed(t, book, other.ID), cmpopts.EquateEmpty(), ignore); diff != "" {
				t.Errorf("the other contact:\n%s", diff)
			}
			before.Emails, before.Note = []assistant.Email{{Address: "later@example.com"}}, "пізніше"
			if diff := cmp.Diff(before, contactNamed(t, book, before.ID), cmpopts.EquateEmpty(), ignore); diff != "" {
				t.Errorf("the contact that stayed:\n%s", diff)
			}
			if _, _, err := book.UnmergeContact(t.Context(), before.ID); !errors.Is(err, assistant.ErrNotFound) {
				t.Errorf("unmerged twice: %v", err)
			}
		})
	}
}

func TestDuplicates(t *testing.T) {
	book := newBook(t)
	add := func(name, phone, email, birthday string) string {
		in := assistant.ContactInput{Name: &name}
		if phone != "" {
			in.Phones.Replace = []string{phone}
		}
		if email != "" {
			in.Emails.Replace = []string{email}
		}
		if birthday != "" {
			in.Birthday = &birthday
		}
		c, err := book.AddContact(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		return c.Name
	}
	add("Олена Коваль", "067 123 45 67", "", "")
	add("Оленка", "+380 67 123-45-67", "", "")
	add("Grace Example", "", "grace@example.com", "")
	add("G. Example", "", "GRACE@example.com", "")
	add("Іван Мельник", "", "", "1960-01-01")
	add("іван  мельник", "", "", "1990-05-05")
	add("Іван Мельник", "", "", "")
	list, err := book.Duplicates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		got = append(got, strings.Join(d.Names, ", ")+": "+strings.Join(d.Reasons, ", "))
	}
	want := map[string]bool{
		"Олена Коваль, Оленка: phone +380671234567":          true,
		"Grace Example, G. Example: email grace@example.com": true,
		"G. Example, Grace Example: email grace@example.com": true,
		"Оленка, Олена Коваль: phone +380671234567":          true,
		"Іван Мельник, Іван Мельник: name іван мельник":      true,
		"іван мельник, Іван Мельник: name іван мельник":      true,
		"Іван Мельник, іван мельник: name іван мельник":      true,
	}
	if len(got) != 4 {
		t.Errorf("%d groups: %q", len(got), got)
	}
	for _, g := range got {
		if !want[g] {
			t.Errorf("unexpected %q", g)
		}
	}
}

func TestUndoAndTrash(t *testing.T) {
	book := newBook(t)
	imported(t, book, secondCard)
	c := contactNamed(t, book, "О. Приклад")
	rename := func(name string) {
		t.Helper()
		if _, _, err := book.EditContact(t.Context(), c.ID, 0, assistant.ContactInput{Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	rename("Друга")
	rename("Третя")
	undone, err := book.UndoContact(t.Context(), c.ID, 0)
	if err != nil || undone.Name != "Друга" || undone.Version != 4 {
		t.Fatalf("undone %+v, %v", undone, err)
	}
	if undone, err = book.UndoContact(t.Context(), c.ID, 1); err != nil || undone.Name != "О. Приклад" ||
		undone.Version != 5 {
		t.Fatalf("undone %+v, %v", undone, err)
	}
	if _, err := book.UndoContact(t.Context(), c.ID, 77); !errors.Is(err, assistant.ErrNotFound) {
		t.Errorf("a version that is not there: %v", err)
	}
	changes, err := book.ContactHistory(t.Context(), c.ID)
	if err != nil || len(changes) != 5 || changes[0].Version != 5 || changes[4].Via != assistant.ViaImport ||
		changes[3].Via != assistant.ViaConsole {
		t.Errorf("history %+v, %v", changes, err)
	}
	card := undone.VCard()
	if err := book.RemoveContact(t.Context(), undone); err != nil {
		t.Fatal(err)
	}
	if list, err := book.ContactTrash(t.Context()); err != nil || len(list) != 1 || list[0].ID != c.ID ||
		list[0].Name != c.Name {
		t.Errorf("trash %+v, %v", list, err)
	}
	if changes, err := book.ContactHistory(t.Context(), "О. Приклад"); err != nil || len(changes) != 5 {
		t.Errorf("history in the trash %+v, %v", changes, err)
	}
	back, err := book.RestoreContact(t.Context(), "о. приклад")
	if err != nil || back.ID != c.ID || back.Version != 6 || string(back.VCard()) != string(card) {
		t.Errorf("back %+v, %v", back, err)
	}
	if list, err := book.ContactTrash(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("trash %+v, %v", list, err)
	}
}
