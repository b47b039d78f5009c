// Package storetest is the conformance suite of [assistant.Store]: whatever a store or a decorator of stores promises
// is tested here, the same for all of them. Next to the book under test there is another, full one with the same ids.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) assistant.Store { ... })
//	}
package storetest

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pythonweb/goweb/assistant"
)

// ManyWrite reports whether t is the part of the suite in which many change one thing at once, which needs a server on
// which one of them wins.
func ManyWrite(t *testing.T) bool {
	name := path.Base(t.Name())
	return name == "OneOfManyWritersWins" || name == "NoChangeIsMissed" || name == "OneNameOneBook"
}

// Run runs the suite. open returns an empty store of the test's own and closes it when the test ends.
func Run(t *testing.T, open func(t *testing.T) assistant.Store) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*suite)
	}{
		{"EveryFieldComesBack", everyField},
		{"VersionsAreOptimistic", versions},
		{"OneOfManyWritersWins", oneWriterWins},
		{"BatchesOfContacts", batches},
		{"Restore", restore},
		{"Delete", remove},
		{"FindByName", findByName},
		{"OrderOfContacts", orderOfContacts},
		{"OrderOfNotes", orderOfNotes},
		{"Pages", pages},
		{"PagesOfLargeValues", largePages},
		{"Tags", tags},
		{"Birthdays", birthdays},
		{"Calls", calls},
		{"SearchAnyText", searchAnyText},
		{"SearchRanks", searchRanks},
		{"SearchFields", searchFields},
		{"SearchForgives", searchForgives},
		{"SearchFollowsChanges", searchFollowsChanges},
		{"RevisionTellsOfChanges", revision},
		{"LongTexts", longTexts},
		{"History", history},
		{"Merges", merges},
		{"GroupsAreNoPeople", groupsAreNoPeople},
		{"GroupsAreTags", groupsAreTags},
		{"Cards", cards},
		{"NoChangeIsMissed", changesAreNotMissed},
		{"OneNameOneWinner", oneNameOneWinner},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &suite{T: t, store: open(t), ctx: t.Context()}
			check := s.beside()
			test.run(s)
			check()
		})
	}
	for _, test := range []struct {
		name string
		run  func(*suite)
	}{
		{"Books", books},
		{"FurtherBooks", furtherBooks},
		{"Shares", shares},
		{"OneNameOneBook", manyBooks},
		{"Accounts", accounts},
		{"Past", past},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(&suite{T: t, store: open(t), ctx: t.Context()}) })
	}
}

// suite is one test with its store.
type suite struct {
	*testing.T
	store assistant.Store
	ctx   context.Context
	made  int // how many ids have been given out
}

// id returns a new id; ids sort in the order in which they were asked for.
func (s *suite) id() string {
	s.made++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.made)
}

// moment returns a time with milliseconds, so many minutes after the first one.
func moment(minutes int) time.Time {
	return time.Date(2024, 2, 29, 12, 0, 0, 123e6, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

func (s *suite) contact(name string, change ...func(*assistant.Contact)) *assistant.Contact {
	s.Helper()
	c := &assistant.Contact{
		ID:      s.id(),
		Name:    name,
		Parts:   assistant.ParseName(name),
		Created: moment(0),
		Updated: moment(s.made),
	}
	for _, f := range change {
		f(c)
	}
	s.ok(s.store.SaveContacts(s.ctx, c))
	return c
}

func (s *suite) note(title, text string, change ...func(*assistant.Note)) *assistant.Note {
	s.Helper()
	n := &assistant.Note{ID: s.id(), Title: title, Text: text, Created: moment(0), Updated: moment(s.made)}
	for _, f := range change {
		f(n)
	}
	s.ok(s.store.SaveNotes(s.ctx, n))
	return n
}

func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// equal compares values, taking an empty list for none.
func (s *suite) equal(what string, want, got any) {
	s.Helper()
	// cmp looks at every byte of a picture; most are found equal much faster.
	sameBytes := cmp.FilterValues(func(a, b []byte) bool { return len(a) > 0 && bytes.Equal(a, b) }, cmp.Ignore())
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), sameBytes); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (s *suite) storedContact(id string) *assistant.Contact {
	s.Helper()
	found, err := s.store.Contacts(s.ctx, id)
	s.ok(err)
	if len(found) != 1 {
		s.Fatalf("contact %s: %d found", id, len(found))
	}
	return found[0]
}

func (s *suite) storedNote(id string) *assistant.Note {
	s.Helper()
	found, err := s.store.Notes(s.ctx, id)
	s.ok(err)
	if len(found) != 1 {
		s.Fatalf("note %s: %d found", id, len(found))
	}
	return found[0]
}

func names(list []*assistant.Contact) []string {
	return mapped(list, func(c *assistant.Contact) string { return c.Name })
}

func headings(list []*assistant.Note) []string {
	return mapped(list, (*assistant.Note).Heading)
}

func mapped[T any](list []*T, f func(*T) string) []string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = f(v)
	}
	return texts
}

