package assistant

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant/search"
)

// CleanTags returns the tags in their order, without spaces around them, empty ones and repeated ones. Tags that
// differ only as [search.Fold] ignores are one tag, spelt as it stands first.
func CleanTags(tags []string) []string {
	var clean []string
	for _, tag := range tags {
		tag = strings.Join(strings.Fields(tag), " ")
		same := func(other string) bool { return search.Fold(other) == search.Fold(tag) }
		if tag != "" && !slices.ContainsFunc(clean, same) {
			clean = append(clean, tag)
		}
	}
	slices.SortFunc(clean, func(a, b string) int { return cmp.Compare(search.OrderKey(a), search.OrderKey(b)) })
	return clean
}

// foldedEqual compares as [search.Fold] does.
func foldedEqual(a, b string) bool { return search.Fold(a) == search.Fold(b) }
