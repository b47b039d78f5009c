package policy

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// ratchetFile holds how many places of each module break a rule that came after them. The numbers only shrink:
//
//	GOWORK=off go test ./policy -run 'TestRules|TestAdding' -update
const ratchetFile = "testdata/ratchet.txt"

// broken collects the places that break rules, by rule and module.
type broken map[string][]string

// at says that a place, a path below the root with what is wrong there, breaks rule.
func (b broken) at(rule, path, what string) {
	module, _, _ := strings.Cut(path, "/")
	key := rule + " " + module
	b[key] = append(b[key], path+": "+what)
}

// ratchetOf compares the places with the numbers of ratchetFile for rules: more of them are an error, fewer are written
// down with -update.
func ratchetOf(t *testing.T, found broken, rules ...string) {
	t.Helper()
	var lines []string // of other rules
	allowed := map[string]int{}
	for line := range strings.Lines(string(read(t, ratchetFile))) {
		var rule, module string
		var n int
		if _, err := fmt.Sscan(line, &rule, &module, &n); err != nil {
			continue
		}
		if slices.Contains(rules, rule) {
			allowed[rule+" "+module] = n
		} else {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	for key, places := range found {
		if len(places) > allowed[key] {
			const shown = 12
			more := ""
			if len(places) > shown {
				more = "\n  ..."
			}
			t.Errorf("%s: %d places, at most %d:\n  %s%s", key, len(places), allowed[key],
				strings.Join(places[:min(shown, len(places))], "\n  "), more)
		}
	}
	if !*update {
		return
	}
	for key := range found {
		if n := min(len(found[key]), allowed[key]); n > 0 {
			lines = append(lines, fmt.Sprint(key, " ", n))
		}
	}
	slices.Sort(lines)
	text := "# rule module places: how many places still break a rule. The numbers only shrink.\n" +
		strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(ratchetFile, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
