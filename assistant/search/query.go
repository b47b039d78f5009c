package search

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// maxWords bounds a query: the words after them are ignored.
const maxWords = 32

// A Query is a parsed search. Any text is a legal query.
type Query struct {
	whole string // the folded text
	words []Word
}

// A Word is one word of a query: the texts of which a document must contain at least one. The first is the folded
// word itself. There is a second one, its digits, when the word looks like a part of a telephone number.
type Word []string

// Parse reads a query.
func Parse(text string) Query {
	q := Query{whole: Fold(text)}
	for _, word := range strings.Fields(q.whole) {
		if len(q.words) == maxWords {
			break
		}
		q.words = append(q.words, alternatives(word))
	}
	return q
}

func alternatives(word string) Word {
	phoneLike := strings.Trim(word, "0123456789+-()./") == ""
	if digits := onlyDigits(word); phoneLike && len(digits) >= 2 && digits != word {
		return Word{word, digits}
	}
	return Word{word}
}

// Empty says that the query has no words. It matches nothing.
func (q Query) Empty() bool { return len(q.words) == 0 }

// Words returns what a document must contain: of each word at least one alternative.
func (q Query) Words() []Word { return q.words }

// Trigrams returns the runs of three characters of s, each once; nil when s is shorter.
func Trigrams(s string) []string {
	var found []string
	seen := make(map[string]bool)
	for gram := range trigrams(s) {
		if !seen[gram] {
			seen[gram] = true
			found = append(found, gram)
		}
	}
	return found
}

// CoveringTrigrams returns as few trigrams of s as have all its characters: every third one and the last. An index
// looks them up sooner than all [Trigrams], and little else than s holds them all.
func CoveringTrigrams(s string) []string {
	var found []string
	last, i := "", 0
	for gram := range trigrams(s) {
		if i%3 == 0 {
			found = append(found, gram)
		}
		last = gram
		i++
	}
	if i%3 != 1 && i > 0 {
		found = append(found, last)
	}
	return found
}

// trigrams yields every run of three characters of s.
func trigrams(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		a, b := -1, -1 // where the last two characters start
		for i, r := range s {
			if a >= 0 && !yield(s[a:i+utf8.RuneLen(r)]) {
				return
			}
			a, b = b, i
		}
	}
}
