package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
)

// groupCard is the card of a group, as Apple writes it. Its X-KEPT stays whatever becomes of its members.
func groupCard(id, name string, members ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nX-AddressBookServer-Kind:group\r\n", id, name)
	for _, member := range members {
		fmt.Fprintf(&b, "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:%s\r\n", member)
	}
	b.WriteString("X-Kept;X-A=b:  as it\r\n  stands\r\nEND:VCARD\r\n")
	return []byte(b.String())
}

func (s *suite) group(name string, members ...string) *assistant.Contact {
	s.Helper()
	return s.contact(name, func(c *assistant.Contact) {
		c.Group, c.Parts = true, assistant.NameParts{}
		c.Source = groupCard(c.ID, name, members...)
	})
}

// groupsAreNoPeople: a group comes back as it was saved and has a card, and is in no list of people.
func groupsAreNoPeople(s *suite) {
	olena := s.contact("Олена Хор")
	group := s.group("Хор", "m1")
	s.equal("group", group, s.storedContact(group.ID))
	groups, err := s.store.Groups(s.ctx)
	s.ok(err)
	s.equal("groups", []*assistant.Contact{group}, groups)
	s.equal("card", int64(1), s.card(group.CardName()).Version)
	for what, list := range map[string]func() ([]*assistant.Contact, error){
		"list": func() ([]*assistant.Contact, error) {
			page, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Limit: 5})
			return page.Contacts, err
		},
		"by id": func() ([]*assistant.Contact, error) { return s.store.ContactsFrom(s.ctx, "0000", 5) },
		"by name": func() ([]*assistant.Contact, error) {
			return s.store.ContactsNamed(s.ctx, "Хор", "Олена Хор")
		},
		"search": func() ([]*assistant.Contact, error) {
			result, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: "хор"})
			return result.Contacts, err
		},
	} {
		found, err := list()
		s.ok(err)
		s.equal(what, []*assistant.Contact{olena}, found)
	}
	whole, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Groups: true})
	s.ok(err)
	s.equal("with groups", []*assistant.Contact{olena, group}, whole.Contacts)
	s.ok(s.store.DeleteContact(s.ctx, group.ID, group.Version))
	former, err := s.store.ContactVersion(s.ctx, group.ID, 1)
	s.ok(err)
	s.equal("former version", group, former)
}

// tagsOf and membersOf return what is stored.
func (s *suite) tagsOf(c *assistant.Contact) []string {
	s.Helper()
	return s.storedContact(c.ID).Tags
}

func (s *suite) source(group *assistant.Contact) string {
	s.Helper()
	return string(s.storedContact(group.ID).Source)
}

// groupsAreTags: the name of a group is a tag of its members, and whoever gets or loses that tag joins or leaves the
// group; every other line of its card stays.
func groupsAreTags(s *suite) {
	tag := func(c *assistant.Contact, tags ...string) {
		s.Helper()
		*c = *s.storedContact(c.ID)
		c.Tags = tags
		s.ok(s.store.SaveContacts(s.ctx, c))
	}
	olena := s.contact("Олена", func(c *assistant.Contact) { c.Tags = []string{"хор"} })
	taras, ivan := s.contact("Тарас"), s.contact("Іван")
	group := s.group("Хор", taras.ID, "00000000-0000-4000-8000-999999999999")
	late := "00000000-0000-4000-8000-999999999999"
	s.equal("who is named gets the tag", []string{"Хор"}, s.tagsOf(taras))
	s.equal("who has the tag is named", string(groupCard(group.ID, "Хор", taras.ID, late, olena.ID)), s.source(group))
	s.equal("and so it was saved", s.source(group), string(group.Source))
	etag := s.card(group.CardName()).ETag

	tag(ivan, "ХОР", "інше")
	s.equal("joins", string(groupCard(group.ID, "Хор", taras.ID, late, olena.ID, ivan.ID)), s.source(group))
	if s.card(group.CardName()).ETag == etag {
		s.Error("the group has changed and its card has not")
	}
	tag(taras)
	s.equal("leaves", string(groupCard(group.ID, "Хор", late, olena.ID, ivan.ID)), s.source(group))

	*group = *s.storedContact(group.ID)
	group.Source = groupCard(group.ID, "Хор", late, taras.ID, ivan.ID)
	s.ok(s.store.SaveContacts(s.ctx, group))
	s.equal("who is named no longer loses the tag", []string(nil), s.tagsOf(olena))
	s.equal("who is named has the tag", []string{"Хор"}, s.tagsOf(taras))
	newcomer := s.contact("Пізня", func(c *assistant.Contact) { c.ID = late })
	s.equal("a new contact that was named before it came", []string{"Хор"}, newcomer.Tags)
	s.equal("newcomer", newcomer, s.storedContact(late))

	group.Name, group.Source = "Гурт", groupCard(group.ID, "Гурт", late, taras.ID, ivan.ID)
	s.ok(s.store.SaveContacts(s.ctx, group))
	s.equal("another name", []string{"Гурт"}, s.tagsOf(taras))
	s.equal("other tags stay", []string{"Гурт", "інше"}, s.tagsOf(ivan))

	before := *s.storedContact(olena.ID)
	other := s.storedContact(taras.ID)
	after := before
	after.Tags = []string{"Гурт"}
	s.ok(s.store.MergeContacts(s.ctx, assistant.Merge{At: moment(9), Other: other, Before: &before, After: &after}))
	if !strings.Contains(s.source(group), olena.ID) {
		s.Errorf("the contact that two were made is not a member: %s", s.source(group))
	}
	stale := *s.storedContact(ivan.ID)
	stale.Version, stale.Tags = 1, nil
	was := s.source(group)
	var conflict *assistant.ConflictError
	if err := s.store.SaveContacts(s.ctx, &stale); !errors.As(err, &conflict) {
		s.Errorf("an old version was saved: %v", err)
	}
	s.equal("nobody left by what was not saved", was, s.source(group))

	*group = *s.storedContact(group.ID)
	s.ok(s.store.DeleteContact(s.ctx, group.ID, group.Version))
	s.equal("the tag goes with the group", []string{"інше"}, s.tagsOf(ivan))
}

// OlderGroups tests that groups which were kept as people are found when a store is brought up to date. older turns the
// store, which is empty, into what the version before has left, and brings that up to date.
func OlderGroups(t *testing.T, store assistant.Store, older func(*testing.T, assistant.Store)) {
	t.Helper()
	s := &suite{T: t, store: store, ctx: t.Context()}
	taras, ivan := s.contact("Тарас"), s.contact("Іван")
	etag := s.card(ivan.CardName()).ETag
	person := s.contact("Хор", func(c *assistant.Contact) {
		c.Source, c.Tags = groupCard(c.ID, "Хор", taras.ID), []string{"x"}
		c.Birthday = assistant.Date{Year: 2000, Month: 1, Day: 1}
	})
	older(t, store)
	groups, err := store.Groups(s.ctx)
	s.ok(err)
	if len(groups) != 1 || groups[0].ID != person.ID || !groups[0].Birthday.IsZero() || groups[0].Tags != nil {
		t.Errorf("groups: %+v", groups)
	}
	s.equal("card", string(person.Source), s.source(person))
	s.equal("tags", []string{"Хор"}, s.tagsOf(taras))
	s.equal("ETag of another card", etag, s.card(ivan.CardName()).ETag)
	counts, err := store.ContactTags(s.ctx)
	s.ok(err)
	s.equal("tags of all", []assistant.TagCount{{Tag: "Хор", Count: 1}}, counts)
}
