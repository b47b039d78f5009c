package policy

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// What a build reads beside Go, assembly and embedded files, comes into the images: .dockerignore lets it through.
// TestContext of deploy asks Docker's engine the same, and what else is sent; this one finds a forgotten file wherever
// the tests run.
func TestBuildsFindTheirFiles(t *testing.T) {
	patterns, err := ignorefile.ReadAll(strings.NewReader(string(read(t, filepath.Join(root, ".dockerignore")))))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	base, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	const files = `{{$dir := .Dir}}{{range .SFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}` +
		`{{range .EmbedFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}`
	found := 0
	for _, module := range modules(t) {
		cmd := exec.Command("go", "list", "-f", files, "./...")
		cmd.Dir = filepath.Join(root, module)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list in %s: %v", module, err)
		}
		for _, file := range strings.Fields(string(out)) {
			found++
			name, err := filepath.Rel(base, file)
			if err != nil {
				t.Fatal(err)
			}
			if stays, err := ignored.MatchesOrParentMatches(name); err != nil || stays {
				t.Errorf("%s is built in, and .dockerignore keeps it out of the images (%v)", name, err)
			}
		}
	}
	if found == 0 {
		t.Error("no file was found")
	}
}
