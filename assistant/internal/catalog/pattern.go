package catalog

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A pattern is a text with verbs, as messages are made with it.
type pattern struct {
	matches *regexp.Regexp // a message in English; its groups are what stands for the verbs
	text    string         // in the language, with %s for every verb
}

var verb = regexp.MustCompile(`%(?:\[\d\])?[a-z]`)

// patterns returns those of the texts that have verbs and one form, the most particular first.
func patterns(texts map[string]string) []pattern {
	english := slices.DeleteFunc(slices.Collect(maps.Keys(texts)), func(text string) bool {
		return !verb.MatchString(text) || strings.Contains(text, "|")
	})
	fixed := func(text string) int { return len(verb.ReplaceAllString(text, "")) }
	slices.SortFunc(english, func(a, b string) int { return cmp.Or(fixed(b)-fixed(a), strings.Compare(a, b)) })
	var list []pattern
	for _, text := range english {
		if fixed(text) < 4 { // which would fit anything
			continue
		}
		matches := regexp.MustCompile("(?s)^" + groups(text) + "$")
		list = append(list, pattern{matches, verb.ReplaceAllStringFunc(texts[text], asText)})
	}
	return list
}

// groups makes a regular expression of a text, with a group for every verb.
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
		default: // what stands in quotes is a person's, and is not part of a pattern
			b.WriteString(`((?:[^"]|"(?:[^"\\]|\\.)*")+?)`)
		}
		text = text[at[1]:]
	}
}

// asText is the verb for what another verb has made.
func asText(v string) string { return v[:len(v)-1] + "s" }
