package policy

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// ratchetFile holds how many places of each module break a rule that came after them. The numbers only shrink:
//
//	GOWORK=off go test ./policy -run TestRules -update
const ratchetFile = "testdata/ratchet.txt"

// broken collects the places that break rules, by rule and module.
type broken map[string][]string

// at says that a place, a path below the root with what is wrong there, breaks rule.
func (b broken) at(rule, path, what string) {
	module, _, _ := strings.Cut(path, "/")
	key := rule + " " + module
	b[key] = append(b[key], path+": "+what)
}

// ratchet compares the places with the numbers of ratchetFile: more of them are an error, fewer are written down
// with -update.
func ratchet(t *testing.T, found broken) {
	t.Helper()
	allowed := map[string]int{}
	for line := range strings.Lines(string(read(t, ratchetFile))) {
		var rule, module string
		var n int
		if _, err := fmt.Sscan(line, &rule, &module, &n); err == nil {
			allowed[rule+" "+module] = n
		}
	}
	for key, places := range found {
		if len(places) > allowed[key] {
			t.Errorf("%s: %d places, at most %d:\n  %s", key, len(places), allowed[key], strings.Join(places, "\n  "))
		}
	}
	if !*update {
		return
	}
	var b strings.Builder
	b.WriteString("# rule module places: how many places still break a rule of TestRules. The numbers only shrink.\n")
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if n := min(len(found[key]), allowed[key]); n > 0 {
			fmt.Fprintf(&b, "%s %d\n", key, n)
		}
	}
	if err := os.WriteFile(ratchetFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
