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
	whole   string // the folded text
	words   []Word
	fields  []field
	without []Word // what no hit may contain
	similar bool
}

// A Word is one word of a query: the texts of which a document must contain at least one. The first is the folded
// word itself. There is a second one, its digits, when the word looks like a part of a telephone number.
type Word []string

// A field is a word such as tag:робота: a text that a named field of a document must have.
type field struct {
	name string // "tag", "org", "phone"
	text string
}

// Parse reads a query: words, "phrases in quotes", tag:, org: and phone: before a word or a phrase, and a hyphen before
// what must not be there. A quote that is not closed stands for itself, and so does a hyphen before nothing.
func Parse(text string) Query {
	q := Query{whole: Fold(text)}
	plain := true
	for count, part := range split(q.whole) {
		if count == maxWords {
			break
		}
		switch {
		case part.field != "":
			plain = false
			q.fields = append(q.fields, field{part.field, part.text})
		case part.without:
			plain = false
			q.without = append(q.without, alternatives(part.text))
		default:
			plain = plain && !part.phrase
			q.words = append(q.words, alternatives(part.text))
		}
	}
	if !plain {
		var texts []string
		for _, word := range q.words {
			texts = append(texts, word[0])
		}
		q.whole = strings.Join(texts, " ")
	}
	return q
}

// A part is what is between spaces outside quotes.
type part struct {
	text, field     string
	without, phrase bool
}

func split(folded string) []part {
	var parts []part
	for folded != "" {
		var p part
		begin := folded
		if rest, ok := strings.CutPrefix(begin, "-"); ok && strings.Trim(rest, " ") != "" && rest[0] != ' ' &&
			!isNumber(rest) {
			p.without, begin = true, rest
		}
		for _, name := range []string{"tag", "org", "phone"} {
			if rest, ok := strings.CutPrefix(begin, name+":"); ok && rest != "" && rest[0] != ' ' && !p.without {
				p.field, begin = name, rest
			}
		}
		rest, opens := strings.CutPrefix(begin, `"`)
		phrase, after, closes := strings.Cut(rest, `"`)
		if opens && closes && strings.TrimSpace(phrase) != "" && (after == "" || after[0] == ' ') {
			p.text, p.phrase, folded = strings.TrimSpace(phrase), true, after
		} else {
			p.text, folded, _ = strings.Cut(begin, " ")
		}
		folded = strings.TrimLeft(folded, " ")
		parts = append(parts, p)
	}
	return parts
}

// isNumber distinguishes a number after a hyphen, as in +38-067-1, from a word.
func isNumber(s string) bool { return s[0] >= '0' && s[0] <= '9' }

func alternatives(word string) Word {
	phoneLike := strings.Trim(word, "0123456789+-()./") == ""
	if digits := onlyDigits(word); phoneLike && len(digits) >= 2 && digits != word {
		return Word{word, digits}
	}
	return Word{word}
}

// Empty reports whether the query has no words. Such a query matches nothing.
func (q Query) Empty() bool { return len(q.words)+len(q.fields)+len(q.without) == 0 }

// Words returns what a document must contain: of each word at least one alternative. There may be none if the query
// says only what must not be there.
func (q Query) Words() []Word {
	words := q.words
	if q.similar {
		words = nil
		for _, word := range q.words {
			words = append(words, similarPieces(word[0]))
		}
	}
	for _, f := range q.fields {
		words = append(words[:len(words):len(words)], Word{f.lookup()})
	}
	return words
}

// lookup returns a text that every document with the field contains.
func (f field) lookup() string {
	if f.name == "phone" {
		if digits := onlyDigits(f.text); digits != "" {
			return digits
		}
		return f.text
	}
	return f.text
}

// in reports whether a document has the field: a tag as a whole, an organisation or a number in part.
func (f field) in(fields string) bool {
	if f.name == "tag" {
		return strings.Contains(fields, "\ntag:"+f.text+"\n")
	}
	for line := range strings.SplitSeq(fields, "\n") {
		if value, ok := strings.CutPrefix(line, f.name+":"); ok && strings.Contains(value, f.lookup()) {
			return true
		}
	}
	return false
}

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
// finds them faster than all [Trigrams], and little besides s contains all of them.
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
