package serializer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOutside builds and runs the program of the page for people who come from elsewhere, in a module of its own.
func TestOutside(t *testing.T) {
	page, err := os.ReadFile("docs/switching.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "```go\n")
	program, rest, ok2 := strings.Cut(rest, "```\n")
	_, rest, ok3 := strings.Cut(rest, "```\n")
	want, _, ok4 := strings.Cut(rest, "```\n")
	if !ok || !ok2 || !ok3 || !ok4 {
		t.Fatal("the page has no program with its output")
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	const path = "github.com/pythonweb/goweb/"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.go": program,
		"go.mod": "module example.org/outside\n\ngo 1.26.0\n\nrequire " + path + "serializer v0.0.0\n\n" +
			"replace " + path + "serializer => " + here + "\n\n" +
			"replace " + path + "console => " + filepath.Join(filepath.Dir(here), "console") + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("go", "run", "-mod=mod", ".")
	run.Dir, run.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var said strings.Builder
	run.Stderr = &said
	got, err := run.Output()
	if err != nil || string(got) != want {
		t.Errorf("got %s, want %s: %v\n%s", got, want, err, said.String())
	}
}
