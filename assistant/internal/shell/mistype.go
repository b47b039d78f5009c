package shell

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/pythonweb/goweb/console"
)

// The keys of the Ukrainian keyboard and of the English one, key by key.
const (
	ukrainianKeys = "йцукенгшщзхїфівапролджєячсмитьбю'"
	englishKeys   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
)

// mistyped returns what to tell about the first word of a command when it is none but was probably meant to be one: a typing
// mistake, or typed with the keyboard in the other language. Cyrillic letters are answered in Ukrainian.
func (s *Shell) mistyped(word string) string {
	if slices.Contains(s.Names, word) || strings.HasPrefix(word, "-") {
		return ""
	}
	near := console.Suggest(word, s.Names)
	if near == "" {
		near = console.Suggest(otherLayout(word), s.Names)
	}
	if near == "" {
		return ""
	}
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return fmt.Sprintf("немає команди %q (можливо, %q?)", word, near)
	}
	return fmt.Sprintf("unknown command %q (did you mean %q?)", word, near)
}

// otherLayout returns what the same keys give with the keyboard in the other language.
func otherLayout(word string) string {
	ukrainian, english := []rune(ukrainianKeys), []rune(englishKeys)
	return strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		if i := slices.Index(ukrainian, lower); i >= 0 && unicode.Is(unicode.Cyrillic, r) {
			return english[i]
		}
		if i := slices.Index(english, lower); i >= 0 {
			return ukrainian[i]
		}
		return r
	}, word)
}
