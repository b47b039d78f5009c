package sentence

import (
	"bufio"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// people are the contacts of the test; two have one name.
func people() []assistant.Candidate {
	var list []assistant.Candidate
	for name := range strings.SplitSeq("Олена Кравець, Ольга Петренко, Іван Франко, Марія Шевчук, Андрій Коваль, "+
		"Наталка Бондар, Петро Мельник, Ігор Сидоренко, Оксана Лис, Олександр Гончар, Олександра Гончар, "+
		"Тарас Левицький, Юлія Левицька, Сергій Мороз, Сергій Ткач, John Smith, Mary Jones, Kate Brown", ", ") {
		list = append(list, assistant.Candidate{Name: name})
	}
	for _, id := range []string{"11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"} {
		list = append(list, assistant.Candidate{ID: id, Name: "Ірина Гнатюк"})
	}
	return list
}

func notes() []assistant.Candidate {
	var list []assistant.Candidate
	for name := range strings.SplitSeq("Рецепт торта, Список покупок, Пароль від wifi, Звіт за листопад, Meeting agenda, "+
		"Shopping list, Holiday plans", ", ") {
		list = append(list, assistant.Candidate{Name: name})
	}
	return list
}

// book finds as a store does: by any part of a word, and by Latin letters.
func book(list []assistant.Candidate) func(context.Context, string) ([]assistant.Candidate, bool, error) {
	return func(_ context.Context, stems string) ([]assistant.Candidate, bool, error) {
		var found []assistant.Candidate
		for _, c := range list {
			name := search.Fold(c.Name)
			name += " " + search.Romanise(name)
			lacks := func(stem string) bool { return !strings.Contains(name, stem) }
			if !slices.ContainsFunc(strings.Fields(search.Fold(stems)), lacks) {
				found = append(found, c)
			}
		}
		return found, true, nil
	}
}

func reader() *Reader {
	return &Reader{
		Today: assistant.Date{Year: 2026, Month: 11, Day: 25}, Order: assistant.DayFirst, Region: "UA",
		People: book(people()), Notes: book(notes()),
	}
}

// line writes a command line as a shell reads it.
func line(m Meaning) string {
	words := slices.Clone([]string(m))
	for i, w := range words {
		if strings.ContainsAny(w, " '") {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// answer is what the golden file says of a sentence.
func answer(t *testing.T, text string) []string {
	t.Helper()
	found, err := reader().Read(t.Context(), text)
	var nobody *NobodyError
	switch {
	case errors.As(err, &nobody):
		return []string{"! " + nobody.Name}
	case err != nil:
		t.Fatal(err)
	case len(found) == 0:
		return []string{"?"}
	}
	var lines []string
	for _, m := range found {
		lines = append(lines, "= "+line(m))
	}
	slices.Sort(lines)
	return lines
}

// Of the sentences in the golden file at least 95 of 100 are understood, and none is taken for something else: one that
// is not understood is only that.
func TestSentences(t *testing.T) {
	file, err := os.Open("testdata/sentences.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	type example struct {
		text string
		want []string
	}
	var examples []example
	for lines := bufio.NewScanner(file); lines.Scan(); {
		switch text := lines.Text(); {
		case strings.HasPrefix(text, "#") || text == "":
		case strings.HasPrefix(text, "= ") || strings.HasPrefix(text, "! ") || text == "?":
			last := &examples[len(examples)-1]
			last.want = append(last.want, text)
		default:
			examples = append(examples, example{text: text})
		}
	}
	if len(examples) < 200 {
		t.Errorf("only %d sentences", len(examples))
	}
	right := 0
	for _, e := range examples {
		slices.Sort(e.want)
		got := answer(t, e.text)
		diff := cmp.Diff(e.want, got)
		switch {
		case diff == "":
			right++
		case len(got) == 1 && got[0] == "?":
			t.Logf("%s: not understood", e.text)
		default:
			t.Errorf("%s:\n%s", e.text, diff)
		}
	}
	if t.Logf("%d of %d", right, len(examples)); right*100 < 95*len(examples) {
		t.Errorf("only %d of %d are right", right, len(examples))
	}
}

// Whatever somebody writes, the rules bring a command line of words or nothing, and the text of a note is in the
// sentence.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"запиши телефон Олени 067 123 45 67", "remind me to buy bread in 3 days", "нагадай — через", "у", "'s", "«»",
		"note that -", "\xff\u00a0x",
		"add tag # to John", "хто  працює\u2003в", "будь", "please please",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		found, err := reader().Read(t.Context(), text)
		if err != nil {
			return
		}
		for _, m := range found {
			if len(m) == 0 || slices.Contains(m, "") {
				t.Errorf("%q means %q", text, m)
			}
			if len(m) > 2 && m[0] == "note" && m[1] == "add" && !strings.Contains(text, m[2]) {
				t.Errorf("%q: the note is %q", text, m[2])
			}
		}
	})
}
