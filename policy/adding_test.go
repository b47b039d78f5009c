package policy

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// examples are things that are there already, one of each kind of docs/adding.md: the words that only code about them
// uses, and the folders that the code is in, of which those in own belong to the thing alone and count as one place.
func examples() []example {
	return []example{
		{kind: "a command", thing: "`lanchat healthcheck`", module: "lanchat", words: `healthcheckCommand`},
		{
			kind: "a store", thing: "MongoDB", module: "assistant", words: `mongostore|mongodb:`,
			own: "assistant/internal/mongostore",
		},
		{
			kind: "a format", thing: "MessagePack", module: "serializer", words: `internal/msgpack"|MessagePack\b|"msgpack"`,
			own: "serializer/internal/msgpack",
		},
		{
			kind: "a column", thing: "`received_on`", module: "schooldb", words: `received_on`,
			own: "schooldb/migrations",
		},
		{kind: "a kind of message", thing: "the offer of a file", module: "lanchat", words: `FrameOffer\b`},
		{kind: "an archive format", thing: "tar", module: "junksort", words: `archive/tar"`},
		{
			kind: "a kind of step", thing: "the rewritten link", module: "junksort",
			words: `relinkKind\b|StepRelink\b|relinking\b|IntendRelink\b`,
		},
	}
}

type example struct{ kind, thing, module, words, own string }

// TestAdding: the checklists name every file that has to be looked at, and no list grows. A list of more than five
// files is counted in ratchetFile, as rule places.
func TestAdding(t *testing.T) {
	const most = 5
	found := broken{}
	for _, e := range examples() {
		places := e.places(t)
		if len(places) == 0 {
			t.Errorf("nothing knows %s: the words %s have changed", e.thing, e.words)
		}
		if len(places) > most {
			for _, place := range places[most:] {
				found.at("places", place, e.kind)
			}
		}
		generated(t, "docs/adding.md", e.kind, fmt.Sprintf("%s stands in %s: %s.\n",
			e.thing, count(len(places), "place"), "`"+strings.Join(places, "`, `")+"`"))
	}
	ratchetOf(t, found, "places")
}

// places returns the files that know the thing, in order.
func (e example) places(t *testing.T) []string {
	t.Helper()
	var places []string
	words := regexp.MustCompile(e.words)
	comment := regexp.MustCompile(`(?m)^\s*(//|--).*$|\s// .*$`)
	walk(t, filepath.Join(root, e.module), func(name string) {
		below := strings.TrimPrefix(filepath.ToSlash(name), root+"/")
		code := strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".sql")
		test := strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/bench/") ||
			strings.Contains(name, "/testdata/")
		if !code || test || !words.Match(comment.ReplaceAll(read(t, name), nil)) {
			return
		}
		if e.own != "" && strings.HasPrefix(below, e.own+"/") {
			below = e.own
		}
		places = append(places, below)
	})
	slices.Sort(places)
	return slices.Compact(places)
}

// count returns n things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "one " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
