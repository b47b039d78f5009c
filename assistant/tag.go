package assistant

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant/search"
)

// CleanTags returns the tags in order, without the spaces around them, empty ones and duplicates. Tags that are equal
// when folded, see [search.Fold], are one tag, which is spelt like the first of them.
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

// foldedEqual reports whether a and b are equal when folded, see [search.Fold].
func foldedEqual(a, b string) bool { return search.Fold(a) == search.Fold(b) }
