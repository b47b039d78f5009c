package assistant_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

// What each side has changed of a note comes together; of what both have changed that of here stays.
func TestMergedNote(t *testing.T) {
	day := assistant.Date{Year: 2030, Month: 1, Day: 2}
	base := &assistant.Note{Version: 1, Title: "Покупки", Text: "хліб\nмолоко\nсіль", Tags: []string{"дім"}}
	there := &assistant.Note{
		Version: 2, Title: "Покупки", Text: "чорний хліб\nмолоко\nсіль", Tags: []string{"дім", "їжа"}, Due: day,
	}
	here := &assistant.Note{Version: 1, Title: "Купити", Text: "хліб\nмолоко\nсіль\nчай", Pinned: true}
	want := &assistant.Note{
		Version: 2, Title: "Купити", Text: "чорний хліб\nмолоко\nсіль\nчай", Tags: []string{"їжа"}, Due: day, Pinned: true,
	}
	if diff := cmp.Diff(want, assistant.MergedNote(base, there, here)); diff != "" {
		t.Error(diff)
	}
	for _, test := range []struct{ base, there, here, want string }{
		{"a", "a", "b", "b"},
		{"a", "b", "a", "b"},
		{"a", "b", "c", "c"},
		{"a", "b", "b", "b"},
		{"a\nb\nc", "a\nc", "a\nb\nd", "a\nb\nd"},
		{"a\nb\nc\nd", "b\nc\nd", "a\nb\nc\nd\ne", "b\nc\nd\ne"},
		{"a\nb\nc", "0\na\nb\nc", "a\nb\nC", "0\na\nb\nC"},
		{"a\na\na", "a\na", "a\na\na\na", "a\na\na\na"},
		{"", "x", "y", "y"},
	} {
		note := func(text string) *assistant.Note { return &assistant.Note{Text: text} }
		if got := assistant.MergedNote(note(test.base), note(test.there), note(test.here)).Text; got != test.want {
			t.Errorf("%q there %q here %q: %q, not %q", test.base, test.there, test.here, got, test.want)
		}
	}
}
