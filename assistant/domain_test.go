package assistant_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]assistant.Date{
		"1990-05-17": {Year: 1990, Month: time.May, Day: 17},
		"--02-29":    {Month: time.February, Day: 29},
		"2000-02-29": {Year: 2000, Month: time.February, Day: 29},
		"0001-01-01": {Year: 1, Month: time.January, Day: 1},
	} {
		got, err := assistant.ParseDate(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "1990", "1900-02-29", "--02-30", "0000-01-01", "1990-5-17", "1990-13-01", "+990-01-01", "1990-05-17 ",
		"٢٠٠٠-01-01", "--1-01",
	} {
		if got, err := assistant.ParseDate(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("1990-05-17")
	f.Add("--02-29")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := assistant.ParseDate(text)
		if err == nil && d.String() != text {
			t.Errorf("%q comes back as %q", text, d)
		}
	})
}

func TestJSON(t *testing.T) {
	c := assistant.Contact{
		ID: "x", Version: 3, Name: "Їжак", Birthday: assistant.Date{Month: 5, Day: 1},
		Phones:  []assistant.Phone{{E164: "+380671234567", Typed: "067"}},
		Created: time.Unix(0, 0).UTC(), Updated: time.Unix(1, 5e6).UTC(),
	}
	got, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"x","version":3,"name":"Їжак","phones":[{"e164":"+380671234567","typed":"067"}],` +
		`"birthday":"--05-01","created":"1970-01-01T00:00:00Z","updated":"1970-01-01T00:00:01.005Z"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestParseName(t *testing.T) {
	for name, want := range map[string]assistant.NameParts{
		"Тарас":          {Given: "Тарас"},
		"Тарас Шевченко": {Given: "Тарас", Family: "Шевченко"},
		"Тарас Григорович Шевченко": {Given: "Тарас", Additional: "Григорович", Family: "Шевченко"},
		"Шевченко Тарас Григорович": {Family: "Шевченко", Given: "Тарас", Additional: "Григорович"},
		"КОСАЧ Лариса Петрівна":     {Family: "КОСАЧ", Given: "Лариса", Additional: "Петрівна"},
		"Ludwig van Beethoven":      {Given: "Ludwig", Additional: "van", Family: "Beethoven"},
	} {
		if diff := cmp.Diff(want, assistant.ParseName(name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestCheckRegion(t *testing.T) {
	if err := assistant.CheckRegion("pl"); err != nil {
		t.Error(err)
	}
	if err := assistant.CheckRegion("Ukraine"); err == nil {
		t.Error("Ukraine is taken for a region")
	}
}
