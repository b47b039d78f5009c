package dav_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/exchange"
)

// groupOf is the card of a group as RFC 6350 has it.
func groupOf(name string, members ...string) string {
	card := "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:g-1\r\nKIND:group\r\nFN:" + name + "\r\nBDAY:20000101\r\n"
	for _, member := range members {
		card += "MEMBER:urn:uuid:" + member + "\r\n"
	}
	return card + "NOTE:as \r\n  it stands\r\nEND:VCARD\r\n"
}

func (s *site) card(name string) string {
	s.Helper()
	return s.want(200, s.ask("GET", booksPath+name, "")).text
}

// A group is a card like others for a client, and a tag of its members for everybody else, both ways.
func TestGroups(t *testing.T) {
	s := memory(t)
	ctx := t.Context()
	edit := func(name string, in assistant.ContactInput) {
		t.Helper()
		if _, _, err := s.book.EditContact(ctx, name, 0, in); err != nil {
			t.Fatal(err)
		}
	}
	// A client sends the group before its members.
	r := s.want(201, s.ask("PUT", booksPath+"g.vcf", groupOf("Хор", "m-1", "m-2")))
	if r.Header.Get("ETag") == "" || s.card("g.vcf") != groupOf("Хор", "m-1", "m-2") {
		t.Errorf("the group did not come back: %s", s.card("g.vcf"))
	}
	r = s.want(201, s.ask("PUT", booksPath+"1.vcf", cardOf("m-1", "Олена")))
	if got := s.card("1.vcf"); r.Header.Get("ETag") != "" || got != cardOf("m-1", "Олена", "CATEGORIES:Хор") {
		t.Errorf("a member: ETag %q, %s", r.Header.Get("ETag"), got)
	}
	s.want(201, s.ask("PUT", booksPath+"2.vcf", cardOf("m-2", "Тарас", "CATEGORIES:хор")))
	s.want(201, s.ask("PUT", booksPath+"3.vcf", cardOf("m-3", "Іван")))
	_, _, token := s.changes("", "")

	// Tagging in the console and CATEGORIES of another phone change the group, and nothing else in its card.
	edit("Іван", assistant.ContactInput{Tags: assistant.ListInput{Add: []string{"Хор"}}})
	if diff := cmp.Diff(groupOf("Хор", "m-1", "m-2", "m-3"), s.card("g.vcf")); diff != "" {
		t.Error(diff)
	}
	s.want(204, s.ask("PUT", booksPath+"2.vcf", cardOf("m-2", "Тарас", "CATEGORIES:інше")))
	if diff := cmp.Diff(groupOf("Хор", "m-1", "m-3"), s.card("g.vcf")); diff != "" {
		t.Error(diff)
	}
	names, _, _ := s.changes(token, "")
	if diff := cmp.Diff([]string{"3.vcf", "2.vcf", "g.vcf"}, names); diff != "" {
		t.Error(diff)
	}

	// The group is in the lists of clients, and in no list of people.
	list := s.want(207, s.ask("PROPFIND", booksPath, "", "Depth", "1")).text
	has(t, list, booksPath+"g.vcf")
	found := s.want(207, s.ask("REPORT", booksPath, `<c:addressbook-query xmlns:d="DAV:" `+
		`xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><c:address-data/></d:prop>`+
		`<c:filter><c:prop-filter name="KIND"><c:text-match>group</c:text-match>`+
		`</c:prop-filter></c:filter></c:addressbook-query>`)).text
	has(t, found, "KIND:group", "MEMBER:urn:uuid:m-3")
	var table, cards bytes.Buffer
	if n, err := exchange.WriteCSV(&table, s.book.AllContacts(ctx, assistant.ContactQuery{})); err != nil || n != 3 {
		t.Errorf("%d rows, %v", n, err)
	}
	n, err := s.book.ExportVCards(ctx, &cards)
	if err != nil || n != 3 || !strings.Contains(cards.String(), groupOf("Хор", "m-1", "m-3")) {
		t.Errorf("%d cards, %v: %s", n, err, cards.String())
	}
	if days, err := s.book.Birthdays(ctx, assistant.DateOf(time.Now()), 366); err != nil || len(days) != 0 {
		t.Errorf("%v, %v", days, err)
	}
	if c, err := s.book.Contact(ctx, "Хор"); err == nil {
		t.Errorf("found %+v", c)
	}

	// A phone that went wrong is taken back.
	since := time.Now().Truncate(time.Millisecond)
	s.want(204, s.ask("DELETE", booksPath+"g.vcf", ""))
	if c, err := s.book.ContactNamed(ctx, "Олена"); err != nil || len(c.Tags) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	edit("Тарас", assistant.ContactInput{Tags: assistant.ListInput{Add: []string{"Хор"}}})
	what := assistant.AppUndo{Account: "olena", Label: "phone", Since: since}
	if _, err := s.book.UndoApp(ctx, what); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(groupOf("Хор", "m-1", "m-3", "m-2"), s.card("g.vcf")); diff != "" {
		t.Error(diff)
	}
	if c, err := s.book.ContactNamed(ctx, "Олена"); err != nil || !cmp.Equal(c.Tags, []string{"Хор"}) {
		t.Errorf("%+v, %v", c, err)
	}
}

// Of what an app password did with a group, what others have done with it since stays.
func TestUndoOfMembers(t *testing.T) {
	s := memory(t)
	ctx := t.Context()
	cards := cardOf("m-1", "Олена") + cardOf("m-2", "Тарас") + cardOf("m-3", "Іван") + groupOf("Хор", "m-1")
	told := func(err error) { t.Error(err) }
	if _, err := s.book.ImportVCards(ctx, strings.NewReader(cards), "cards", told); err != nil {
		t.Fatal(err)
	}
	groups, err := s.book.Store.Groups(ctx)
	if err != nil || len(groups) != 1 {
		t.Fatal(groups, err)
	}
	group := groups[0].CardName()
	s.want(204, s.ask("PUT", booksPath+group, groupOf("Хор", "m-2")))
	tag := assistant.ContactInput{Tags: assistant.ListInput{Add: []string{"Хор"}}}
	if _, _, err := s.book.EditContact(ctx, "Іван", 0, tag); err != nil {
		t.Fatal(err)
	}
	if _, err := s.book.UndoApp(ctx, assistant.AppUndo{Account: "olena", Label: "phone"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(groupOf("Хор", "m-3", "m-1"), s.card(group)); diff != "" {
		t.Error(diff)
	}
}
