package policy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// The line that every README begins with starts an assistant, in an empty home.
func TestNewcomer(t *testing.T) {
	block := regexp.MustCompile("<!-- run by TestNewcomer in policy -->\n```sh\n(.*)\n```\n")
	line := ""
	for _, document := range []string{"README.md", "README.uk.md", "assistant/README.md"} {
		found := block.FindStringSubmatch(string(read(t, filepath.Join(root, document))))
		if found == nil || (line != "" && found[1] != line) {
			t.Fatalf("%s does not begin with one line, the same as in the others: %q", document, found)
		}
		line = found[1]
	}
	folder, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	environment := []string{"GOWORK=", "NO_COLOR=1", "XDG_DATA_HOME=", "XDG_STATE_HOME="}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := goCommand(".", "env", name)
		if err != nil {
			t.Fatal(err)
		}
		environment = append(environment, name+"="+strings.TrimSpace(value))
	}
	// Compiling may take longer than a person at a terminal waits.
	if out, err := workspaceCommand("go", "build", "-o", os.DevNull, "./assistant/cmd/assistant"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s := consoletest.Terminal(t, environment, "sh", "-c", "cd "+folder+" && "+line)
	s.Await("assistant> ")
	s.Type("contact add --name 'Леся Косач' --birthday 1871-02-25\r")
	s.Await("added Леся Косач")
	s.Type("exit\r")
	if code := s.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
