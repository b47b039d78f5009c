package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
		"", "007", "7", "Ан", "ан", "Анна", "Анна Б", "Анна-Вікторія", "Аннабель", "Богдан", "В'язов", "Гак", "Ґава",
		"Дім", "Ева", "Євген", "Ёлка", "Жук", "Змій", "Ива", "Іван", "Їжак", "Йосип", "Кіт", "Цар", "Чан", "Шум", "Щур",
		"Ы", "Ьо", "Эхо", "Юра", "Яна", "Adam", "Élodie", "Emma", "Zoe", "漢字", "🙂",
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
	for text, want := range map[string][]string{
		"": nil, "їж": nil, "їжа": {"їжа"}, "aaaa": {"aaa"}, "a🙂bc": {"a🙂b", "🙂bc"},
	} {
		if diff := cmp.Diff(want, search.Trigrams(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestCoveringTrigrams(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "їж": nil, "їжа": {"їжа"}, "їжак": {"їжа", "жак"}, "коваль": {"ков", "аль"},
		"коваленко": {"ков", "але", "нко"}, "мельник": {"мел", "ьни", "ник"},
	} {
		if diff := cmp.Diff(want, search.CoveringTrigrams(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// A page is the same part of the hits whether the ranking keeps all of them or only the best.
func TestRankingOfAPage(t *testing.T) {
	query := search.Parse("ан")
	var names []string
	for _, given := range []string{"Ан", "Анна", "Іван", "Богдан", "Ганна", "Оксана", "Петро", "Élodie"} {
		for i := range 40 {
			names = append(names, fmt.Sprintf("%s %c%c", given, 'а'+rune(i*7%32), 'а'+rune(i*13%5)))
		}
	}
	page := func(skip, limit int) ([]string, int) {
		ranking := query.Ranking(skip, limit)
		for i := range names {
			i = i * 37 % len(names) // in no order
			ranking.Add(fmt.Sprintf("%s %03d", names[i], i), search.NewDocument(names[i], nil, "ранок"))
		}
		return ranking.Best()
	}
	all, total := page(0, 0)
	if total != len(names) || total != len(all) {
		t.Fatalf("%d hits, %d in all", len(all), total)
	}
	for skip := 0; skip < total+20; skip += 17 {
		for _, limit := range []int{1, 3, 50, 1000} {
			ids, n := page(skip, limit)
			from := min(skip, total)
			if diff := cmp.Diff(all[from:min(from+limit, total)], ids, cmpopts.EquateEmpty()); diff != "" || n != total {
				t.Errorf("%d after %d: %d hits\n%s", limit, skip, n, diff)
			}
		}
	}
}

// What the grams of a document say of a query is what the query says of the document.
func TestGrams(t *testing.T) {
	for name, more := range map[string]string{
		"Анна О'Коннор-Ан": "банан 10%", "ан": "ан", "О": "о", "": "п'ять", "'а": "a\x02b",
		"x\u0301y É": "ß ﬁ 🙂👩‍👩‍👧", "7-й": "+38 (067)",
	} {
		d := search.NewDocument(name, []string{more}, more).WithFields([]string{"щука"}, "жук", nil).WithLatin(name)
		ranks := make(map[string]search.Rank)
		d.Grams(func(gram search.Gram, rank search.Rank) {
			if _, again := ranks[gram.String()]; !again {
				ranks[gram.String()] = rank
			}
		})
		letters := []rune(string(d) + "їx")
		for i := range letters {
			for n := 1; n <= 2 && i+n <= len(letters); n++ {
				query := search.Parse(string(letters[i : i+n]))
				gram, ok := query.Gram()
				if !ok {
					continue
				}
				want, hit := query.Rank(d)
				got, has := ranks[gram.String()]
				if has != hit || has && got != max(want, search.Prefix) {
					t.Errorf("%q in %q: %v %d, not %v %d", gram, d, has, got, hit, want)
				}
				if key := search.OrderKey(d.Name()); hit && !strings.HasPrefix(key, query.KeyPrefix(got)) {
					t.Errorf("%q: the key of %q is %q", gram, d.Name(), key)
				}
			}
		}
	}
	for _, words := range []string{"", "або", "а б", "tag:а", "-а", "а -б", "\"а б\""} {
		if gram, ok := search.Parse(words).Gram(); ok {
			t.Errorf("%q is the gram %q", words, gram)
		}
	}
	if _, ok := search.Parse("ан").Similar().Gram(); ok {
		t.Error("what is similar is asked of the grams")
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
	ranking := query.Ranking(0, 10)
	ranking.Add("1", search.NewDocument("Петро Іваненко", nil))
	ranking.Add("2", search.NewDocument("Петро Мельник", nil, "Івано-Франківськ"))
	ranking.Add("3", search.NewDocument("Іванова Петра", nil))
	ids, total := ranking.Best()
	fmt.Println(ids, total)
	// Output: [3 2] 2
}