func (s *suite) lastID() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.made) }

func findByName(s *suite) {
	s.contact("Тарас Шевченко", func(c *assistant.Contact) { c.Nickname = "Кобзар" })
	s.contact("ТАРАС  шевченко")
	s.contact("Тарас Шевченкович")
	s.contact("Обʼєднання Дар’я")
	for name, want := range map[string][]string{
		"тарас шевченко":   {"Тарас Шевченко", "ТАРАС  шевченко"},
		"кобзар":           {"Тарас Шевченко"},
		"об'єднання дарʼя": {"Обʼєднання Дар’я"},
		"Тарас":            {},
		"":                 {},
	} {
		found, err := s.store.ContactsNamed(s.ctx, name)
		s.ok(err)
		s.equal(name, want, names(found))
	}
	s.note("Покупки", "хліб")
	s.note("", "Покупки")
	found, err := s.store.NotesTitled(s.ctx, "ПОКУПКИ")
	s.ok(err)
	s.equal("titled", []string{"хліб"}, mapped(found, func(n *assistant.Note) string { return n.Text }))
}

func orderOfContacts(s *suite) {
	birthday := func(year, month, day int) func(*assistant.Contact) {
		return func(c *assistant.Contact) {
			c.Birthday = assistant.Date{Year: year, Month: time.Month(month), Day: day}
		}
	}
	s.contact("яна", birthday(1990, 12, 31))
	s.contact("Іван", birthday(0, 1, 1))
	s.contact("Zoe")
	s.contact("Ґалаґан", birthday(2001, 1, 1))
	s.contact("Гнат")
	s.contact("Їжак")
	s.contact("Єва")
	s.contact("Дарина")
	s.contact("Йосип")
	s.contact("007")
	s.contact("Élodie")
	s.contact("🙂")
	for sort, want := range map[assistant.Sort][]string{
		"": {
			"007", "Гнат", "Ґалаґан", "Дарина", "Єва", "Іван", "Їжак", "Йосип", "яна", "Élodie", "Zoe", "🙂",
		},
		assistant.SortBirthday: {
			"Ґалаґан", "Іван", "яна", "007", "Гнат", "Дарина", "Єва", "Їжак", "Йосип", "Élodie", "Zoe", "🙂",
		},
		assistant.SortUpdated: {
			"🙂", "Élodie", "007", "Йосип", "Дарина", "Єва", "Їжак", "Гнат", "Ґалаґан", "Zoe", "Іван", "яна",
		},
	} {
		page, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Sort: sort})
		s.ok(err)
		s.equal("sorted by "+string(sort), want, names(page.Contacts))
	}
	if _, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Sort: "shoe size"}); err == nil {
		s.Error("an unknown order: no error")
	}
}

func orderOfNotes(s *suite) {
	tag := func(tags ...string) func(*assistant.Note) { return func(n *assistant.Note) { n.Tags = tags } }
	pin := func(n *assistant.Note) { n.Pinned = true }
	s.note("щука", "", tag("риба"))
	s.note("", "індик\nтекст", tag("птах"))
	s.note("окунь", "", tag("риба", "звір"))
	s.note("кіт", "", pin)
	s.note("без", "")
	for sort, want := range map[assistant.Sort][]string{
		"":                  {"кіт", "без", "окунь", "індик", "щука"},
		assistant.SortTitle: {"кіт", "без", "індик", "окунь", "щука"},
		assistant.SortTag:   {"кіт", "індик", "окунь", "щука", "без"},
	} {
		page, err := s.store.ListNotes(s.ctx, assistant.NoteQuery{Sort: sort})
		s.ok(err)
		s.equal("sorted by "+string(sort), want, headings(page.Notes))
	}
}

