package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// prose is what package command says of note add, note edit and search.
func prose(words []string) (Prose, bool) {
	takes := func(flag string) bool { return flag == "--tag" || flag == "--title" }
	for command, n := range map[string]int{"note add": 2, "note edit": 3, "search": 1} {
		if strings.HasPrefix(strings.Join(words, " ")+" ", command+" ") {
			return Prose{Words: n, TakesValue: takes}, true
		}
	}
	return Prose{}, false
}

func TestWords(t *testing.T) {
	s := &Shell{Prose: prose, Home: "/home/olena"}
	for line, want := range map[string][]string{
		`search Мар'яна`:                         {"search", "--", "Мар'яна"},
		`search "o'brien"`:                       {"search", "--", "o'brien"},
		`note add Ім'я собаки: Рекс`:             {"note", "add", "--", "Ім'я собаки: Рекс"},
		`note add Розмір 15" монітора`:           {"note", "add", "--", `Розмір 15" монітора`},
		`note add шлях C:\temp\new`:              {"note", "add", "--", `шлях C:\temp\new`},
		`note add Купити "Nutella"   і   хліб`:   {"note", "add", "--", `Купити "Nutella"   і   хліб`},
		`note add "Купити  хліб" --tag дім`:      {"note", "add", "--tag", "дім", "--", "Купити  хліб"},
		`note add --tag дім Купити п'ять`:        {"note", "add", "--tag", "дім", "--", "Купити п'ять"},
		`note add - молоко --title='п'ять яєць'`: {"note", "add", "--title=п'ять яєць", "--", "- молоко"},
		`note add він сказав "йди --tag геть"`:   {"note", "add", "--", `він сказав "йди --tag геть"`},
		`note add він сказав "йди`:               {"note", "add", "--", `він сказав "йди`},
		`note edit Покупки п'ять яєць`:           {"note", "edit", "Покупки", "--", "п'ять яєць"},
		`note edit "Мої покупки" п'ять`:          {"note", "edit", "Мої покупки", "--", "п'ять"},
		`contact show В'ячеслав`:                 {"contact", "show", "В'ячеслав"},
		`contact add --name='Мар'яна Ім'я'`:      {"contact", "add", "--name=Мар'яна Ім'я"},
		`contact edit О\'Коннор --org a\b\\c\ d`: {"contact", "edit", "О'Коннор", "--org", `a\b\c d`},
		`contact import ~/x.vcf "~/y.vcf"`:       {"contact", "import", "/home/olena/x.vcf", "~/y.vcf"},
		`assistant note list`:                    {"note", "list"},
		`note add`:                               {"note", "add"},
		``:                                       {},
	} {
		got, open := s.words(line)
		if diff := cmp.Diff(want, got); diff != "" || open != 0 {
			t.Errorf("%s: open %q (-want +got)\n%s", line, open, diff)
		}
	}
	for line, want := range map[string]rune{
		`note add "never closed`: '"', `contact show 'x`: '\'', `note add x --title "y`: '"', `note show "a" 'b`: '\'',
		`contact add --name='Мар'яна`: '\'',
	} {
		if _, open := s.words(line); open != want {
			t.Errorf("%s: open is %q, not %q", line, open, want)
		}
	}
}

// What Line writes is taken apart into the same words.
func FuzzLine(f *testing.F) {
	for _, word := range []string{
		"", "a b", "it's Olena's cake", `say "x" `, `'`, `\`, `a\ `, "~/x", `"' `, "п'ять ", "--x=' y", "a'",
	} {
		f.Add(word, "x")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		tokens, open := cut(Line([]string{first, second}), nil)
		if got := values(tokens, "/home"); open != 0 || len(got) != 2 || got[0] != first || got[1] != second {
			t.Errorf("%q %q: %s is %q", first, second, Line([]string{first, second}), got)
		}
	})
}
