package assistant_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
)

// A rival changes something just before another's first change is saved.
type rival struct {
	assistant.Store
	change func()
}

func (r *rival) SaveContacts(ctx context.Context, contacts ...*assistant.Contact) error {
	if change := r.change; change != nil {
		r.change = nil
		change()
	}
	return r.Store.SaveContacts(ctx, contacts...)
}

// Two who change different fields at once both get their way, without a word; an import does, too. Who names a version
// is told.
func TestChangesAtOnce(t *testing.T) {
	b := newBook(t)
	imported(t, b, memberCard("m1"))
	other := *b
	r := &rival{Store: b.Store}
	b.Store = r
	edit := func(b *assistant.Book, version int64, in assistant.ContactInput) error {
		_, _, err := b.EditContact(t.Context(), "Співак", version, in)
		return err
	}
	rename := func(nickname string) {
		r.change = func() {
			if err := edit(&other, 0, assistant.ContactInput{Nickname: &nickname}); err != nil {
				t.Error(err)
			}
		}
	}

	rename("Перший")
	if err := edit(b, 0, assistant.ContactInput{Title: ptr("Тенор")}); err != nil {
		t.Error(err)
	}
	rename("Другий")
	var conflict *assistant.ConflictError
	if err := edit(b, 3, assistant.ContactInput{Title: ptr("Бас")}); !errors.As(err, &conflict) {
		t.Errorf("a change of a version that has gone: %v", err)
	}
	rename("Третій")
	newer := strings.Replace(memberCard("m1"), "UID", "ROLE:соліст\r\nUID", 1)
	if summary, _ := imported(t, b, newer); summary.Updated != 1 {
		t.Errorf("%+v", summary)
	}
	c, err := b.Contact(t.Context(), "Співак")
	if err != nil || c.Nickname != "Третій" || c.Title != "Тенор" || c.Role != "соліст" {
		t.Errorf("%+v %v", c, err)
	}
}
