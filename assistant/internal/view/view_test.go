package view_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
)

var update = flag.Bool("update", false, "write testdata/*.golden")

// TestEverything renders everything that there is to show through every view.
func TestEverything(t *testing.T) {
	for name, flags := range map[string][]string{"console": nil, "json": {"--json"}, "html": nil} {
		t.Run(name, func(t *testing.T) {
			got := render(t, flags, everything)
			if name == "html" {
				got = renderHTML(t)
			}
			path := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got, go test -update accepts it:\n%s", diff)
			}
			if strings.Contains(got, "\x1b") && name != "html" {
				t.Error("an escape sequence from a contact reaches the terminal")
			}
		})
	}
}

// TestJSONLines: every line that programs get is one object.
func TestJSONLines(t *testing.T) {
	for line := range strings.Lines(render(t, []string{"--json"}, everything)) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil && !strings.HasPrefix(line, "# ") {
			t.Errorf("%v: %s", err, line)
		}
	}
}

// TestListsEndWithTheirError: a list that breaks off is not shown as if it were whole.
func TestListsEndWithTheirError(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, flags := range [][]string{nil, {"--json"}} {
		render(t, flags, func(v view.View) error {
			contacts := func(yield func(*assistant.Contact, error) bool) { yield(nil, broken) }
			notes := func(yield func(*assistant.Note, error) bool) { yield(nil, broken) }
			if err := v.Contacts(contacts); !errors.Is(err, broken) {
				t.Errorf("contacts %v: %v", flags, err)
			}
			if err := v.Notes(notes); !errors.Is(err, broken) {
				t.Errorf("notes %v: %v", flags, err)
			}
			return nil
		})
	}
}

// render returns what a view writes, stderr after stdout.
func render(t *testing.T, flags []string, show func(view.View) error) string {
	t.Helper()
	var out, stderr bytes.Buffer
	app := &cli.App{Name: "assistant", Usage: "test", Action: func(c *cli.Context) error {
		return show(view.For(console.From(c), time.UTC, catalog.Language{}, false))
	}}
	streams := console.Streams{In: strings.NewReader(""), Out: &out, Err: &stderr}
	if code := console.Run(context.Background(), app, append([]string{"assistant"}, flags...), streams); code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	return out.String() + "# stderr\n" + stderr.String()
}

