// Package sentence interprets free sentences, "запиши телефон Олени 067 123 45 67" or "who has a birthday this week",
// as command lines. It has rules and the forms of words in Ukrainian and English, consults nothing but the address
// book, and does not guess: a sentence is understood as a whole or not at all, and if two commands fit, both are
// returned.
//
// The rules are in rules.txt, which explains itself.
package sentence

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// A Reader interprets sentences. Today, People and Notes are required.
type Reader struct {
	Today  assistant.Date
	Order  assistant.DayOrder
	Region string

	// People returns the contacts with a word in their names that begins with stem, in any script. It may return more
	// contacts, which are ignored. all is false if the list is incomplete.
	People func(ctx context.Context, stem string) (list []assistant.Candidate, all bool, err error)

	// Notes does the same for notes: their headings contain all the stems.
	Notes func(ctx context.Context, stems string) (list []assistant.Candidate, all bool, err error)
}

// A Meaning is a command line without the program's name.
type Meaning []string

// A NobodyError reports that a sentence was understood, but nobody in the address book has the name in it.
type NobodyError struct{ Name string }

func (e *NobodyError) Error() string { return fmt.Sprintf("no contact %q", e.Name) }

// Read returns what a sentence may mean: nothing if it is not understood, one command line, or several that fit equally
// well. Errors: [NobodyError], and those of People and Notes.
func (r *Reader) Read(ctx context.Context, text string) ([]Meaning, error) {
	s := &reading{Reader: r, ctx: ctx, text: text, tokens: tokens(text)}
	s.trim()
	if len(s.tokens) == 0 {
		return nil, nil
	}
	for _, s.strangers = range []bool{false, true} {
		s.filled = make(map[place][]filling)
		for _, rule := range grammar().rules {
			for _, pattern := range rule.patterns {
				s.match(pattern, 0, nil, func(got captures) { s.found(rule.command, got) })
			}
		}
		if s.err != nil {
			return nil, s.err
		}
		if len(s.meanings) > 0 {
			break
		}
	}
	if s.strangers && len(s.meanings) > 0 {
		return nil, &NobodyError{s.stranger}
	}
	return s.meanings, nil
}

// reading is the state of reading one sentence.
type reading struct {
	*Reader
	ctx    context.Context
	text   string
	tokens []token

	strangers bool   // a name may be nobody's, as nothing else fits
	stranger  string // the last one
	filled    map[place][]filling
	meanings  []Meaning
	cost      int // how many words of the meanings could be anything
	err       error
}

// captures are the values of the slots of a pattern, in order.
type captures []capture

type capture struct {
	slot  string
	words []string // what is put into the command line
	cost  int      // how many words of the sentence could have been anything
}

// found takes a command line that fits. One with fewer words that could be anything replaces all earlier ones.
func (s *reading) found(command []string, got captures) {
	var line Meaning
	cost := 0
	for _, word := range command {
		before, name, isSlot := slotIn(word)
		if !isSlot {
			line = append(line, word)
			continue
		}
		for _, c := range got {
			if c.slot != name {
				continue
			}
			cost += c.cost
			if before != "" {
				line = append(line, before+strings.Join(c.words, " "))
				continue
			}
			line = append(line, c.words...)
		}
	}
	if len(s.meanings) > 0 && cost > s.cost {
		return
	}
	if cost < s.cost {
		s.meanings = nil
	}
	s.cost = cost
	if !slices.ContainsFunc(s.meanings, func(m Meaning) bool { return slices.Equal(m, line) }) {
		s.meanings = append(s.meanings, line)
	}
}

// match calls yield for every way in which the tokens from at on match a pattern.
func (s *reading) match(pattern []element, at int, got captures, yield func(captures)) {
	if s.err != nil {
		return
	}
	if len(pattern) == 0 {
		if at == len(s.tokens) {
			yield(got)
		}
		return
	}
	e, rest := pattern[0], pattern[1:]
	if e.optional {
		s.match(rest, at, got, yield)
	}
	for _, words := range e.words {
		if s.has(at, words) {
			s.match(rest, at+len(words), got, yield)
		}
	}
	if e.slot == "" || at == len(s.tokens) {
		return
	}
	for _, f := range s.fill(e.slot, at, rest) {
		s.match(rest, at+f.tokens, append(slices.Clip(got), capture{e.slot, f.words, f.cost}), yield)
	}
}

// has reports whether the tokens from at on are these words.
func (s *reading) has(at int, words []string) bool {
	if at+len(words) > len(s.tokens) {
		return false
	}
	for i, word := range words {
		if s.tokens[at+i].word != word {
			return false
		}
	}
	return true
}

// original returns the text of n tokens as written in the sentence.
func (s *reading) original(at, n int) string {
	return strings.TrimSpace(s.text[s.tokens[at].start:s.tokens[at+n-1].end])
}
