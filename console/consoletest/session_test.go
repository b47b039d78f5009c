package consoletest

import (
	"strings"
	"testing"
)

func TestSession(t *testing.T) { Session(t, "testdata/session.md") }

func TestStepMatches(t *testing.T) {
	tests := []struct {
		want, got string
		matches   bool
	}{
		{"a b", "a b", true},
		{"a b", "a", false},
		{"a", "a b", false},
		{"", "", true},
		{"", "a", false},
		{"...", "", true},
		{"...", "a b", true},
		{"a ... d", "a b c d", true},
		{"a ... d", "a d", true},
		{"a ... d", "a b c", false},
		{"a.c", "abc", false},
		{"a(...)c", "a(b)c", true},
		{"a(...)c", "ac", false},
	}
	for _, test := range tests {
		s := step{want: strings.Fields(test.want)}
		if got := s.matches(strings.Fields(test.got)); got != test.matches {
			t.Errorf("%q and %q: got %t", test.want, test.got, got)
		}
	}
}