func tags(s *suite) {
	with := func(tags ...string) func(*assistant.Contact) { return func(c *assistant.Contact) { c.Tags = tags } }
	s.contact("А", with("Їжа", "робота"))
	s.contact("Б", with("їжа"))
	s.contact("В", with("івент"))
	changed := s.contact("Г", with("старий"))
	changed.Tags = []string{"новий"}
	s.ok(s.store.SaveContacts(s.ctx, changed))
	s.note("Н", "", func(n *assistant.Note) { n.Tags = []string{"нотатка"} })

	counts, err := s.store.ContactTags(s.ctx)
	s.ok(err)
	s.equal(
		"tags of contacts",
		[]assistant.TagCount{
			{Tag: "івент", Count: 1},
			{Tag: "Їжа", Count: 2},
			{Tag: "новий", Count: 1},
			{Tag: "робота", Count: 1},
		},
		counts,
	)
	counts, err = s.store.NoteTags(s.ctx)
	s.ok(err)
	s.equal("tags of notes", []assistant.TagCount{{Tag: "нотатка", Count: 1}}, counts)

	page, err := s.store.ListContacts(s.ctx, assistant.ContactQuery{Filter: assistant.Filter{Tags: []string{" ЇЖА "}}})
	s.ok(err)
	s.equal("tagged contacts", []string{"А", "Б"}, names(page.Contacts))
	notes, err := s.store.ListNotes(s.ctx, assistant.NoteQuery{Filter: assistant.Filter{Tags: []string{"Нотатка"}}})
	s.ok(err)
	s.equal("tagged notes", []string{"Н"}, headings(notes.Notes))
}

func birthdays(s *suite) {
	for i, day := range []assistant.Date{
		{Month: 12, Day: 31},
		{Year: 1990, Month: 1, Day: 1},
		{Year: 2000, Month: 2, Day: 29},
		{Year: 1985, Month: 2, Day: 28},
		{Month: 7, Day: 1},
		{},
	} {
		s.contact(fmt.Sprint("Людина ", i), func(c *assistant.Contact) { c.Birthday = day })
	}
	for _, test := range []struct {
		from, to int
		want     []string
	}{
		{1230, 103, []string{"Людина 0", "Людина 1"}},
		{228, 229, []string{"Людина 2", "Людина 3"}},
		{101, 1231, []string{"Людина 0", "Людина 1", "Людина 2", "Людина 3", "Людина 4"}},
		{701, 701, []string{"Людина 4"}},
		{801, 901, nil},
	} {
		found, err := s.store.BirthdayContacts(s.ctx, test.from, test.to)
		s.ok(err)
		got := names(found)
		slices.Sort(got)
		s.equal(fmt.Sprint(test.from, " to ", test.to), test.want, got)
	}
}

func revision(s *suite) {
	last, err := s.store.Revision(s.ctx)
	s.ok(err)
	differs := func(after string) {
		s.Helper()
		now, err := s.store.Revision(s.ctx)
		s.ok(err)
		if now == last || now == "" {
			s.Errorf("after %s the revision is %q and was %q", after, now, last)
		}
		last = now
	}
	c := s.contact("А")
	differs("a new contact")
	s.ok(s.store.SaveContacts(s.ctx, c))
	differs("a changed contact")
	s.ok(s.store.RestoreContacts(s.ctx, c))
	differs("a restored contact")
	s.ok(s.store.DeleteContact(s.ctx, c.ID, c.Version))
	differs("a removed contact")
	n := s.note("А", "")
	differs("a new note")
	s.ok(s.store.DeleteNote(s.ctx, n.ID, 0))
	differs("a removed note")
	again, err := s.store.Revision(s.ctx)
	s.ok(err)
	s.equal("revision without a change", last, again)
}
