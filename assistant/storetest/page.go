package storetest

import (
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// largePages shows that a page holds as many as fit into its limit of bytes, and one at least.
func largePages(s *suite) {
	for i, bytes := range []int{1000, 1000, 1000, 500, 3000, 10, 10, 10} {
		text := strings.Repeat("a", bytes)
		s.contact(fmt.Sprint(i), func(c *assistant.Contact) {
			switch i % 3 {
			case 0:
				c.Photo = &assistant.Photo{MediaType: "image/jpeg", Data: []byte(text)}
			case 1:
				c.Source = []byte(text)
			default:
				c.Note = text
			}
		})
		s.note(fmt.Sprint(i), text)
	}
	var pages [][]string
	contacts := assistant.ContactQuery{Limit: 4, Bytes: 2500}
	for {
		page, err := s.store.ListContacts(s.ctx, contacts)
		s.ok(err)
		pages = append(pages, names(page.Contacts))
		if contacts.After = page.Next; page.Next == "" {
			break
		}
	}
	s.equal("pages of contacts", [][]string{{"0", "1"}, {"2", "3"}, {"4"}, {"5", "6", "7"}}, pages)
	pages = nil
	notes := assistant.NoteQuery{Sort: assistant.SortTitle, Bytes: 2500}
	for {
		page, err := s.store.ListNotes(s.ctx, notes)
		s.ok(err)
		pages = append(pages, headings(page.Notes))
		if notes.After = page.Next; page.Next == "" {
			break
		}
	}
	s.equal("pages of notes", [][]string{{"0", "1"}, {"2", "3"}, {"4"}, {"5", "6", "7"}}, pages)
}

// brief reads a list without the parts that may be long.
func brief(s *suite) {
	c := FullContact()
	s.ok(s.store.SaveContacts(s.ctx, c))
	page, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{
		Brief: true, Bytes: 1, Filter: assistant.Filter{Tags: c.Tags[:1]},
	})
	s.ok(err)
	want, photo := *s.storedContact(c.ID), *c.Photo
	want.Note, want.Source, want.Photo, photo.Data = "", nil, &photo, nil
	s.equal("a contact in brief", []*assistant.Contact{&want}, page.Contacts)
	page, err = s.store.ListContacts(s.ctx, assistant.ContactQuery{Row: true, Bytes: 1, Limit: 1})
	s.ok(err)
	row := func(c *assistant.Contact) assistant.Contact {
		return assistant.Contact{
			ID: c.ID, Version: c.Version, Name: c.Name, Phones: c.Phones, Emails: c.Emails, Birthday: c.Birthday,
			BirthdayText: c.BirthdayText, Tags: c.Tags,
		}
	}
	s.equal("a contact of a row", row(&want), row(page.Contacts[0]))
	s.equal("what is long in a row", "", page.Contacts[0].Note+string(page.Contacts[0].Source))
}

func pages(s *suite) {
	for i := range 23 {
		s.contact(fmt.Sprintf("Ім'я %d", i%5), func(c *assistant.Contact) {
			c.Tags = []string{fmt.Sprint("тег", i%2)}
			c.Updated = moment(i % 3)
		})
		s.note(fmt.Sprintf("Назва %d", i%5), "", func(n *assistant.Note) { n.Pinned = i%2 == 0; n.Updated = moment(i % 3) })
	}
	for _, q := range []assistant.ContactQuery{
		{},
		{Sort: assistant.SortBirthday},
		{Sort: assistant.SortUpdated},
		{Filter: assistant.Filter{Tags: []string{"ТЕГ1"}}},
	} {
		whole, err := s.store.ListContacts(s.ctx, q)
		s.ok(err)
		var paged []*assistant.Contact
		for q.Limit = 4; ; {
			page, err := s.store.ListContacts(s.ctx, q)
			s.ok(err)
			if len(page.Contacts) > 4 {
				s.Fatalf("a page of %d", len(page.Contacts))
			}
			paged = append(paged, page.Contacts...)
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		s.equal(fmt.Sprintf("pages of %+v", q), whole.Contacts, paged)
	}
	brief(s)
	for _, q := range []assistant.NoteQuery{{}, {Sort: assistant.SortTitle}, {Sort: assistant.SortTag}} {
		whole, err := s.store.ListNotes(s.ctx, q)
		s.ok(err)
		var paged []*assistant.Note
		for q.Limit = 4; ; {
			page, err := s.store.ListNotes(s.ctx, q)
			s.ok(err)
			paged = append(paged, page.Notes...)
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		s.equal(fmt.Sprintf("pages of %+v", q), whole.Notes, paged)
	}
	for _, after := range []string{"?", "W10", "WyJhIl0", "WzEsMl0"} {
		if _, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{After: after, Limit: 1}); err == nil {
			s.Errorf("page after %q: no error", after)
		}
	}
}
