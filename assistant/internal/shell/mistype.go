package shell

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/console"
)

// mistyped returns what to print about the first word of a command if it is not a command but was probably meant to be
// one: because of a typing mistake, or typed in the other keyboard layout. Cyrillic words are answered in Ukrainian.
func (s *Shell) mistyped(word string) string {
	if slices.Contains(s.Names, word) || strings.HasPrefix(word, "-") {
		return ""
	}
	near := console.Suggest(word, s.Names)
	if console.IsSynonym(word) && !strings.EqualFold(near, word) { // a different word, not a mistake
		return ""
	}
	if near == "" {
		near = console.Suggest(search.OtherLayout(word), s.Names)
	}
	if near == "" {
		return ""
	}
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return fmt.Sprintf("немає команди %q (можливо, %q?)", word, near)
	}
	return fmt.Sprintf("unknown command %q (did you mean %q?)", word, near)
}
