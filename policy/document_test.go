package policy

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Commands that stand within sentences, `junksort undo DIR` or `make check`, exist, with their flags. Called with
// the programs on PATH.
func inlineCommands(t *testing.T, programs []string) {
	help := map[string]string{}
	entries := map[string][]entry{}
	for _, program := range programs {
		entries[program] = parseEntries(t, commandsOfHelp(t, program))
		help[program] = shell(t, "bash", program+" --help")
	}
	fences := regexp.MustCompile("(?ms)^```.*?^```$")
	flag := regexp.MustCompile(`(?:^| )(--[a-z][a-z-]*)`)
	targets := string(read(t, filepath.Join(root, "Makefile")))
	checked := 0
	walk(t, root, func(path string) {
		if !strings.HasSuffix(path, ".md") || strings.Contains(path, "/testdata/") {
			return
		}
		for _, span := range codeSpans(fences.ReplaceAllString(string(read(t, path)), "")) {
			program, rest, _ := strings.Cut(span, " ")
			if program == "make" && regexp.MustCompile(`^[a-z-]+$`).MatchString(rest) {
				if !strings.Contains(targets, "\n"+rest+":") {
					t.Errorf("%s: `%s`: no such target", path, span)
				}
				checked++
			}
			if !slices.Contains(programs, program) || rest == "" || strings.HasPrefix(rest, "COMMAND") {
				continue
			}
			checked++
			command := longest(entries[program], commandWords(rest))
			if command == "" && !strings.HasPrefix(rest, "-") &&
				!slices.Contains([]string{"man", "completion", "help"}, commandWords(rest)) {
				t.Errorf("%s: `%s`: %s has no such command", path, span, program)
				continue
			}
			all := help[program]
			if command != "" {
				all += shell(t, "bash", program+" "+command+" --help")
			}
			before, _, _ := strings.Cut(rest, " -- ")
			for _, m := range flag.FindAllStringSubmatch(before, -1) {
				if !regexp.MustCompile(m[1] + `\b`).MatchString(all) {
					t.Errorf("%s: `%s`: there is no flag %s", path, span, m[1])
				}
			}
		}
	})
	if checked == 0 {
		t.Error("no command was found in any document")
	}
}

// longest returns the longest command that the words begin with, "" if none.
func longest(entries []entry, words string) string {
	found := ""
	for _, e := range entries {
		if (words == e.command || strings.HasPrefix(words, e.command+" ")) && len(e.command) > len(found) {
			found = e.command
		}
	}
	return found
}