// renderHTML returns what the view of a browser writes.
func renderHTML(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if err := everything(view.HTML{Out: &out, Base: "/book"}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// everything calls every method of a view, with nothing and with something to show.
func everything(v view.View) error {
	when := time.Date(2026, 11, 25, 8, 30, 0, 0, time.UTC)
	full := &assistant.Contact{
		ID: "7b1f0000-0000-4000-8000-000000000001", Version: 3, Name: "Леся Українка",
		Parts:    assistant.NameParts{Given: "Леся", Family: "Українка"},
		Nickname: "Лариса", Organization: "Плеяда", Title: "поетка",
		Chats:     []assistant.Chat{{Type: "telegram", Address: "@lesya"}},
		Relations: []assistant.Relation{{Type: "двоюрідна сестра", Name: "Ольга"}},
		Other:     []assistant.Property{{Name: "X-TEA", Value: "mint"}}, CallEvery: 30,
		Phones: []assistant.Phone{
			{Type: "cell", E164: "+380671234567", Typed: "067 123 45 67"},
			{Typed: "ask Olha"},
			{E164: "+380441112233", Typed: "+380 44 111 22 33"},
		},
		Emails: []assistant.Email{{Type: "home", Address: "lesya@example.com"}},
		Addresses: []assistant.Address{
			{Street: "вул. Саксаганського, 97", Locality: "Київ", PostalCode: "01032", Country: "Україна"},
		},
		WebPages: []assistant.WebPage{{URL: "https://example.com/lesya"}},
		Birthday: assistant.Date{Year: 1871, Month: time.February, Day: 25},
		Note:     "перший рядок\nдругий рядок", Tags: []string{"друзі", "поети"},
		Photo:   &assistant.Photo{MediaType: "image/jpeg", Data: []byte("not really")},
		Created: when, Updated: when,
	}
	bare := &assistant.Contact{
		ID: "7b1f0000-0000-4000-8000-000000000002", Version: 1,
		Name: "evil\x1b[2J\u202e 日本 👨‍👩‍👧", BirthdayText: "circa 1900",
		Phones: []assistant.Phone{{Typed: "unknown"}}, Photo: &assistant.Photo{URL: "https://example.com/p.png"},
		Created: when, Updated: when,
	}
	titled := &assistant.Note{
		ID: "7b1f0000-0000-4000-8000-000000000003", Version: 2, Title: "Покупки", Text: "хліб\nмолоко",
		Tags: []string{"дім"}, Pinned: true, Created: when, Updated: when,
	}
	plain := &assistant.Note{
		ID: "7b1f0000-0000-4000-8000-000000000004", Version: 1, Text: strings.Repeat("довгий рядок ", 10),
		Created: when, Updated: when,
	}
	contacts, notes := []*assistant.Contact{full, bare}, []*assistant.Note{titled, plain}
	birthdays := []assistant.Birthday{
		{Contact: full, Date: assistant.Date{Year: 2027, Month: time.February, Day: 25}, Age: 156},
		{Contact: bare, Date: assistant.Date{Year: 2027, Month: time.February, Day: 26}, Days: 1},
		{Contact: bare, Date: assistant.Date{Year: 2027, Month: time.February, Day: 27}, Days: 2},
	}
	agenda := &assistant.Agenda{
		Birthdays: birthdays[:2], Anniversaries: birthdays[:1], Notes: []assistant.DueNote{{Note: titled, Days: -2}},
		Calls: []assistant.DueCall{{Contact: full, Due: full.CallDue(), Days: 3}},
	}
	ambiguous := &assistant.AmbiguousError{
		Kind:       assistant.KindContact,
		Ref:        "леся",
		Candidates: []assistant.Candidate{{ID: full.ID, Name: full.Name}, {ID: bare.ID, Name: bare.Name}},
	}
	refused := &assistant.CardError{File: "people.vcf", Line: 12, Err: errors.New("no name")}
	change := assistant.Change{Version: 2, At: when, By: "olha", Via: assistant.ViaWeb}
	return errors.Join(
		v.History([]assistant.Change{change}),
		v.History(nil),
		v.Trash(
			[]assistant.Trashed{{Kind: assistant.KindContact, ID: full.ID, Name: full.Name, Change: change}},
		),
		v.Trash(nil),
		v.Duplicates([]assistant.Duplicate{{
			IDs: []string{full.ID, bare.ID}, Names: []string{full.Name, bare.Name}, Reasons: []string{"phone +380671234567"},
		}}),
		v.Books(assistant.ListBooks([]assistant.AddressBook{
			{ID: 1, Account: 1, Owner: "olha", Name: "contacts"},
			{ID: 2, Account: 3, Owner: "taras", Name: "work", ReadOnly: true, Shared: true},
		}, []assistant.Share{{Book: 1, Account: 3, User: "taras", ReadOnly: true}})),
		v.Users([]assistant.Account{{Name: "olha", Created: when}}),
		v.AppPasswords([]assistant.AppPassword{{Label: "phone", Created: when, Used: when}, {Label: "new", Created: when}}),
		v.Password("phone", "secret"),
		v.Contact(full), v.Contact(bare),
		v.Contacts(sequence(contacts)), v.Contacts(sequence[assistant.Contact](nil)),
		v.Note(titled), v.Note(plain),
		v.Notes(sequence(notes)), v.Notes(sequence[assistant.Note](nil)),
		v.Birthdays(assistant.Date{Year: 2027, Month: time.February, Day: 25}, birthdays), v.Birthdays(assistant.Date{}, nil),
		v.Found(assistant.SearchResult{Contacts: contacts, Notes: notes, Similar: true}, "1112233"),
		v.Found(assistant.SearchResult{Notes: notes}, "x"), v.Found(assistant.SearchResult{}, "x"),
		v.Agenda(agenda), v.Agenda(&assistant.Agenda{}),
		v.Copies([]view.Copy{{File: "a.db", At: when, Reason: "day", Bytes: 12}}), v.Copies(nil),
		v.Tags([]assistant.TagCount{{Tag: "дім", Count: 12}}), v.Tags(nil),
		v.Intervals(assistant.Intervals{{Tag: "дім", CallEvery: 12}}), v.Intervals(nil),
		v.Migrations([]view.Migration{{Name: "001_first", Applied: true}, {Name: "002_second"}}),
		v.CacheInfos([]view.CacheInfo{{Kind: "searches", Hits: 7, Misses: 3, Size: 2, Capacity: 2000}}),
		v.Commands([]console.Entry{{Word: "contact add", Text: "add a contact"}, {Word: "search WORDS...", Text: "find"}}),
		v.Message("added Леся", full),
		v.Problem(
			ambiguous,
		),
		v.Problem(refused),
		v.Problem(&assistant.TextValue{File: "a.vcf", Line: 3, Name: "BDAY", Value: "circa"}),
		v.Problem(errors.New("nothing to add to this")),
	)
}

func sequence[T any](list []*T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, each := range list {
			if !yield(each, nil) {
				return
			}
		}
	}
}

// What stands behind the days of an agenda begins in one column, however long these are.
func TestAgendaIsAligned(t *testing.T) {
	v := view.Console{Lang: catalog.New("uk")}
	text := v.AgendaText(&assistant.Agenda{Notes: []assistant.DueNote{
		{Note: &assistant.Note{Title: "раз"}, Days: -129}, {Note: &assistant.Note{Title: "два"}, Days: 1},
	}})
	at := make(map[int]bool)
	for line := range strings.Lines(text) {
		before, _, _ := strings.Cut(line, "нотатка")
		at[console.Width(before)] = true
	}
	if len(at) != 1 {
		t.Error(text)
	}
}
