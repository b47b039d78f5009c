package ics_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/ics"
)

func day(text string) assistant.Date {
	d, err := assistant.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestWrite(t *testing.T) {
	at := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	person := func(id, name, born string) *assistant.Contact {
		return &assistant.Contact{ID: id, Name: name, Birthday: day(born), Created: at, Updated: at}
	}
	late := &assistant.Contact{ID: "c", Name: "Тарас", CallEvery: 7, Called: day("2025-01-01"), Created: at, Updated: at}
	var b strings.Builder
	err := ics.Write(&b, ics.Days{
		Birthdays: []*assistant.Contact{
			person("a", "Олена; Коваль, "+strings.Repeat("дуже ", 12)+"довга", "1990-05-04"),
			person("b", "Високосна", "--02-29"),
		},
		Notes: []*assistant.Note{{ID: "n", Title: "Звіт", Due: day("2025-04-02"), Remind: 2, Created: at, Updated: at}},
		Calls: []assistant.DueCall{{Contact: late, Due: late.CallDue()}},
		Today: day("2025-03-05"),
	}, catalog.Language{})
	if err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 || strings.Contains(line, "\n") || strings.ToValidUTF8(line, "") != line {
			t.Errorf("%q", line)
		}
	}
	whole := strings.ReplaceAll(text, "\r\n ", "")
	for _, want := range []string{
		"UID:birthday-a@assistant\r\nDTSTAMP:20250301T120000Z\r\nDTSTART;VALUE=DATE:19900504\r\n" +
			"DTEND;VALUE=DATE:19900505\r\nRRULE:FREQ=YEARLY\r\n",
		`SUMMARY:Birthday: Олена\; Коваль\, `, "довга (1990)\r\n",
		"DTSTART;VALUE=DATE:20250228\r\nDTEND;VALUE=DATE:20250301\r\n" +
			"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1\r\nSUMMARY:Birthday: Високосна\r\n",
		"DTSTART;VALUE=DATE:20250402\r\n", "TRIGGER:-PT39H\r\n", "DTSTART;VALUE=DATE:20250305\r\n", "SUMMARY:Call: Тарас\r\n",
	} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in\n%s", want, whole)
		}
	}
	if diff := cmp.Diff(strings.Count(text, "BEGIN:"), strings.Count(text, "END:")); diff != "" {
		t.Error(diff)
	}
}

func ExampleWrite() {
	var b strings.Builder
	if err := ics.Write(&b, ics.Days{}, catalog.Language{}); err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString(b.String()[:15])
	// Output: BEGIN:VCALENDAR
}
