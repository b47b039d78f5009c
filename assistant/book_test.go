package assistant_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/console/consoletest"
)

// newBook returns a book in memory whose clock stands at noon of 2024-03-01 in UTC.
func newBook(t testing.TB) *assistant.Book {
	t.Helper()
	store, err := backend.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	now := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	return &assistant.Book{Store: store, Location: time.UTC, Now: func() time.Time { return now }}
}

func ptr[T any](v T) *T { return &v }

func add(t testing.TB, b *assistant.Book, in assistant.ContactInput) *assistant.Contact {
	t.Helper()
	c, err := b.AddContact(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddAndEdit(t *testing.T) {
	b := newBook(t)
	c := add(t, b, assistant.ContactInput{
		Name: ptr("  Тарас  Григорович Шевченко "), Phones: assistant.ListInput{Replace: []string{"067 123 45 67", "work:+48 22 123 45 67"}},
		Emails: assistant.ListInput{Replace: []string{"home:kobzar@example.com"}}, Birthday: ptr("--03-09"), Addresses: assistant.ListInput{Replace: []string{"вул. Хрещатик, 1"}}, Tags: assistant.ListInput{Replace: []string{"поет", " Поет ", "друг"}},
	})
	want := &assistant.Contact{
		ID: c.ID, Version: 1, Name: "Тарас Григорович Шевченко",
		Parts: assistant.NameParts{Given: "Тарас", Additional: "Григорович", Family: "Шевченко"},
		Phones: []assistant.Phone{
			{E164: "+380671234567", Typed: "067 123 45 67"},
			{Type: "work", E164: "+48221234567", Typed: "+48 22 123 45 67"},
		},
		Emails:    []assistant.Email{{Type: "home", Address: "kobzar@example.com"}},
		Addresses: []assistant.Address{{Street: "вул. Хрещатик, 1"}},
		Birthday:  assistant.Date{Month: 3, Day: 9}, Tags: []string{"друг", "поет"},
		Created: c.Created, Updated: c.Created,
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	edited, _, err := b.EditContact(
		t.Context(),
		"тарас григорович шевченко",
		1,
		assistant.ContactInput{Name: ptr("Шевченко Тарас Григорович"), Phones: assistant.ListInput{Replace: []string{}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	want.Version, want.Name, want.Phones = 2, "Шевченко Тарас Григорович", nil
	if diff := cmp.Diff(want, edited); diff != "" {
		t.Error(diff)
	}
	var conflict *assistant.ConflictError
	if _, _, err := b.EditContact(t.Context(), c.ID, 1, assistant.ContactInput{Note: ptr("x")}); !errors.As(err, &conflict) || conflict.Have != 2 {
		t.Errorf("edit of an old version: %v", err)
	}
}

func TestBadInputNamesFieldValueAndRemedy(t *testing.T) {
	b := newBook(t)
	for want, in := range map[string]assistant.ContactInput{
		"name: a contact needs a name": {},
		`phone "12": not a telephone number of region UA (write it with the country code, such as +380 67 123 45 67)`:               {Name: ptr("a"), Phones: assistant.ListInput{Replace: []string{"12"}}},
		`email "a.example.com": no @ in it (write it as name@example.com)`:                                                          {Name: ptr("a"), Emails: assistant.ListInput{Replace: []string{"a.example.com"}}},
		`email "a b@example.com": not a mail address (write it as name@example.com)`:                                                {Name: ptr("a"), Emails: assistant.ListInput{Replace: []string{"a b@example.com"}}},
		`birthday "31.02.1990": no such date (write YYYY-MM-DD, or --MM-DD without a year; DD.MM.YYYY will do, too)`:                {Name: ptr("a"), Birthday: ptr("31.02.1990")},
		`birthday "02/03/1990": day and month can be either (write YYYY-MM-DD, or --MM-DD without a year; DD.MM.YYYY will do, too)`: {Name: ptr("a"), Birthday: ptr("02/03/1990")},
		`birthday "2030-01-01": in the future (check the year)`:                                                                     {Name: ptr("a"), Birthday: ptr("2030-01-01")},
		`birthday "2023-02-29": no such date (write YYYY-MM-DD, or --MM-DD without a year; DD.MM.YYYY will do, too)`:                {Name: ptr("a"), Birthday: ptr("2023-02-29")},
	} {
		_, err := b.AddContact(t.Context(), in)
		var field *assistant.FieldError
		if !errors.As(err, &field) || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestLookUp(t *testing.T) {
	b := newBook(t)
	taras := add(t, b, assistant.ContactInput{Name: ptr("Тарас Шевченко"), Nickname: ptr("Кобзар")})
	add(t, b, assistant.ContactInput{Name: ptr("Тарас Бульба")})
	bulba := add(t, b, assistant.ContactInput{Name: ptr("Бульба")})
	add(t, b, assistant.ContactInput{Name: ptr("Микола"), Note: ptr("знає Тараса")})
	for ref, want := range map[string]*assistant.Contact{taras.ID: taras, "тарас шевченко": taras, "кобзар": taras, "шевч": taras, "бульба": bulba} {
		got, err := b.Contact(t.Context(), ref)
		if err != nil || got.ID != want.ID {
			t.Errorf("%s: %v, %v", ref, got, err)
		}
	}
	_, err := b.Contact(t.Context(), "тарас")
	var ambiguous *assistant.AmbiguousError
	if !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 || ambiguous.Candidates[0].Name != "Тарас Бульба" {
		t.Errorf("ambiguous name: %v", err)
	}
	if _, err := b.Contact(t.Context(), "Леся"); !errors.Is(err, assistant.ErrNotFound) {
		t.Errorf("unknown name: %v", err)
	}
	n, err := b.AddNote(
		t.Context(),
		assistant.NoteInput{Text: ptr("Купити хліб\nі молоко"), Tags: assistant.ListInput{Replace: []string{"дім"}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.Note(t.Context(), "хліб"); err != nil || got.ID != n.ID {
		t.Errorf("note by its first line: %v, %v", got, err)
	}
	if _, err := b.Note(t.Context(), "молоко"); !errors.Is(err, assistant.ErrNotFound) {
		t.Errorf("note by its second line: %v", err)
	}
}

func TestBirthdays(t *testing.T) {
	b := newBook(t)
	for name, birthday := range map[string]string{
		"Січень": "1990-01-01", "Грудень": "--12-31", "Високосний": "2000-02-29", "Лютий": "1999-02-28", "Березень": "2010-03-01", "Майбутній": "--03-02",
	} {
		add(t, b, assistant.ContactInput{Name: &name, Birthday: &birthday})
	}
	for _, test := range []struct {
		on   string
		days int
		want []string
	}{
		{"2023-12-31", 1, []string{"Грудень 2023-12-31 0 0", "Січень 2024-01-01 1 34"}},
		{"2023-02-28", 0, []string{"Високосний 2023-02-28 0 23", "Лютий 2023-02-28 0 24"}},
		{"2024-02-28", 1, []string{"Лютий 2024-02-28 0 25", "Високосний 2024-02-29 1 24"}},
		{"2023-03-01", 0, []string{"Березень 2023-03-01 0 13"}},
		{"2023-02-01", 27, []string{"Високосний 2023-02-28 27 23", "Лютий 2023-02-28 27 24"}},
		{"2023-03-02", 0, []string{"Майбутній 2023-03-02 0 0"}},
		{"2023-06-01", 7, nil},
	} {
		on, err := assistant.ParseDate(test.on)
		if err != nil {
			t.Fatal(err)
		}
		found, err := b.Birthdays(t.Context(), on, test.days)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range found {
			got = append(got, fmt.Sprint(x.Contact.Name, " ", x.Date, " ", x.Days, " ", x.Age))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s and %d days:\n%s", test.on, test.days, diff)
		}
	}
	// A window finds exactly those whose next birthday is in it, whatever the day.
	for day := (assistant.Date{Year: 2023, Month: 1, Day: 1}); day.Year < 2025; day = day.AddDays(1) {
		all, err := b.Birthdays(t.Context(), day, 366)
		if err != nil || len(all) != 6 {
			t.Fatalf("%s: %d of 6 contacts, %v", day, len(all), err)
		}
		week, err := b.Birthdays(t.Context(), day, 7)
		if err != nil {
			t.Fatal(err)
		}
		near := 0
		for _, x := range all {
			if x.Days <= 7 {
				near++
			}
		}
		if near != len(week) {
			t.Errorf("%s: %d of %d", day, len(week), near)
		}
	}
}

func TestTodayIsThePersonsDay(t *testing.T) {
	b := newBook(t)
	b.Location = time.FixedZone("far east", 14*3600)
	if got := b.Today().String(); got != "2024-03-02" {
		t.Error(got)
	}
}

func imported(t testing.TB, b *assistant.Book, file string) (assistant.ImportSummary, []string) {
	t.Helper()
	var refused []string
	summary, err := b.ImportVCards(t.Context(), strings.NewReader(file), "f.vcf", func(e error) {
		if bad, ok := e.(*assistant.CardError); ok {
			refused = append(refused, bad.Error())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return summary, refused
}

func exported(t testing.TB, b *assistant.Book) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := b.ExportVCards(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Їжак\r\nUID:1\r\nTEL;TYPE=CELL,VOICE,pref:067 123-45-67\r\nitem1.TEL:BusinessPhone\r\nitem1.X-ABLabel:Дача\r\n" +
	"item2.EMAIL;TYPE=INTERNET:not an address\r\nitem2.X-ABLabel:_$!<Other>!$_\r\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\nX-SPOUSE;X-P=\"a;b\":Mary\\, Ann\r\nCATEGORIES:друзі,Робота\r\nEND:VCARD\r\n" +
	"BEGIN:VCARD\r\nVERSION:4.0\r\nN:Ґалаґан;Олег;;;\r\nBDAY;VALUE=text:десь у травні\r\nTEL;VALUE=uri:tel:+1-418-656-9254;ext=102\r\nEND:VCARD\r\n" +
	"BEGIN:VCARD\r\nVERSION:3.0\r\nBDAY:1990-05-04\r\nEND:VCARD\r\n" +
	"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=windows-1251:\xd8\xe5\xe2\xf7\xe5\xed\xea\xee;\xd2\xe0\xf0\xe0\xf1\r\nBDAY:18140309\r\nEND:VCARD\r\n"

func TestImport(t *testing.T) {
	b := newBook(t)
	summary, refused := imported(t, b, cards)
	if diff := cmp.Diff(assistant.ImportSummary{Added: 3, Refused: 1, KeptAsText: 1}, summary); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"f.vcf:20: name: the card has no name, address or number (give it an FN or an N property)"}, refused); diff != "" {
		t.Error(diff)
	}
	hedgehog, err := b.Contact(t.Context(), "їжак")
	if err != nil {
		t.Fatal(err)
	}
	want := &assistant.Contact{
		ID: hedgehog.ID, Version: 1, Name: "Їжак",
		Phones: []assistant.Phone{
			{Type: "cell", E164: "+380671234567", Typed: "067 123-45-67"},
			{Type: "дача", Typed: "BusinessPhone"},
		},
		Emails:   []assistant.Email{{Type: "other", Address: "not an address"}},
		Birthday: assistant.Date{Month: 2, Day: 29}, Tags: []string{"друзі", "Робота"},
		Relations: []assistant.Relation{{Type: "spouse", Name: "Mary, Ann"}},
		Created:   hedgehog.Created, Updated: hedgehog.Created, Source: hedgehog.Source,
	}
	if diff := cmp.Diff(want, hedgehog); diff != "" {
		t.Error(diff)
	}
	taras, err := b.Contact(t.Context(), "Тарас Шевченко")
	if err != nil || taras.Birthday.String() != "1814-03-09" {
		t.Errorf("%+v, %v", taras, err)
	}
	for range 2 {
		if summary, _ := imported(t, b, cards); summary != (assistant.ImportSummary{Unchanged: 3, Refused: 1, KeptAsText: 1}) {
			t.Errorf("imported again: %+v", summary)
		}
		if summary, _ := imported(t, b, strings.ReplaceAll(cards, "\r\n", "\n")); summary != (assistant.ImportSummary{Unchanged: 3, Refused: 1, KeptAsText: 1}) {
			t.Errorf("imported with other ends of lines: %+v", summary)
		}
	}
}

// What was edited here survives an import of the old card, and takes what a newer card has changed.
func TestImportAfterEdit(t *testing.T) {
	b := newBook(t)
	imported(t, b, cards)
	edit := assistant.ContactInput{
		Name:   ptr("Їжачок"),
		Phones: assistant.ListInput{Replace: []string{"050 111 22 33", "cell:067 123-45-67"}},
	}
	if _, _, err := b.EditContact(t.Context(), "їжак", 0, edit); err != nil {
		t.Fatal(err)
	}
	if summary, _ := imported(t, b, cards); summary.Unchanged != 3 {
		t.Errorf("the old cards: %+v", summary)
	}
	card := exported(t, b)
	for _, want := range []string{"FN:Їжачок\r\n", "TEL:050 111 22 33\r\nTEL;TYPE=CELL,VOICE,pref:067 123-45-67\r\n", "X-SPOUSE;X-P=\"a;b\":Mary\\, Ann\r\n"} {
		if !strings.Contains(card, want) {
			t.Errorf("the export lacks %q:\n%s", want, card)
		}
	}
	if strings.Contains(card, "Дача") {
		t.Errorf("the label of a number that was removed is still there:\n%s", card)
	}
	newer := strings.Replace(cards, "CATEGORIES:друзі,Робота", "CATEGORIES:друзі", 1)
	if summary, _ := imported(t, b, newer); summary != (assistant.ImportSummary{Updated: 1, Unchanged: 2, Refused: 1, KeptAsText: 1}) {
		t.Errorf("a newer card: %+v", summary)
	}
	c, err := b.Contact(t.Context(), "Їжачок")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"друзі"}, c.Tags); diff != "" || len(c.Phones) != 2 ||
		c.Phones[0].Typed != "050 111 22 33" {
		t.Errorf("%+v", c)
	}
}

// A book that was imported from another's export exports the same bytes.
func checkFixedPoint(t testing.TB, file string) {
	t.Helper()
	first, second := newBook(t), newBook(t)
	imported(t, first, file)
	export := exported(t, first)
	summary, refused := imported(t, second, export)
	if refused != nil || summary.Unchanged+summary.Updated != 0 {
		t.Errorf("an export is imported with %+v, %q", summary, refused)
	}
	if diff := cmp.Diff(export, exported(t, second)); diff != "" {
		t.Errorf("export after import (-first +second):\n%s", diff)
	}
	if summary, _ := imported(t, first, export); summary.Added+summary.Updated+summary.Refused != 0 {
		t.Errorf("a book's own export is imported with %+v", summary)
	}
	for c, err := range first.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		again, err := second.Contact(t.Context(), c.ID)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		c.Source, again.Source = nil, nil
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s (-first +second):\n%s", c.Name, diff)
		}
	}
}

func TestImportExportImportIsAFixedPoint(t *testing.T) {
	checkFixedPoint(t, cards)
	files, err := filepath.Glob(filepath.Join(consoletest.Vectors(t, "vcard"), "*.vcf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { checkFixedPoint(t, string(file)) })
	}
}

// Every field of a typed-in contact comes back from its own card.
func TestTypedContactsSurviveAnExport(t *testing.T) {
	b := newBook(t)
	add(t, b, assistant.ContactInput{
		Name: ptr("О'Брайен, мол.; \\"), Nickname: ptr("a,b"), Organization: ptr("Так; ні, ТОВ"), Note: ptr("рядок\nі \\n ще"), Birthday: ptr("--02-29"),
		Phones: assistant.ListInput{Replace: []string{"work:+380 44 123 45 67"}}, Emails: assistant.ListInput{Replace: []string{"home:a@example.com"}}, Addresses: assistant.ListInput{Replace: []string{"home:вул. A;B, 1\nкв. 2"}},
		WebPages: assistant.ListInput{Replace: []string{"https://example.com/?a=b;c,d"}}, Tags: assistant.ListInput{Replace: []string{"a,b", "c;d"}}, Photo: &assistant.Photo{MediaType: "image/png", Data: []byte("\x89PNG")},
	})
	add(t, b, assistant.ContactInput{Name: ptr("Рік"), Birthday: ptr("1990-12-31")})
	other := newBook(t)
	if summary, refused := imported(t, other, exported(t, b)); summary.Added != 2 {
		t.Fatalf("%+v, %q", summary, refused)
	}
	for c, err := range b.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		again, err := other.Contact(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		again.Source = nil
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s:\n%s", c.Name, diff)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add(cards)
	f.Add(
		"BEGIN:VCARD\nVERSION:4.0\nFN:a\nFN:b\nNOTE: c\nNOTE:\nPHOTO:data:image/png;base64\\,AA==\nORG:;x;\nNICKNAME:,\nBDAY:--0230\nEND:VCARD\n",
	)
	f.Fuzz(func(t *testing.T, file string) { checkFixedPoint(t, file) })
}
