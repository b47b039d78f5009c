package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns s in the form in which texts are compared: NFKC, full Unicode case folding, NFKC again, the
// apostrophes ' ’ ʼ ` as the first of them, runs of white space as one space and none at the ends. Bytes that are
// not UTF-8, and NUL, which no database keeps in a text, become U+FFFD. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	if folded, ok := foldASCII(s); ok {
		return folded
	}
	if folded, ok := foldCyrillic(s); ok {
		return folded
	}
	return foldAny(s)
}

// foldAny folds any text.
func foldAny(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	caser := cases.Fold()
	// One round is enough for nearly every text. Some rare letters fold to what composes and then folds again.
	for {
		folded := norm.NFKC.String(caser.String(norm.NFKC.String(s)))
		folded = apostrophes.Replace(strings.Join(strings.Fields(folded), " "))
		if folded == s {
			return folded
		}
		s = folded
	}
}

var apostrophes = strings.NewReplacer("\u2019", "'", "\u02BC", "'", "`", "'")

// foldASCII folds a text of ASCII characters, which most are outside of names.
func foldASCII(s string) (string, bool) {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] == 0 {
			return "", false
		}
	}
	return strings.ReplaceAll(strings.Join(strings.Fields(strings.ToLower(s)), " "), "`", "'"), true
}

// foldCyrillic folds a text of ASCII and Cyrillic letters, in which nothing composes and each letter folds to one.
func foldCyrillic(s string) (string, bool) {
	folded := make([]byte, 0, len(s))
	space := false
	for _, r := range s {
		switch {
		case r == ' ' || r >= '\t' && r <= '\r':
			space = len(folded) > 0
			continue
		case r == '`' || r == '’' || r == 'ʼ':
			r = '\''
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 'Ѐ' && r <= 'ҁ' || r >= 'Ҋ' && r <= 'ӿ':
			r = unicode.ToLower(r)
		case r == 0 || r > 0x7f:
			return "", false
		}
		if space {
			folded, space = append(folded, ' '), false
		}
		folded = utf8.AppendRune(folded, r)
	}
	return string(folded), true
}

// maxLookup is the number of characters of a [LookupKey]: any index can hold that many.
const maxLookup = 160

// LookupKey returns the first 160 characters of the folded s, for indexes by which equal names and tags are found.
func LookupKey(s string) string {
	folded := Fold(s)
	count := 0
	for i := range folded {
		if count == maxLookup {
			return folded[:i]
		}
		count++
	}
	return folded
}
