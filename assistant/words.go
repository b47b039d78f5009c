package assistant

import (
	"strings"
	"unicode"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Taken says what a part of a line was taken for.
type Taken struct {
	Field string // "name", "phone", "email", "birthday", "web", "tag"
	Value string
}

// TakeWords reads what a user writes about someone in one line, "Іван Петренко 067 123 45 67 ivan@example.com
// 25.02.1990", and adds it to in: addresses, numbers and dates are recognised by their form, #words are tags, and the
// rest is the name. It returns what was taken for what. Errors: [FieldError] for five digits or more, or any after a +,
// that are not a number.
func TakeWords(words []string, in *ContactInput, region string, order DayOrder) ([]Taken, error) {
	var taken []Taken
	var name []string
	words = strings.Fields(strings.Join(words, " "))
	if err := CheckTexts("text", words...); err != nil {
		return nil, err
	}
	for len(words) > 0 {
		t, n, err := takeOne(words, in, region, order)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			name = append(name, words[0])
			n = 1
		} else {
			taken = append(taken, t)
		}
		words = words[n:]
	}
	if len(name) > 0 {
		if in.Name != nil {
			return nil, &FieldError{
				Field:   "name",
				Value:   strings.Join(name, " "),
				Problem: "there is already a name",
				Hint:    "leave --name out",
			}
		}
		whole := strings.Trim(strings.Join(name, " "), ",; ")
		in.Name = &whole
		taken = append([]Taken{{"name", whole}}, taken...)
	}
	return taken, nil
}

// takeOne takes the words at the beginning that belong together; none when they are a part of the name.
func takeOne(words []string, in *ContactInput, region string, order DayOrder) (Taken, int, error) {
	word := strings.TrimRight(words[0], ",;")
	kind, rest := splitType(word)
	switch {
	case strings.Contains(rest, "@") && !strings.HasPrefix(rest, "@"):
		if _, err := ParseEmail(rest); err != nil {
			return Taken{}, 0, err
		}
		in.Emails.Add = append(in.Emails.Add, word)
		return Taken{"email", word}, 1, nil
	case strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "www."):
		in.WebPages.Add = append(in.WebPages.Add, word)
		return Taken{"web", word}, 1, nil
	case len(word) > 1 && word[0] == '#' && strings.ContainsFunc(word, unicode.IsLetter):
		in.Tags.Add = append(in.Tags.Add, word[1:])
		return Taken{"tag", word[1:]}, 1, nil
	}
	if in.Birthday == nil {
		// The longest first: 25 лютого 1990 р.
		for n := min(4, len(words)); n > 0; n-- {
			value := strings.TrimRight(strings.Join(words[:n], " "), ",;")
			if looksLikeDate(value) {
				if _, err := ReadDate(value, order); err == nil {
					in.Birthday = &value
					return Taken{"birthday", value}, n, nil
				}
			}
		}
	}
	return takePhone(words, kind, rest, in, region)
}

// looksLikeDate keeps telephone numbers from being dates: 25.02 may be one, 25021990 and 067 are not.
func looksLikeDate(s string) bool {
	folded := search.Fold(s)
	apart := func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' }
	for _, word := range strings.FieldsFunc(folded, apart) {
		if monthNamed(word) != 0 {
			return true
		}
	}
	return !strings.Contains(s, " ") && strings.ContainsAny(s, ".-/") && strings.Trim(s, "0123456789.-/") == ""
}

// takePhone takes the longest run of words that is a number.
func takePhone(words []string, kind, first string, in *ContactInput, region string) (Taken, int, error) {
	run := 0
	for run < len(words) && (run == 0 && isDialled(first) || run > 0 && isDialled(words[run])) {
		run++
	}
	if run > 0 {
		run += extensionWords(words[run:])
	}
	for n := run; n > 0; n-- {
		value := strings.TrimRight(strings.Join(append([]string{first}, words[1:n]...), " "), ",;")
		if _, err := ParsePhone(value, region); err == nil {
			if kind != "" {
				value = kind + ":" + value
			}
			in.Phones.Add = append(in.Phones.Add, value)
			return Taken{"phone", value}, n, nil
		}
	}
	if run > 0 && (strings.HasPrefix(visible(first), "+") || len(onlyDigits(strings.Join(words[:run], ""))) >= 5) {
		_, err := ParsePhone(strings.Join(append([]string{first}, words[1:run]...), " "), region)
		return Taken{}, 0, err
	}
	return Taken{}, 0, nil
}

// extensionWords returns how many of the words after a number are its extension: дод. 5, вн.12, ext. 5.
func extensionWords(words []string) int {
	for n := min(2, len(words)); n > 0; n-- {
		text := strings.TrimRight(strings.Join(words[:n], " "), ",;")
		if text != "" && ownExtension().FindString(text) == text {
			return n
		}
	}
	return 0
}

// isDialled reports whether a word may be a part of a telephone number.
func isDialled(word string) bool {
	return strings.Trim(visible(word), "0123456789+()-./*#,;") == "" && strings.ContainsAny(word, "0123456789*#")
}

// CheckContact returns what is wrong with an input, before anything is saved.
func CheckContact(in ContactInput, b *Book) error {
	c := &Contact{}
	_, err := in.apply(c, b.rules())
	return err
}

// CheckEdit returns what is wrong with a change of a contact, before anything is saved.
func (b *Book) CheckEdit(c *Contact, in ContactInput) error {
	trial := *c
	_, err := in.apply(&trial, b.rules())
	return err
}
