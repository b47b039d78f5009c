package console

import "strings"

// Suggest returns the candidate that word was probably meant to be, or "" when none is near. Letter case does not
// count; a transposition of neighbours is one mistake. Allowed are one mistake in words of up to four letters, else
// two, and word may be the beginning of exactly one candidate.
func Suggest(word string, candidates []string) string {
	typed := []rune(strings.ToLower(word))
	allowed := 2
	if len([]rune(strings.TrimLeft(word, "-"))) <= 4 {
		allowed = 1
	}
	best, distance := "", allowed+1
	var continued []string
	for _, candidate := range candidates {
		known := []rune(strings.ToLower(candidate))
		if d := mistakes(typed, known); d < distance {
			best, distance = candidate, d
		}
		if len(typed) > 1 && strings.HasPrefix(string(known), string(typed)) {
			continued = append(continued, candidate)
		}
	}
	if best == "" && len(continued) == 1 {
		return continued[0]
	}
	return best
}

// mistakes returns the number of insertions, deletions, substitutions and transpositions of neighbours between a and b
// (optimal string alignment).
func mistakes(a, b []rune) int {
	before, last, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			substitution := last[j-1]
			if a[i-1] != b[j-1] {
				substitution++
			}
			current[j] = min(last[j]+1, current[j-1]+1, substitution)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, last, current = last, current, before
	}
	return last[len(b)]
}
