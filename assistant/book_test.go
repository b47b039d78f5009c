package assistant_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
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
		Name: ptr("  Тарас  Григорович Шевченко "), Birthday: ptr("--03-09"),
		Phones:    assistant.ListInput{Replace: []string{"067 123 45 67", "work:+48 22 123 45 67"}},
		Emails:    assistant.ListInput{Replace: []string{"home:kobzar@example.com"}},
		Addresses: assistant.ListInput{Replace: []string{"вул. Хрещатик, 1"}},
		Tags:      assistant.ListInput{Replace: []string{"поет", " Поет ", "друг"}},
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
	old := assistant.ContactInput{Note: ptr("x")}
	if _, _, err := b.EditContact(t.Context(), c.ID, 1, old); !errors.As(err, &conflict) || conflict.Have != 2 {
		t.Errorf("edit of an old version: %v", err)
	}
}

func TestBadInputNamesFieldValueAndRemedy(t *testing.T) {
	b := newBook(t)
	const date = ` (write YYYY-MM-DD, or --MM-DD without a year; DD.MM.YYYY works, too)`
	for want, in := range map[string]assistant.ContactInput{
		"name: a contact needs a name": {},
		`phone "12": not a telephone number of region UA ` +
			`(write it with the country code, such as +380 67 123 45 67)`: {
			Name: ptr("a"), Phones: assistant.ListInput{Replace: []string{"12"}},
		},
		`email "a.example.com": no @ in it (write it as name@example.com)`: {
			Name: ptr("a"), Emails: assistant.ListInput{Replace: []string{"a.example.com"}},
		},
		`email "a b@example.com": not a mail address (write it as name@example.com)`: {
			Name: ptr("a"), Emails: assistant.ListInput{Replace: []string{"a b@example.com"}},
		},
		`birthday "31.02.1990": no such date` + date:                {Name: ptr("a"), Birthday: ptr("31.02.1990")},
		`birthday "02/03/1990": day and month are ambiguous` + date: {Name: ptr("a"), Birthday: ptr("02/03/1990")},
		`birthday "2030-01-01": in the future (check the year)`:     {Name: ptr("a"), Birthday: ptr("2030-01-01")},
		`birthday "2023-02-29": no such date` + date:                {Name: ptr("a"), Birthday: ptr("2023-02-29")},
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
	for ref, want := range map[string]*assistant.Contact{
		taras.ID: taras, "тарас шевченко": taras, "кобзар": taras, "шевч": taras, "бульба": bulba,
	} {
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
		"Січень": "1990-01-01", "Грудень": "--12-31", "Високосний": "2000-02-29",
		"Лютий": "1999-02-28", "Березень": "2010-03-01", "Майбутній": "--03-02",
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
