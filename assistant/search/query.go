package search

import (
	"strings"
	"unicode"
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
// word itself. There is a second one when the word looks like a part of a telephone number but has more than digits.
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

// Words returns what a document's Text must contain: of each word at least one alternative.
func (q Query) Words() []Word { return q.words }

// Rank says whether d matches and how well: the lower the better.
func (q Query) Rank(d Document) (Rank, bool) {
	inName, atStarts := true, true
	for _, word := range q.words {
		if !word.in(d.Text) {
			return 0, false
		}
		inName = inName && word.in(d.Name)
		atStarts = atStarts && word.starts(d.Name)
	}
	switch {
	case q.Empty():
		return 0, false
	case d.Name == q.whole:
		return Exact, true
	case strings.HasPrefix(d.Name, q.whole):
		return Prefix, true
	case atStarts:
		return Starts, true
	case inName:
		return Inside, true
	}
	return Elsewhere, true
}

// A Rank is how well a document matches a query.
type Rank int

// The ranks, best first. Documents of equal rank are ordered by [OrderKey] of their names, and then by id.
const (
	Exact     Rank = iota // the name is the query
	Prefix                // the name starts with the query
	Starts                // every word of the query starts a word of the name
	Inside                // every word of the query is in the name
	Elsewhere             // some words are in other fields
)

func (w Word) in(text string) bool {
	for _, alternative := range w {
		if strings.Contains(text, alternative) {
			return true
		}
	}
	return false
}

// starts says whether the word itself starts a word of the text.
func (w Word) starts(text string) bool {
	for rest := text; ; {
		i := strings.Index(rest, w[0])
		if i < 0 {
			return false
		}
		at := len(text) - len(rest) + i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '\'' {
			return true
		}
		_, size := utf8.DecodeRuneInString(rest[i:])
		rest = rest[i+size:]
	}
}

// Trigrams returns the runs of three characters of s, each once; nil when s is shorter.
func Trigrams(s string) []string {
	var found []string
	seen := make(map[string]bool)
	a, b := -1, -1 // where the last two characters start
	for i, r := range s {
		if a >= 0 {
			gram := s[a : i+utf8.RuneLen(r)]
			if !seen[gram] {
				seen[gram] = true
				found = append(found, gram)
			}
		}
		a, b = b, i
	}
	return found
}
