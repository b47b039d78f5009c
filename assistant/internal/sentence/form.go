package sentence

import (
	"strings"

	"github.com/pythonweb/goweb/assistant/search"
)

// isForm reports whether a word of a sentence is a form of a name, both folded: "олени" and "ользі" are forms of
// "олена" and "ольга", "olena's" is one of "olena" and, transliterated, of "олена".
func isForm(word, name string) bool {
	if word == name {
		return true
	}
	for _, possessive := range []string{"'s", "s'"} {
		if owner, ok := strings.CutSuffix(word, possessive); ok {
			return owner == name || owner == search.Romanise(name) || owner+"s" == name
		}
	}
	if word == search.Romanise(name) {
		return true
	}
	for _, d := range declensions {
		stem, ok := strings.CutSuffix(name, d.nominative)
		if !ok || len([]rune(stem)) < 2 {
			continue
		}
		if stem += d.stem; hasEnding(word, stem, d.endings) {
			return true
		}
		if d.softens && hasEnding(word, soften(stem), "і") {
			return true
		}
	}
	return false
}

func hasEnding(word, stem, endings string) bool {
	ending, ok := strings.CutPrefix(word, stem)
	if !ok || ending == "" {
		return false
	}
	for e := range strings.FieldsSeq(endings) {
		if e == ending {
			return true
		}
	}
	return false
}

// soften changes the last letter of a stem before і: Ольга, Ользі; Наталка, Наталці; Солоха, Солосі.
func soften(stem string) string {
	for hard, soft := range map[string]string{"г": "з", "к": "ц", "х": "с"} {
		if s, ok := strings.CutSuffix(stem, hard); ok {
			return s + soft
		}
	}
	return stem
}

// A declension says how names with an ending change it. stem comes between the unchanged part and the ending, as the ц
// in Кравець, Кравця.
type declension struct {
	nominative, stem, endings string
	softens                   bool
}

// declensions lists those of names: of nouns, and of surnames that are adjectives.
var declensions = []declension{
	{"ець", "ц", "я ю еві ем і е", false},
	{"єць", "йц", "я ю еві ем і е", false},
	{"ов", "ов", "а у ові им і", false},
	{"ок", "к", "а у ові ом у", false},
	{"ький", "ьк", "ого ому им ім", false},
	{"ий", "", "ого ому им ім", false},
	{"ій", "", "ого ому им ім ього ьому", false},
	{"ська", "ськ", "ої ій у ою", false},
	{"цька", "цьк", "ої ій у ою", false},
	{"ова", "ов", "ої ій у ою", false},
	{"а", "", "и і у ою ею о", true},
	{"я", "", "і ї ю ею єю е є", false},
	{"о", "", "а у ові ом і е", false},
	{"й", "", "я ю єві єм ї є", false},
	{"ь", "", "я ю еві ем і", false},
	{"", "", "а у ові ом і е я ю еві ем", false},
}

// stemOf shortens a word of a sentence to the common beginning of all forms of the names that it may be a form of.
func stemOf(word string) string {
	for _, possessive := range []string{"'s", "s'"} {
		if owner, ok := strings.CutSuffix(word, possessive); ok {
			return owner
		}
	}
	for _, ending := range []string{
		"ового", "ього", "ьому", "ого", "ому", "ові", "еві", "єві", "ою", "ею", "єю", "ом", "ем", "єм", "им", "ім",
		"ої", "ій", "а", "я", "у", "ю", "и", "і", "ї", "е", "є", "о", "ь", "й",
	} {
		if stem, ok := strings.CutSuffix(word, ending); ok && len([]rune(stem)) > 1 {
			word = stem
			break
		}
	}
	// A consonant that softens before an ending, and an e that some forms drop, are not part of it.
	if stem := strings.TrimRight(word, "зцськ"); len([]rune(stem)) > 1 {
		return stem
	}
	return word
}
