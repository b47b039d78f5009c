package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Rank is how well a document matches a query: the lower the better.
type Rank int

// The ranks, best first. Documents of equal rank are ordered by [OrderKey] of their names, and then by id.
const (
	Exact     Rank = iota // the name is the query
	Prefix                // the name starts with the query
	Starts                // every word of the query starts a word of the name
	Inside                // every word of the query is in the name
	Elsewhere             // some words are in other fields
)

// Rank verifies whether d matches and says how well.
func (q Query) Rank(d Document) (Rank, bool) {
	if q.Empty() {
		return 0, false
	}
	if !q.matches(d) {
		return 0, false
	}
	if q.similar {
		return Elsewhere, true
	}
	name := d.Name()
	every := func(holds func(Word, string) bool) bool {
		return !slices.ContainsFunc(q.words, func(word Word) bool { return !holds(word, name) })
	}
	switch {
	case len(q.words) == 0:
		return Elsewhere, true
	case name == q.whole:
		return Exact, true
	case strings.HasPrefix(name, q.whole):
		return Prefix, true
	case every(Word.starts):
		return Starts, true
	case every(Word.in):
		return Inside, true
	}
	return Elsewhere, true
}

// matches verifies the words, the fields and what must not be there.
func (q Query) matches(d Document) bool {
	body := string(d)
	if strings.ContainsAny(body, "\x02\x03") {
		body = d.body()
	}
	for _, word := range q.words {
		if q.similar && !similarIn(word[0], d) || !q.similar && !word.in(body) {
			return false
		}
	}
	for _, word := range q.without {
		if word.in(body) {
			return false
		}
	}
	if len(q.fields) == 0 {
		return true
	}
	fields := d.fields()
	return !slices.ContainsFunc(q.fields, func(f field) bool { return !f.in(fields) })
}

// Finds reports whether some word of the query is in one of the texts.
func (q Query) Finds(texts ...string) bool {
	var folded strings.Builder
	for _, text := range texts {
		folded.WriteString(Fold(text) + "\n" + onlyDigits(text) + "\n")
	}
	return len(q.words) > 0 && slices.ContainsFunc(q.words, func(w Word) bool { return w.in(folded.String()) })
}

// in reports whether the text contains one of the alternatives.
func (w Word) in(text string) bool {
	return slices.ContainsFunc(w, func(alternative string) bool { return strings.Contains(text, alternative) })
}

// starts reports whether the word itself starts a word of the text.
func (w Word) starts(text string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], w[0])
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if at == 0 || !inWord(before) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
}

// inWord reports whether no word begins after this character.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' }

// A Ranking verifies the documents that a store offers for a query, counts those that match and keeps the best of them:
// its size does not grow with the number of hits if only a page of them is wanted. It is not safe for concurrent use.
type Ranking struct {
	query       Query
	skip, limit int
	total       int
	hits        []hit
	last        hit // the worst hit that may still be on the page, once there are enough
	full        bool
	key         []byte // of the current document
}

// A hit is a document that matches, with what it is ordered by.
type hit struct {
	rank    Rank
	key, id string
}

func (h hit) compare(other hit) int {
	return cmp.Or(cmp.Compare(h.rank, other.rank), cmp.Compare(h.key, other.key), cmp.Compare(h.id, other.id))
}

// Ranking returns a ranking for a page of the hits: limit of them after the first skip, or all with limit 0.
func (q Query) Ranking(skip, limit int) *Ranking { return &Ranking{query: q, skip: skip, limit: limit} }

// Add offers a document.
func (r *Ranking) Add(id string, d Document) {
	rank, ok := r.query.Rank(d)
	if !ok {
		return
	}
	r.total++
	if r.full && rank > r.last.rank {
		return
	}
	r.key = appendOrderKey(r.key[:0], d.Name())
	if r.full && rank == r.last.rank && string(r.key) > r.last.key {
		return
	}
	r.hits = append(r.hits, hit{rank, string(r.key), id})
	if r.limit > 0 && len(r.hits) >= 2*(r.skip+r.limit) {
		r.sort()
		r.hits = r.hits[:r.skip+r.limit]
		r.last, r.full = r.hits[len(r.hits)-1], true
	}
}

func (r *Ranking) sort() { slices.SortFunc(r.hits, hit.compare) }

// Best returns the ids of the page, best first, and how many documents match in all.
func (r *Ranking) Best() (ids []string, total int) {
	r.sort()
	end := len(r.hits)
	if r.limit > 0 {
		end = min(end, r.skip+r.limit)
	}
	for _, h := range r.hits[min(r.skip, end):end] {
		ids = append(ids, h.id)
	}
	return ids, r.total
}
