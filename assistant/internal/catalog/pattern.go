package catalog

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A pattern is a text with verbs, from which messages are made.
type pattern struct {
	matches *regexp.Regexp // a message in English; its groups match the values of the verbs
	text    string         // in the language, with %s for every verb
}

var verb = regexp.MustCompile(`%(?:\[\d\])?[a-z]`)

// patterns returns those of the texts that have verbs and no plural forms, the most specific first.
func patterns(texts map[string]string) []pattern {
	english := slices.DeleteFunc(slices.Collect(maps.Keys(texts)), func(text string) bool {
		return !verb.MatchString(text) || strings.Contains(text, "|")
	})
	fixed := func(text string) int { return len(verb.ReplaceAllString(text, "")) }
	slices.SortFunc(english, func(a, b string) int { return cmp.Or(fixed(b)-fixed(a), strings.Compare(a, b)) })
	var list []pattern
	for _, text := range english {
		if fixed(text) < 4 { // it would match almost anything
			continue
		}
		matches := regexp.MustCompile("(?s)^" + groups(text) + "$")
		list = append(list, pattern{matches, verb.ReplaceAllStringFunc(texts[text], asText)})
	}
	return list
}

// groups returns a regular expression for a text, with a group for every verb.
func groups(text string) string {
	var b strings.Builder
	for {
		at := verb.FindStringIndex(text)
		if at == nil {
			return b.String() + regexp.QuoteMeta(text)
		}
		b.WriteString(regexp.QuoteMeta(text[:at[0]]))
		switch text[at[1]-1] {
		case 'q':
			b.WriteString(`("(?:[^"\\]|\\.)*")`)
		case 'd':
			b.WriteString(`(-?[0-9]+)`)
		default: // what is in quotes is the user's, and not part of a pattern
			b.WriteString(`((?:[^"]|"(?:[^"\\]|\\.)*")+?)`)
		}
		text = text[at[1]:]
	}
}

// asText returns the verb that prints a value already formatted by the verb v.
func asText(v string) string { return v[:len(v)-1] + "s" }
