package search

import "strings"

// A Document is the text that is searched of one contact or note, as stores keep it: folded fields and the digits of
// phone numbers, line by line. The first line is the name or title.
type Document string

// NewDocument folds a document's name, its telephone numbers, each of which may be given in several forms, and its
// further fields. What an earlier line contains is left out.
func NewDocument(name string, phones []string, fields ...string) Document {
	text := Fold(name)
	add := func(line string) {
		if !strings.Contains(text, line) {
			text += "\n" + line
		}
	}
	for _, field := range fields {
		add(Fold(field))
	}
	for _, phone := range phones {
		add(Fold(phone))
		add(onlyDigits(phone))
	}
	return Document(text)
}

// Name returns the folded name.
func (d Document) Name() string {
	name, _, _ := strings.Cut(string(d), "\n")
	return name
}

// onlyDigits returns the ASCII digits of s, and of its wide digits, which fold to them.
func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, Fold(s))
}
