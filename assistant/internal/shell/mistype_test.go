package shell

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

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

func TestCompletion(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"friends.vcf", "my friends.vcf", ".hidden"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &Shell{Complete: func(words []string) ([]string, bool) {
		switch {
		case len(words) == 2 && words[0] == "contact":
			return []string{"add", "show"}, false
		case len(words) == 3 && words[1] == "show":
			return []string{"Леся Українка"}, false
		case len(words) == 3:
			return nil, true
		}
		return []string{"contact", "контакт"}, false
	}}
	for line, want := range map[string]string{
		"con": "0 contact контакт", "contact s": "8 add show", "contact show ": "13 'Леся Українка'",
		"contact show 'Леся У": "13 'Леся Українка'", "contact import fr": "15 friends.vcf",
		"assistant contact import ": "25 friends.vcf my friends.vcf", "contact import .": "15 .hidden",
	} {
		start, candidates := s.completion(line)
		if got := fmt.Sprint(start, " ", strings.Join(candidates, " ")); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
