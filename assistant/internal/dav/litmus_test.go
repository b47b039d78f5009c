package dav_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// refusals are what litmus says when an address book takes no plain file and no folder. Behind "PUT of" it shows memory
// that it has given back, which may begin with the end of a line.
func refusals() []string {
	return []string{
		": 403 Forbidden", "PUT of `", "could not create collection", "PROPPATCH on `/dav/books/olena/litmus/prop'",
	}
}

var litmusLine = regexp.MustCompile(`(?m)([a-z_0-9]+)\.+ (pass|SKIPPED|FAIL.*)`)

// Debian's litmus passes as far as it stores no plain files or folders, which an address book refuses.
func TestLitmus(t *testing.T) {
	program := consoletest.Need(t, "litmus", "litmus")
	s := memory(t)
	for suite, passes := range map[string]string{
		"basic":    "init begin put_no_parent delete_null mkcol_no_parent mkcol_with_body finish",
		"copymove": "init begin copy_cleanup move_cleanup finish",
		"props":    "init begin propfind_invalid propfind_invalid2 propfind_d0 propextended propwformed propcleanup finish",
		"locks":    "init begin",
		"http":     "init begin expect100 finish",
	} {
		command := exec.CommandContext(t.Context(), program, "-k", s.url+homePath, "olena", s.app)
		command.Dir = t.TempDir() // where it writes its log
		command.Env = append(os.Environ(), "TESTS="+suite)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", suite, err)
		}
		good := make(map[string]bool)
		for _, line := range litmusLine.FindAllStringSubmatch(string(out), -1) {
			good[line[1]] = good[line[1]] || line[2] == "pass"
			expected := slices.ContainsFunc(refusals(), func(text string) bool { return strings.Contains(line[2], text) })
			if strings.HasPrefix(line[2], "FAIL") && (suite == "http" || !expected) {
				t.Errorf("%s: %s", suite, line[0])
			}
		}
		for name := range strings.FieldsSeq(passes) {
			if !good[name] {
				t.Errorf("%s: %s does not pass:\n%s", suite, name, out)
			}
		}
	}
}
