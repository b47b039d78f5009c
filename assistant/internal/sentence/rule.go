package sentence

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed rules.txt
var rulesText string

// rules is the content of rules.txt.
type rules struct {
	rules  []rule
	polite [][]string
}

// A rule is a command line and the sentences that mean it.
type rule struct {
	command  []string
	patterns [][]element
}

// An element of a pattern is a slot, or a set of alternatives of which one has to be there.
type element struct {
	words    [][]string
	slot     string
	optional bool
}

// grammar returns the rules. They are part of the program: a mistake in them is a bug.
var grammar = sync.OnceValue(func() *rules {
	g, err := parseRules(rulesText)
	if err != nil {
		panic(err)
	}
	return g
})

// parseRules parses the format of rules.txt.
func parseRules(text string) (*rules, error) {
	g := &rules{}
	classes := make(map[string][][]string)
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if command, isRule := strings.CutPrefix(line, "= "); isRule {
			g.rules = append(g.rules, rule{command: strings.Fields(command)})
			continue
		}
		if name, words, isClass := strings.Cut(line, ":"); isClass {
			list := alternatives(words)
			classes[name] = append(classes[name], list...)
			if name == "polite" {
				g.polite = append(g.polite, list...)
			}
			continue
		}
		pattern, err := parsePattern(line, classes)
		if err != nil || len(g.rules) == 0 {
			return nil, fmt.Errorf("rules.txt:%d: %w", number, err)
		}
		last := &g.rules[len(g.rules)-1]
		last.patterns = append(last.patterns, pattern)
	}
	return g, nil
}

// alternatives parses words separated by bars; each may be several words.
func alternatives(text string) [][]string {
	var list [][]string
	for words := range strings.SplitSeq(text, "|") {
		if fields := strings.Fields(words); len(fields) > 0 {
			list = append(list, fields)
		}
	}
	return list
}

func parsePattern(line string, classes map[string][][]string) ([]element, error) {
	var pattern []element
	for word := range strings.FieldsSeq(line) {
		var e element
		if inner, optional := strings.CutPrefix(word, "["); optional {
			word, e.optional = strings.TrimSuffix(inner, "]"), true
		}
		if slot, isSlot := slotName(word); isSlot {
			e.slot = slot
			if !knownSlot(slot) {
				return nil, fmt.Errorf("no slot %q", slot)
			}
			pattern = append(pattern, e)
			continue
		}
		for part := range strings.SplitSeq(word, "|") {
			name, isClass := strings.CutPrefix(part, "<")
			if !isClass {
				e.words = append(e.words, strings.Split(part, "_"))
				continue
			}
			words, known := classes[strings.TrimSuffix(name, ">")]
			if !known {
				return nil, fmt.Errorf("no class %q", name)
			}
			e.words = append(e.words, words...)
		}
		pattern = append(pattern, e)
	}
	return pattern, nil
}

// slotIn returns the name in {name}, and what comes before it: +{tag}.
func slotIn(word string) (before, name string, ok bool) {
	before, slot, found := strings.Cut(word, "{")
	name, ok = slotName("{" + slot)
	return before, name, found && ok
}

// slotName returns the name in {name}.
func slotName(word string) (string, bool) {
	if strings.HasPrefix(word, "{") && strings.HasSuffix(word, "}") {
		return word[1 : len(word)-1], true
	}
	return "", false
}
