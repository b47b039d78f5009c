package search

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A Gram is one character, or two consecutive ones, the first in the upper half. It serves words that are too short for
// trigrams.
type Gram uint64

// newGram returns the gram of a text of one or two characters.
func newGram(text string) Gram {
	first, size := utf8.DecodeRuneInString(text)
	gram := Gram(first) << 32
	if second, n := utf8.DecodeRuneInString(text[size:]); n > 0 {
		gram |= Gram(second)
	}
	return gram
}

// String returns the characters.
func (g Gram) String() string {
	if g&0xFFFFFFFF == 0 {
		return string(rune(g >> 32))
	}
	return string(rune(g>>32)) + string(rune(g&0xFFFFFFFF))
}

// Gram returns the gram that a query asks for; it reports false when the query is anything but a single word of one or
// two characters. A document matches such a query if [Document.Grams] has its gram.
func (q Query) Gram() (Gram, bool) {
	if q.similar || len(q.words) != 1 || len(q.fields)+len(q.without) > 0 || utf8.RuneCountInString(q.words[0][0]) > 2 {
		return 0, false
	}
	return newGram(q.words[0][0]), true
}

// KeyPrefix returns how the [OrderKey] of the name begins in every document that has the rank for the query.
func (q Query) KeyPrefix(rank Rank) string {
	if rank > Prefix {
		return ""
	}
	key := appendOrderKey(nil, q.whole)
	return string(key[:bytes.IndexByte(key, endOfLetters)])
}

// Grams yields every gram of d that the word of a query can be, with the rank that d has for that query, where [Exact]
// counts as [Prefix]. A gram may be repeated, with a rank that is not better.
func (d Document) Grams(yield func(Gram, Rank)) {
	body := d.body()
	name, rest, _ := strings.Cut(body, "\n")
	for _, rank := range [...]Rank{Prefix, Starts, Inside} {
		grams(name, func(gram Gram, at int, starts bool) {
			if at == 0 || rank == Inside || rank == Starts && starts {
				yield(gram, rank)
			}
		})
	}
	grams(rest, func(gram Gram, _ int, _ bool) { yield(gram, Elsewhere) })
}

// grams yields the grams of a text with where each begins, and whether a word may begin there.
func grams(text string, yield func(gram Gram, at int, starts bool)) {
	starts, next, size := true, rune(0), 0
	for at, r := range text {
		if r == ' ' || r == '\n' {
			starts = true
			continue
		}
		yield(Gram(r)<<32, at, starts)
		next, size = utf8.DecodeRuneInString(text[at+utf8.RuneLen(r):])
		if size > 0 && next != ' ' && next != '\n' {
			yield(Gram(r)<<32|Gram(next), at, starts)
		}
		starts = !inWord(r)
	}
}
