package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant/search"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"  Їжак\u00a0\t і\nҐава ": "їжак і ґава",
		"Олексіи\u0306":           "олексій",
		"О’Коннор ʼ ` '":          "о'коннор ' ' '",
		"STRASSE Straße ﬁ":        "strasse strasse fi",
		"ΣΊΣΥΦΟΣ":                 "σίσυφοσ",
		"Ⅷ ①２":                    "viii 12",
		"a\x00b\xff":              "a\ufffdb\ufffd",
		"🙂👩‍👩‍👧":                  "🙂👩‍👩‍👧",
	} {
		if got := search.Fold(text); got != want {
			t.Errorf("%q folds to %q, not %q", text, got, want)
		}
	}
}

func TestOrderKey(t *testing.T) {
	want := []string{
		"", "007", "7", "Ан", "ан", "Анна", "Анна Б", "Анна-Вікторія", "Аннабель", "Богдан", "В'язов", "Гак", "Ґава", "Дім", "Ева", "Євген", "Ёлка", "Жук", "Змій",
		"Ива", "Іван", "Їжак", "Йосип", "Кіт", "Цар", "Чан", "Шум", "Щур", "Ы", "Ьо", "Эхо", "Юра", "Яна", "Adam", "Élodie", "Emma", "Zoe", "漢字", "🙂",
	}
	got := slices.Clone(want)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(search.OrderKey(b), search.OrderKey(a)) })
	slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(search.OrderKey(a), search.OrderKey(b)) })
	got[3], got[4] = want[3], want[4] // equal
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, long := range []string{strings.Repeat("🙂", 1000), strings.Repeat("ї", 1000), strings.Repeat("ﷺ", 1000)} {
		if n := len(search.OrderKey(long)); n > 2000 {
			t.Errorf("a key of %d bytes", n)
		}
	}
}

func TestTrigrams(t *testing.T) {
	for text, want := range map[string][]string{"": nil, "їж": nil, "їжа": {"їжа"}, "aaaa": {"aaa"}, "a🙂bc": {"a🙂b", "🙂bc"}} {
		if diff := cmp.Diff(want, search.Trigrams(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestCoveringTrigrams(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "їж": nil, "їжа": {"їжа"}, "їжак": {"їжа", "жак"}, "коваль": {"ков", "аль"}, "коваленко": {"ков", "але", "нко"}, "мельник": {"мел", "ьни", "ник"},
	} {
		if diff := cmp.Diff(want, search.CoveringTrigrams(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("О’Коннор", "067 123-45")
	f.Add("ŉ\u0345", "İΐ")
	f.Fuzz(func(t *testing.T, text, more string) {
		folded := search.Fold(text)
		if search.Fold(folded) != folded {
			t.Errorf("%q folds to %q and that to %q", text, folded, search.Fold(folded))
		}
		if key := search.OrderKey(text); key != search.OrderKey(folded) || len(key) > 2000 || !utf8.ValidString(key) {
			t.Errorf("key of %q is %q, of the folded text %q", text, key, search.OrderKey(folded))
		}
		document := search.NewDocument(text, []string{more}, more)
		if document.Name() != folded {
			t.Errorf("name is %q", document.Name())
		}
		for _, word := range strings.Fields(folded) {
			query := search.Parse(word)
			if _, ok := query.Rank(document); !ok {
				t.Errorf("%q is not found in %q", word, document)
			}
			for _, gram := range search.Trigrams(word) {
				if utf8.RuneCountInString(gram) != 3 || !strings.Contains(word, gram) {
					t.Errorf("trigram %q of %q", gram, word)
				}
			}
		}
	})
}

func ExampleQuery() {
	query := search.Parse("івано петр")
	ids, total := query.Best([]search.Candidate{
		{ID: "1", Document: search.NewDocument("Петро Іваненко", nil)},
		{ID: "2", Document: search.NewDocument("Петро Мельник", nil, "Івано-Франківськ")},
		{ID: "3", Document: search.NewDocument("Іванова Петра", nil)},
	}, 0, 10)
	fmt.Println(ids, total)
	// Output: [3 2] 2
}
