package assistant

import (
	"strings"

	"github.com/pythonweb/goweb/assistant/search"
)

// ParseName guesses the parts of a name that was typed as one line. The last word is the family name and the first the
// given name, "Тарас Григорович Шевченко", unless a patronymic at the end shows the Ukrainian official order, "Шевченко
// Тарас Григорович". A single word is a given name.
func ParseName(name string) NameParts {
	words := strings.Fields(name)
	switch n := len(words); {
	case n == 0:
		return NameParts{}
	case n == 1:
		return NameParts{Given: words[0]}
	case n == 3 && patronymic(words[2]):
		return NameParts{Family: words[0], Given: words[1], Additional: words[2]}
	default:
		return NameParts{Given: words[0], Additional: strings.Join(words[1:n-1], " "), Family: words[n-1]}
	}
}

// patronymic reports whether a word ends like a Ukrainian patronymic.
func patronymic(word string) bool {
	word = search.Fold(word)
	for _, ending := range []string{"ович", "івна", "ївна"} {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// Display joins the parts of a name as they are spoken: prefix, given name, additional names, family name, suffix.
func (n NameParts) Display() string {
	return strings.Join(
		strings.Fields(strings.Join([]string{n.Prefix, n.Given, n.Additional, n.Family, n.Suffix}, " ")),
		" ",
	)
}
