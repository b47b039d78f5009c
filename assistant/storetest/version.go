package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
)

func (s *suite) conflict(what string, err error, want, have int64) {
	s.Helper()
	var conflict *assistant.ConflictError
	if !errors.As(err, &conflict) {
		s.Errorf("%s: %v, not a conflict", what, err)
		return
	}
	s.equal(what, [2]int64{want, have}, [2]int64{conflict.Want, conflict.Have})
}

func versions(s *suite) {
	c := s.contact("Перша назва")
	s.equal("version of a new contact", int64(1), c.Version)
	older := s.storedContact(c.ID)
	c.Name, c.Tags = "Друга назва", []string{"тег"}
	s.ok(s.store.SaveContacts(s.ctx, c))
	s.equal("version of a changed contact", int64(2), c.Version)
	s.equal("stored contact", c, s.storedContact(c.ID))

	older.Name = "Запізно"
	s.conflict("change of an old version", s.store.SaveContacts(s.ctx, older), 1, 2)
	s.equal("version of the contact that was refused", int64(1), older.Version)
	newer := *c
	newer.Version = 9
	s.conflict("change of a future version", s.store.SaveContacts(s.ctx, &newer), 9, 2)
	newer.Version = 0
	if err := s.store.SaveContacts(s.ctx, &newer); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("a new contact with a used id: %v", err)
	}
	unknown := *c
	unknown.ID = uuid.NewString()
	s.conflict("change of a contact that is gone", s.store.SaveContacts(s.ctx, &unknown), 2, 0)
	s.equal("contact after the refused changes", c, s.storedContact(c.ID))

	n := s.note("Назва", "текст")
	old := *n
	n.Text = "новий"
	s.ok(s.store.SaveNotes(s.ctx, n))
	s.conflict("change of an old note", s.store.SaveNotes(s.ctx, &old), 1, 2)
	s.equal("note", n, s.storedNote(n.ID))
}

// oneWriterWins lets many change the same version at once: exactly one may succeed, every time.
func oneWriterWins(s *suite) {
	const writers, rounds = 8, 5
	c := s.contact("Спільний")
	for round := range rounds {
		errs := make([]error, writers)
		var group sync.WaitGroup
		for i := range writers {
			group.Go(func() {
				mine := *c
				mine.Name = fmt.Sprintf("Круг %d, автор %d", round, i)
				errs[i] = s.store.SaveContacts(s.ctx, &mine)
			})
		}
		group.Wait()
		stored := s.storedContact(c.ID)
		winners := 0
		for i, err := range errs {
			if err == nil {
				winners++
				s.equal("name of the winner", fmt.Sprintf("Круг %d, автор %d", round, i), stored.Name)
				continue
			}
			s.conflict("loser", err, c.Version, c.Version+1)
		}
		if winners != 1 {
			s.Fatalf("round %d: %d of %d writers succeeded", round, winners, writers)
		}
		c = stored
	}
}

func batches(s *suite) {
	var many []*assistant.Contact
	for i := range 300 {
		many = append(many, &assistant.Contact{
			ID: s.id(), Name: fmt.Sprintf("Контакт %d", i), Tags: []string{"усі"}, Created: moment(0), Updated: moment(0),
		})
	}
	s.ok(s.store.SaveContacts(s.ctx, many...))
	for i, c := range many {
		if c.Version != 1 {
			s.Fatalf("contact %d has version %d", i, c.Version)
		}
	}
	// A server that reads a whole collection for a conditional change takes long for each of them.
	for _, c := range many[:60] {
		c.Nickname = "змінений"
	}
	s.ok(s.store.SaveContacts(s.ctx, many[:20]...))
	s.ok(s.store.SaveContacts(s.ctx, many[20:60]...))
	page, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Filter: assistant.Filter{Tags: []string{"усі"}}})
	s.ok(err)
	s.equal("number of contacts", 300, len(page.Contacts))
	s.equal("one of them", many[50], s.storedContact(many[50].ID))
	s.equal("one that stayed", many[150], s.storedContact(many[150].ID))
	s.ok(s.store.SaveContacts(s.ctx))

	twice := &assistant.Contact{ID: s.id(), Name: "Двічі", Created: moment(0), Updated: moment(0)}
	copied := *twice
	if err := s.store.SaveContacts(s.ctx, twice, &copied); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("one new id twice in a batch: %v", err)
	}
}

func restore(s *suite) {
	c, n := FullContact(), FullNote()
	c.Version, n.Version = 7, 9
	for range 2 {
		s.ok(s.store.RestoreContacts(s.ctx, c))
		s.ok(s.store.RestoreNotes(s.ctx, n))
		s.equal("contact", c, s.storedContact(c.ID))
		s.equal("note", n, s.storedNote(n.ID))
	}
	c.Version, c.Name, c.Tags = 3, "Старіший", nil
	s.ok(s.store.RestoreContacts(s.ctx, c))
	s.equal("older contact", c, s.storedContact(c.ID))
	counts, err := s.store.ContactTags(s.ctx)
	s.ok(err)
	s.equal("tags", []assistant.TagCount(nil), counts)

	var list []*assistant.Contact
	var ids []string
	for i := range int64(60) {
		list = append(
			list,
			&assistant.Contact{ID: s.id(), Version: i + 1, Name: fmt.Sprint("Ім'я ", i), Created: moment(0), Updated: moment(0)},
		)
		ids = append(ids, list[i].ID)
	}
	s.ok(s.store.RestoreContacts(s.ctx, list[10:50]...))
	for _, v := range list {
		v.Version, v.Nickname = v.Version+100, "відновлений"
	}
	s.ok(s.store.RestoreContacts(s.ctx, list...)) // some are stored, some are not
	found, err := s.store.Contacts(s.ctx, ids...)
	s.ok(err)
	s.equal("contacts", list, found)
}

func remove(s *suite) {
	c, n := s.contact("Зайвий"), s.note("Зайва", "")
	s.conflict("removal of another version", s.store.DeleteContact(s.ctx, c.ID, 5), 5, 1)
	s.ok(s.store.DeleteContact(s.ctx, c.ID, c.Version))
	s.ok(s.store.DeleteNote(s.ctx, n.ID, 0))
	for what, err := range map[string]error{
		"contact": s.store.DeleteContact(s.ctx, c.ID, 1), "note": s.store.DeleteNote(s.ctx, n.ID, 0),
	} {
		if !errors.Is(err, assistant.ErrNotFound) {
			s.Errorf("removing a %s twice: %v", what, err)
		}
	}
	found, err := s.store.Contacts(s.ctx, c.ID)
	s.ok(err)
	s.equal("removed contact", 0, len(found))
	s.ok(s.store.SaveContacts(s.ctx, &assistant.Contact{ID: c.ID, Name: "Новий", Created: moment(0), Updated: moment(0)}))
}

func longTexts(s *suite) {
	long := strings.Repeat("Дуже довге ім'я🙂 ", 2000)
	c := s.contact(long, func(c *assistant.Contact) {
		c.Nickname, c.Tags, c.Note = long, []string{long}, strings.Repeat("нотатка\n", 10_000)
		c.Photo = &assistant.Photo{MediaType: "image/jpeg", Data: []byte(strings.Repeat("\x00\xff", 1<<19))}
	})
	s.equal("contact", c, s.storedContact(c.ID))
	found, err := s.store.ContactsNamed(s.ctx, long)
	s.ok(err)
	s.equal("by name", 1, len(found))
	page, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Filter: assistant.Filter{Tags: []string{long}}})
	s.ok(err)
	s.equal("by tag", 1, len(page.Contacts))
}
