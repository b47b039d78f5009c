package assistant

import (
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant/search"
)

// Merged returns here with what there has changed since base: three versions of one contact. Where both sides have
// changed one value, here keeps its own.
func Merged(base, there, here *Contact) *Contact {
	if here.Group {
		return mergedGroup(base, there, here)
	}
	merged := *here
	merged.take(base, there)
	if here.CallEvery == base.CallEvery {
		merged.CallEvery = there.CallEvery
	}
	if here.Called == base.Called {
		merged.Called = there.Called
	}
	return &merged
}

// MergedNote is [Merged] for notes. A text is merged line by line where the two sides have changed different lines.
func MergedNote(base, there, here *Note) *Note {
	merged := *here
	var m merger
	field(&m, "title", &merged.Title, base.Title, there.Title)
	field(&m, "pinned", &merged.Pinned, base.Pinned, there.Pinned)
	field(&m, "due", &merged.Due, base.Due, there.Due)
	field(&m, "remind", &merged.Remind, base.Remind, there.Remind)
	field(&m, "done", &merged.Done, base.Done, there.Done)
	elements(&m, "tag", &merged.Tags, base.Tags, there.Tags, search.Fold)
	merged.Text, merged.Tags = mergedText(base.Text, there.Text, here.Text), CleanTags(merged.Tags)
	merged.Version = there.Version
	return &merged
}

// A hunk is the part of a text's lines that is different in another version.
type hunk struct {
	from, to int
	lines    []string
}

// changedLines returns from which line to which a version differs from base, and what it has there.
func changedLines(base, version []string) hunk {
	from := 0
	for from < len(base) && from < len(version) && base[from] == version[from] {
		from++
	}
	end := 0
	for end < len(base)-from && end < len(version)-from && base[len(base)-1-end] == version[len(version)-1-end] {
		end++
	}
	return hunk{from, len(base) - end, version[from : len(version)-end]}
}

// mergedText returns the text of here with what there has changed since base; if both have changed the same or adjacent
// lines, it is just the text of here.
func mergedText(base, there, here string) string {
	switch {
	case there == base || there == here:
		return here
	case here == base:
		return there
	}
	lines := strings.Split(base, "\n")
	first, second := changedLines(lines, strings.Split(here, "\n")), changedLines(lines, strings.Split(there, "\n"))
	if second.from < first.from {
		first, second = second, first
	}
	if first.to >= second.from {
		return here
	}
	return strings.Join(slices.Concat(
		lines[:first.from], first.lines, lines[first.to:second.from], second.lines, lines[second.to:],
	), "\n")
}
