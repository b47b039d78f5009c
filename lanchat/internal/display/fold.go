package display

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns text as searches compare it: without case, accents and apostrophes, so that what sounds the same is
// found.
func Fold(text string) string {
	folded := norm.NFKD.String(cases.Fold().String(norm.NFKD.String(text)))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r == '\'', r == '\u2019', r == '\u02bc', r == '`':
			return -1
		case r == 'ґ':
			return 'г'
		}
		return r
	}, folded)
}

// Contains reports whether every word of words, folded, is in text, folded.
func Contains(text, words string) bool {
	folded := Fold(text)
	for _, w := range strings.Fields(Fold(words)) {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}
