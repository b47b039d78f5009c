package search

import "strings"

// A Document is what can be found of a contact or a note. Stores keep both texts.
type Document struct {
	Name string // the folded name or title
	Text string // all that can be found, the name included: folded fields and the digits of phones, line by line
}

// NewDocument folds a document's name and further fields, and adds the digits of its phone numbers, each of which
// may be given in several forms.
func NewDocument(name string, phones []string, fields ...string) Document {
	d := Document{Name: Fold(name)}
	var b strings.Builder
	b.WriteString(d.Name)
	add := func(line string) {
		if line != "" && !strings.Contains(b.String(), line) {
			b.WriteByte('\n')
			b.WriteString(line)
		}
	}
	for _, field := range fields {
		add(Fold(field))
	}
	for _, phone := range phones {
		add(Fold(phone))
		add(onlyDigits(phone))
	}
	d.Text = b.String()
	return d
}

// onlyDigits returns the ASCII digits of the folded s, which turns other scripts' wide digits into ASCII.
func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, Fold(s))
}
