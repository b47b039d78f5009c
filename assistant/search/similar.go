package search

import (
	"slices"
	"strings"
	"unicode"
)

// minSimilar is the number of letters that a word must have for a mistake in it to be tolerated.
const minSimilar = 5

// Similar returns a query that tolerates mistakes: a word of five letters or more may have one letter wrong, missing or
// too many, or two swapped; any word may have been typed with the keyboard in the other language; and a name may be
// written in Latin letters. Fields, and what must not be there, are as strict as before. Such a query is for when
// nothing matches exactly.
func (q Query) Similar() Query {
	q.similar = true
	return q
}

// CanBeSimilar reports whether a query has a word that [Query.Similar] would treat differently.
func (q Query) CanBeSimilar() bool {
	return slices.ContainsFunc(q.words, func(w Word) bool { return strings.ContainsFunc(w[0], unicode.IsLetter) })
}

// similarPieces returns texts, at least one of which is in every document that is similar to a word. A mistake leaves
// either the first or the second half of a word intact; if two letters in the middle are swapped, they are swapped
// back.
func similarPieces(word string) Word {
	pieces := Word{word}
	if other := OtherLayout(word); other != word {
		pieces = append(pieces, other)
	}
	letters := []rune(word)
	if len(letters) < minSimilar || strings.ContainsFunc(word, unicode.IsDigit) {
		return pieces
	}
	half := len(letters) / 2
	swapped := slices.Clone(letters)
	swapped[half-1], swapped[half] = swapped[half], swapped[half-1]
	return append(pieces, string(letters[:half]), string(letters[half:]), string(swapped))
}

// similarIn reports whether a document contains the word, or nearly so.
func similarIn(word string, d Document) bool {
	body := d.body()
	if strings.Contains(body, word) || strings.Contains(d.latin(), word) || strings.Contains(body, OtherLayout(word)) {
		return true
	}
	letters := []rune(word)
	if len(letters) < minSimilar || strings.ContainsFunc(word, unicode.IsDigit) {
		return false
	}
	for _, text := range []string{body, d.latin()} {
		for candidate := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
			if startsNearly([]rune(candidate), letters) {
				return true
			}
		}
	}
	return false
}

// startsNearly reports whether the word itself, or its beginning, is at most one mistake away from what is looked for.
func startsNearly(word, wanted []rune) bool {
	for n := len(wanted) - 1; n <= len(wanted)+1; n++ {
		if n <= len(word) && oneMistake(word[:n], wanted) {
			return true
		}
	}
	return false
}

// oneMistake reports whether a and b are equal or differ by one letter that is wrong, missing or too many, or by two
// swapped ones.
func oneMistake(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a) <= 1 && len(b) <= 1:
		return true
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	}
	return false
}
