package shell

import "testing"

func TestMistyped(t *testing.T) {
	s := &Shell{Names: []string{"contact", "контакт", "search", "пошук", "help", "exit"}}
	tests := map[string]string{
		"contact": "",
		"контакт": "",
		"contcat": `unknown command "contcat" (did you mean "contact"?)`,
		"контат":  `немає команди "контат" (можливо, "контакт"?)`,
		"сщтефсе": `немає команди "сщтефсе" (можливо, "contact"?)`,
		"рудз":    `немає команди "рудз" (можливо, "help"?)`,
		"gjier":   `unknown command "gjier" (did you mean "пошук"?)`,
		"Search":  `unknown command "Search" (did you mean "search"?)`,
		"xyzzy":   "",
		"--store": "",
	}
	for word, want := range tests {
		if got := s.mistyped(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestCompleter(t *testing.T) {
	c := completer(func(words []string) []string {
		if len(words) == 2 && words[0] == "contact" {
			return []string{"add", "show"}
		}
		return []string{"contact", "контакт"}
	})
	for line, want := range map[string]string{"con": "tact ", "contact s": "how ", "кон": "такт ", "note 'a b": "", "": "contact "} {
		ends, typed := c.Do([]rune(line), len([]rune(line)))
		got := ""
		if len(ends) > 0 {
			got = string(ends[0])
		}
		if got != want {
			t.Errorf("%q: got %q after %d letters, want %q", line, got, typed, want)
		}
	}
}
