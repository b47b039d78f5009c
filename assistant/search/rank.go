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
	for _, word := range q.words {
		if !word.in(string(d)) {
			return 0, false
		}
	}
	name := d.Name()
	every := func(holds func(Word, string) bool) bool {
		return !slices.ContainsFunc(q.words, func(word Word) bool { return !holds(word, name) })
	}
	switch {
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

// in says whether the text contains one of the alternatives.
func (w Word) in(text string) bool {
	return slices.ContainsFunc(w, func(alternative string) bool { return strings.Contains(text, alternative) })
}

// starts says whether the word itself starts a word of the text.
func (w Word) starts(text string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], w[0])
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '\'' {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
}

// A Candidate is a document that a store offers for a query.
type Candidate struct {
	ID       string
	Document Document
}

// Best verifies the candidates and returns the ids of those that match, best first: limit of them after the first
// skip, or all with limit 0. total is how many match.
func (q Query) Best(candidates []Candidate, skip, limit int) (ids []string, total int) {
	// Ranks first, and the order of names only among the ranks of which some are returned.
	var byRank [Elsewhere + 1][]Candidate
	for _, c := range candidates {
		if rank, ok := q.Rank(c.Document); ok {
			byRank[rank] = append(byRank[rank], c)
			total++
		}
	}
	end := total
	if limit > 0 {
		end = min(total, skip+limit)
	}
	start := 0
	for _, hits := range byRank {
		from, to := max(skip-start, 0), min(end-start, len(hits))
		if from < to {
			ids = append(ids, inOrder(hits)[from:to]...)
		}
		start += len(hits)
	}
	return ids, total
}

// inOrder returns the ids of the hits in the order of their names.
func inOrder(hits []Candidate) []string {
	type keyed struct{ key, id string }
	list := make([]keyed, len(hits))
	for i, h := range hits {
		list[i] = keyed{orderKey(h.Document.Name()), h.ID}
	}
	slices.SortFunc(list, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	ids := make([]string, len(list))
	for i, k := range list {
		ids[i] = k.id
	}
	return ids
}
