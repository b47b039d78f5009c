package search

import "strings"

// A Document is the searchable text of one contact or note, as stores keep it. Its body is folded fields and the digits
// of phone numbers, line by line; the first line is the name or title. Two further parts may follow: fields by their
// names ("tag:робота"), and the romanised name, each after a mark that no text contains.
type Document string

const (
	fieldsMark = "\n\x02"
	latinMark  = "\n\x03"
)

// NewDocument folds a document's name, its telephone numbers, each of which may be given in several forms, and its
// further fields. What an earlier line contains is left out.
func NewDocument(name string, phones []string, fields ...string) Document {
	var text strings.Builder
	text.WriteString(withoutMarks(Fold(name)))
	add := func(line string) {
		if !strings.Contains(text.String(), line) {
			text.WriteString("\n" + line)
		}
	}
	for _, field := range fields {
		add(withoutMarks(Fold(field)))
	}
	for _, phone := range phones {
		add(Fold(phone))
		add(onlyDigits(phone))
	}
	return Document(text.String())
}

// withoutMarks removes from a text what would begin a part of a document.
func withoutMarks(s string) string {
	if !strings.ContainsAny(s, "\x02\x03") {
		return s
	}
	return strings.NewReplacer("\x02", "\uFFFD", "\x03", "\uFFFD").Replace(s)
}

// WithFields adds the part in which tag:, org: and phone: in a query search.
func (d Document) WithFields(tags []string, organization string, phones []string) Document {
	var lines []string
	for _, tag := range tags {
		lines = append(lines, "tag:"+withoutMarks(Fold(tag)))
	}
	if organization != "" {
		lines = append(lines, "org:"+withoutMarks(Fold(organization)))
	}
	for _, phone := range phones {
		if digits := onlyDigits(phone); digits != "" {
			lines = append(lines, "phone:"+digits)
		}
	}
	if len(lines) == 0 {
		return d
	}
	return d + Document(fieldsMark+"\n"+strings.Join(lines, "\n"))
}

// WithLatin adds the names as they are written in Latin letters, for those written in other letters.
func (d Document) WithLatin(names ...string) Document {
	var lines []string
	for _, name := range names {
		if folded := Fold(name); folded != "" {
			if latin := Romanise(folded); latin != folded {
				lines = append(lines, latin)
			}
		}
	}
	if len(lines) == 0 {
		return d
	}
	return d + Document(latinMark+"\n"+strings.Join(lines, "\n"))
}

// Name returns the folded name.
func (d Document) Name() string {
	name, _, _ := strings.Cut(string(d), "\n")
	return name
}

// body returns the part in which words are searched for.
func (d Document) body() string {
	if i := strings.IndexAny(string(d), "\x02\x03"); i > 0 {
		return string(d[:i-1])
	}
	return string(d)
}

// fields returns the part of named fields, a line each, between line feeds; latin that of romanised names.
func (d Document) fields() string {
	_, rest, _ := strings.Cut(string(d), fieldsMark)
	rest, _, _ = strings.Cut(rest, latinMark)
	return rest + "\n"
}

func (d Document) latin() string {
	_, rest, _ := strings.Cut(string(d), latinMark)
	return rest
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
