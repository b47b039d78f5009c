// Package catalog holds the texts of the assistant in every language that it speaks. A text is identified by its
// English form, so that the code shows what it says; the file of a language has the translations. The console and the
// browser both use this catalogue.
package catalog

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed uk.txt
var ukrainian string

// A Language translates texts. The zero Language is English.
type Language struct {
	name     string
	texts    map[string]string
	patterns func() []pattern // compiled when the first message needs them
}

// Names returns the names of the available languages.
func Names() []string { return []string{"en", "uk"} }

// New returns the language with a name: "uk", "en", or that of a locale, such as "uk_UA.UTF-8". Any other name means
// English.
func New(name string) Language {
	if tag, _, _ := strings.Cut(strings.ReplaceAll(name, "_", "-"), "."); isUkrainian(tag) {
		return onceUkrainian()
	}
	return Language{}
}

// onceUkrainian reads the Ukrainian catalogue when it is first needed.
var onceUkrainian = sync.OnceValue(func() Language {
	texts := parse(ukrainian)
	return Language{"uk", texts, sync.OnceValue(func() []pattern { return patterns(texts) })}
})

func isUkrainian(tag string) bool {
	parsed, err := language.Parse(tag)
	base, _ := parsed.Base()
	return err == nil && base.String() == "uk"
}

// FromEnvironment returns the language for the messages of a program with this environment.
func FromEnvironment(getenv func(string) string) Language {
	return New(Locale(getenv))
}

// Locale returns the locale of messages: the first of LC_ALL, LC_MESSAGES and LANG that is set.
func Locale(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// Name returns "en" or "uk".
func (l Language) Name() string {
	if l.name == "" {
		return "en"
	}
	return l.name
}

// Text returns the text in the language, or unchanged if it is not in the catalogue, as a name that a user chose.
func (l Language) Text(english string) string {
	if text, ok := l.texts[english]; ok {
		return text
	}
	return english
}

// Knows reports whether the catalogue of the language contains a text.
func (l Language) Knows(english string) bool {
	_, ok := l.texts[english]
	return ok || l.texts == nil
}

// Message returns the text of an error or a hint in the language: its own translation, or that of the first pattern
// with verbs, such as no time zone %q, that produces it. The values of the verbs are kept, unless the catalogue
// contains them, too.
func (l Language) Message(english string) string {
	if text, ok := l.texts[english]; ok || l.texts == nil {
		return cmp.Or(text, english)
	}
	for _, p := range l.patterns() {
		found := p.matches.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		args := make([]any, len(found)-1)
		for i, arg := range found[1:] {
			args[i] = arg
			if strings.Contains(arg, " ") { // not a single word, which may be the user's
				args[i] = l.Message(arg)
			}
		}
		return fmt.Sprintf(p.text, args...)
	}
	return english
}

// Sprintf is fmt.Sprintf in the language.
func (l Language) Sprintf(english string, args ...any) string {
	return fmt.Sprintf(l.Text(english), args...)
}

// Count is like Sprintf, for a number of things. The text has the forms for one and for more, separated by a bar: "%d
// note|%d notes".
func (l Language) Count(n int, english string, more ...any) string {
	forms := strings.Split(l.Text(english), "|")
	return fmt.Sprintf(forms[min(l.form(n), len(forms)-1)], append([]any{n}, more...)...)
}

// form returns the plural form for a number: in Ukrainian 1 нотатка, 2 нотатки, 5 нотаток, 21 нотатка.
func (l Language) form(n int) int {
	n = max(n, -n)
	switch {
	case l.name != "uk" && n == 1:
		return 0
	case l.name != "uk":
		return 1
	case n%10 == 1 && n%100 != 11:
		return 0
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return 1
	}
	return 2
}

// parse reads the file of a language: the English text, then a line that begins with "= " and has the translation. Line
// breaks within a text are written as \n.
func parse(file string) map[string]string {
	texts := make(map[string]string)
	english := ""
	for line := range strings.SplitSeq(file, "\n") {
		if text, ok := strings.CutPrefix(line, "= "); ok {
			texts[english] = strings.ReplaceAll(text, `\n`, "\n")
			continue
		}
		if line != "" && !strings.HasPrefix(line, "#") {
			english = strings.ReplaceAll(line, `\n`, "\n")
		}
	}
	return texts
}

// Texts returns the English texts in the catalogue of the language, sorted.
func (l Language) Texts() []string {
	var list []string
	for text := range l.texts {
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

// Accepted returns the first language of an Accept-Language header that the assistant speaks, or English if there is
// none.
func Accepted(header string) Language {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return Language{}
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "uk":
			return New("uk")
		case "en":
			return Language{}
		}
	}
	return Language{}
}
