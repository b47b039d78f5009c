package sentence

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// A filling is one way to fill a slot: how many tokens it takes, and what they become in the command line.
type filling struct {
	tokens int
	words  []string
	cost   int
}

func knownSlot(name string) bool {
	return slices.Contains([]string{
		"person", "newcomer", "phone", "email", "birthday", "day", "period", "span", "past", "text", "topic", "tag", "file",
		"number", "value", "note",
	}, name)
}

// place is a position at which a slot is filled: the results are cached, since many patterns ask for them.
type place struct {
	slot string
	at   int
	last bool // nothing comes after it
}

// fill returns all ways to fill a slot from a token on. rest is the pattern after the slot.
func (s *reading) fill(slot string, at int, rest []element) []filling {
	p := place{slot, at, len(rest) == 0}
	list, known := s.filled[p]
	if !known {
		list = s.look(slot, at, rest)
		s.filled[p] = list
	}
	return list
}

func (s *reading) look(slot string, at int, rest []element) []filling {
	switch slot {
	case "person":
		return s.person(at)
	case "newcomer":
		return s.newcomer(at)
	case "phone":
		return s.joined(at, 6, func(text string) bool {
			_, err := assistant.ParsePhone(text, s.Region)
			return err == nil && strings.Trim(text, "+0123456789 ()-./*#") == ""
		})
	case "email":
		return s.joined(at, 1, func(text string) bool {
			_, err := assistant.ParseEmail(text)
			return err == nil
		})
	case "birthday":
		return s.birthday(at)
	case "day":
		return s.day(at)
	case "past":
		return s.past(at)
	case "period", "span":
		return s.period(at)
	case "text", "value":
		return s.free(at, rest, func(text string) []string { return []string{text} })
	case "topic":
		return s.free(at, rest, topic)
	case "tag":
		return s.joined(at, 1, func(text string) bool { return !strings.ContainsAny(text, "@") })
	case "file":
		return s.joined(at, 1, func(text string) bool { return strings.ContainsAny(text, "./\\~") })
	case "number":
		return s.joined(at, 1, func(text string) bool {
			n, err := strconv.Atoi(text)
			return err == nil && n > 0 && n < 3660
		})
	case "note":
		return s.note(at, rest)
	}
	return nil
}

// joined returns the longest run of at most n tokens for whose text good returns true.
func (s *reading) joined(at, n int, good func(string) bool) []filling {
	for n = min(n, len(s.tokens)-at); n > 0; n-- {
		text := strings.TrimPrefix(s.original(at, n), "#")
		if text != "" && good(text) {
			return []filling{{n, []string{text}, 0}}
		}
	}
	return nil
}

// free returns every run of tokens, as written; only the run of all tokens if nothing comes after.
func (s *reading) free(at int, rest []element, words func(string) []string) []filling {
	var list []filling
	least := 1
	if len(rest) == 0 {
		least = len(s.tokens) - at
	}
	for n := least; n <= len(s.tokens)-at; n++ {
		list = append(list, filling{n, words(s.original(at, n)), n})
	}
	return list
}

// topic returns the words to search for, shortened to what their forms have in common.
func topic(text string) []string {
	var list []string
	all := tokens(text)
	for _, t := range all {
		if len(all) > 1 && (len([]rune(t.word)) < 3 || t.word == "the") {
			continue // в, у, of
		}
		list = append(list, stem(text[t.start:t.end]))
	}
	return list
}

// stem removes the ending of a noun of four or more letters: торта, роботу, горах, cakes.
func stem(word string) string {
	if strings.ContainsAny(word, "0123456789@") {
		return word
	}
	const endings = "ами ями ові еві єві ах ях ам ям ою ею єю ом ем єм ів а я у ю и і ї е є о ь s"
	for ending := range strings.FieldsSeq(endings) {
		cut, ok := strings.CutSuffix(word, ending)
		if ok && len([]rune(cut)) > 2 && !strings.HasSuffix(cut, "s") {
			return cut
		}
	}
	return word
}

// person returns the contacts that the next words may name: every word taken must be part of the name.
func (s *reading) person(at int) []filling {
	for n := min(3, len(s.tokens)-at); n > 0; n-- {
		words := s.tokens[at : at+n]
		list, all, err := s.People(s.ctx, stemOf(words[0].word))
		if err != nil {
			s.err = err
			return nil
		}
		list = slices.DeleteFunc(list, func(c assistant.Candidate) bool { return !named(c.Name, words) })
		if len(list) > 0 && all {
			return fillings(n, list)
		}
	}
	if s.strangers && s.tokens[at].capital {
		var list []filling
		for n := 1; n <= min(3, len(s.tokens)-at) && s.tokens[at+n-1].capital; n++ {
			s.stranger = s.original(at, n)
			list = append(list, filling{n, []string{s.stranger}, n})
		}
		return list
	}
	return nil
}

// named reports whether each word is a form of a different word of the name.
func named(name string, words []token) bool {
	parts := strings.Fields(search.Fold(name))
	for _, w := range words {
		i := slices.IndexFunc(parts, func(part string) bool { return isForm(w.word, strings.Trim(part, "(),.\"")) })
		if i < 0 {
			return false
		}
		parts = slices.Delete(parts, i, i+1)
	}
	return true
}

// fillings names each contact or note in a list, by its id if two have the same name.
func fillings(n int, list []assistant.Candidate) []filling {
	names := make(map[string]int)
	for _, c := range list {
		names[search.Fold(c.Name)]++
	}
	var out []filling
	for _, c := range list {
		ref := c.Name
		if names[search.Fold(c.Name)] > 1 {
			ref = c.ID
		}
		out = append(out, filling{n, []string{ref}, 0})
	}
	return out
}

// newcomer reads words that begin with capital letters: the name of somebody to add.
func (s *reading) newcomer(at int) []filling {
	var list []filling
	for n := 1; n <= min(4, len(s.tokens)-at); n++ {
		if t := s.tokens[at+n-1]; !t.capital || strings.ContainsFunc(t.word, unicode.IsDigit) {
			break
		}
		list = append(list, filling{n, strings.Fields(s.original(at, n)), 0})
	}
	return list
}

// note returns the notes that the next words may mean.
func (s *reading) note(at int, rest []element) []filling {
	var out []filling
	least := 1
	if len(rest) == 0 {
		least = len(s.tokens) - at
	}
	for n := least; n <= len(s.tokens)-at; n++ {
		text := s.original(at, n)
		list, all, err := s.Notes(s.ctx, strings.Join(topic(text), " "))
		if err != nil {
			s.err = err
			return nil
		}
		if whole := slices.DeleteFunc(slices.Clone(list), func(c assistant.Candidate) bool {
			return search.Fold(c.Name) != search.Fold(text)
		}); len(whole) > 0 {
			list = whole
		}
		if all {
			out = append(out, fillings(n, list)...)
		}
	}
	return out
}
