package console

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"short", 5, "short"},
		{"a longer sentence", 10, "a longer…"},
		{"indivisible", 6, "indiv…"},
		{"日本語日本語", 6, "日本…"},
		{"日本語日本語", 5, "日本…"},
		{"👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5, "👨‍👩‍👧👨‍👩‍👧…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"x", 0, ""},
	} {
		if got := Shorten(test.text, test.width); got != test.want || Width(got) > test.width {
			t.Errorf("Shorten(%q, %d) = %q of %d columns, want %q", test.text, test.width, got, Width(got), test.want)
		}
	}
}

// TestWidth: as terminals that follow Unicode show it.
func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"abc": 3, "Їжак": 4, "日本": 4, "ｆｕｌｌ": 8, "한글": 4,
		"e\u0301": 1, "И\u0306": 1, // combining marks
		"👨‍👩‍👧": 2, "🇺🇦": 2, "👍🏽": 2, "❤️": 2, "1️⃣": 2, "🏴󠁧󠁢󠁥󠁮󠁧󠁿": 2, // joined emoji
		"שלום": 4, "שָׁלוֹם": 4, "سلام": 4, // right to left, with points
		"ไทย": 3, "กำ": 2,
		"☺": 1, "→": 1, "…": 1, "": 0,
	} {
		if got := Width(text); got != want {
			t.Errorf("Width(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	table := Table{
		Columns: []string{"name", "note", "text", "points"},
		Rows: [][]any{
			{"Taras Shevchenko the poet", nil, "a long text that can be shortened", 1234567890123},
			{"Леся", "", "short", 5},
		},
	}
	for _, test := range []struct {
		shorten []string
		width   int
		want    [][]any
	}{
		{nil, 100, [][]any{
			{"Taras Shevchenko the poet", "a long text that can be shortened", 1234567890123}, {"Леся", "short", 5},
		}},
		{
			[]string{"text"},
			60,
			[][]any{{"Taras Shevchenko the poet", "a long text that…", 1234567890123}, {"Леся", "short", 5}},
		},
		{nil, 45, [][]any{{"Taras Shevche…", "a long text…", 1234567890123}, {"Леся", "short", 5}}},
		{nil, 5, [][]any{{"Taras…", "a long…", 1234567890123}, {"Леся", "short", 5}}},
	} {
		table.Shorten = test.shorten
		got := table.fit(test.width)
		if diff := cmp.Diff([]string{"name", "text", "points"}, got.Columns); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(test.want, got.Rows); diff != "" {
			t.Errorf("width %d\n%s", test.width, diff)
		}
	}
	if table.Rows[0][2] != "a long text that can be shortened" {
		t.Error("the caller's table was changed")
	}
}
