package assistant

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A list says how the elements of one of a contact's lists are typed.
type list[T comparable] struct {
	plain bool // no labels
	parse func(kind, value string) (T, error)
	show  func(T) (kind, value string)
	same  func(element T, typed string) bool // another spelling of the same; nil when there is none
}

func (l list[T]) apply(have []T, in ListInput, removed *Removed) ([]T, error) {
	if in.Empty() {
		return have, nil
	}
	now := slices.Clone(have)
	if in.Replace != nil {
		now = nil
		for _, value := range in.Replace {
			if err := l.add(&now, have, value); err != nil {
				return have, err
			}
		}
		for _, old := range have {
			_, text := l.show(old)
			if !slices.ContainsFunc(now, func(kept T) bool { return l.means(kept, text) }) {
				removed.Gone = append(removed.Gone, text)
			}
		}
	}
	for _, value := range in.Remove {
		if strings.TrimSpace(value) == "" {
			continue
		}
		before := len(now)
		now = slices.DeleteFunc(now, func(element T) bool {
			if !l.means(element, value) {
				return false
			}
			_, text := l.show(element)
			removed.Gone = append(removed.Gone, text)
			return true
		})
		if len(now) == before {
			removed.Missing = append(removed.Missing, value)
		}
	}
	for _, value := range in.Add {
		if err := l.add(&now, now, value); err != nil {
			return have, err
		}
	}
	return now, nil
}

// add parses one more element. What the contact already has is accepted as it is, and a repeated element counts once.
func (l list[T]) add(now *[]T, have []T, value string) error {
	if strings.TrimSpace(value) == "" {
		return nil
	}
	for _, old := range have {
		kind, text := l.show(old)
		if line(value) == line(text) || kind != "" && line(value) == line(kind+":"+text) {
			if !slices.Contains(*now, old) {
				*now = append(*now, old)
			}
			return nil
		}
	}
	kind, rest := l.split(value)
	element, err := l.parse(kind, rest)
	if err != nil {
		return err
	}
	for i, old := range *now {
		oldKind, _ := l.show(old)
		switch {
		case !l.means(old, rest):
		case kind == "" || kind == oldKind:
			return nil
		case oldKind == "":
			(*now)[i] = element // now it has a label
			return nil
		}
	}
	*now = append(*now, element)
	return nil
}

func (l list[T]) split(value string) (kind, rest string) {
	if l.plain {
		return "", value
	}
	return splitType(value)
}

// means reports whether what is typed is the element, with its label or without, in any spelling.
func (l list[T]) means(element T, typed string) bool {
	kind, text := l.show(element)
	typedKind, rest := l.split(typed)
	for _, value := range []string{typed, rest} {
		if foldedEqual(value, text) || l.same != nil && l.same(element, value) {
			return value == typed || typedKind == kind
		}
	}
	return false
}

// splitType splits the label off a value: a word of letters before a colon, in any script, that is not the beginning of
// a web address.
func splitType(value string) (kind, rest string) {
	before, after, found := strings.Cut(value, ":")
	kind = strings.ToLower(line(before))
	isLabel := kind != "" && utf8.RuneCountInString(kind) <= 30 && !strings.HasPrefix(after, "//") &&
		!slices.Contains([]string{"tel", "mailto", "xmpp", "sip", "urn", "geo", "sms", "skype"}, kind)
	for i, r := range kind {
		isLabel = isLabel && (unicode.IsLetter(r) || unicode.IsMark(r) || i > 0 && strings.ContainsRune(" '’-_", r))
	}
	switch {
	case !found || !isLabel || strings.Count(kind, " ") > 1:
		return "", value
	case kind == "mobile":
		return "cell", after
	}
	return kind, after
}

func listOfTags() list[string] {
	return list[string]{
		plain: true,
		parse: func(_, value string) (string, error) { return value, nil },
		show:  func(tag string) (string, string) { return "", tag },
	}
}
