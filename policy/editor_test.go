package policy

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An editor formats, vets and tests as make check and make test do.
func TestEditorSettings(t *testing.T) {
	var settings struct {
		FormatOnSave bool              `json:"editor.formatOnSave"`
		VetOnSave    string            `json:"go.vetOnSave"`
		LintTool     string            `json:"go.lintTool"`
		Tools        map[string]string `json:"go.alternateTools"`
		TestFlags    []string          `json:"go.testFlags"`
		Gopls        struct {
			Gofumpt     bool `json:"formatting.gofumpt"`
			Staticcheck bool `json:"ui.diagnostic.staticcheck"`
		} `json:"gopls"`
	}
	decode(t, ".vscode/settings.json", &settings)
	makefile := string(read(t, filepath.Join(root, "Makefile")))
	for what, both := range map[string][2]bool{
		"gofumpt":     {strings.Contains(makefile, "/gofumpt -l ."), settings.FormatOnSave && settings.Gopls.Gofumpt},
		"go vet":      {strings.Contains(makefile, "go vet work"), settings.VetOnSave != "" && settings.VetOnSave != "off"},
		"staticcheck": {strings.Contains(makefile, "/staticcheck ./..."), settings.Gopls.Staticcheck && settings.LintTool == "staticcheck" && settings.Tools["staticcheck"] == "${workspaceFolder}/bin/tools/staticcheck"},
		"-race":       {strings.Contains(makefile, "go test -race"), slices.Contains(settings.TestFlags, "-race")},
	} {
		if !both[0] || !both[1] {
			t.Errorf("%s: in the Makefile %t, in the editor %t", what, both[0], both[1])
		}
	}
	var tasks struct {
		Tasks []struct{ Label, Command string }
	}
	decode(t, ".vscode/tasks.json", &tasks)
	for _, task := range tasks.Tasks {
		if target := strings.TrimPrefix(task.Command, "make "); target != task.Label ||
			!strings.Contains(makefile, "\n"+target+":") {
			t.Errorf("the editor's task %q runs %q", task.Label, task.Command)
		}
	}
}

// Everybody compiles with the same Go: the workspace, the images, the development container.
func TestOneGoVersion(t *testing.T) {
	toolchain := goMod(t, ".").Toolchain.Name
	want := "golang:" + strings.TrimPrefix(toolchain, "go") + "-bookworm"
	if !strings.Contains(string(read(t, filepath.Join(root, "go.work"))), "\ntoolchain "+toolchain+"\n") {
		t.Errorf("go.work does not name %s", toolchain)
	}
	var container struct{ Image string }
	decode(t, ".devcontainer/devcontainer.json", &container)
	if container.Image != want {
		t.Errorf("the development container is %s, want %s", container.Image, want)
	}
	image := regexp.MustCompile(`(?m)^ARG GO_IMAGE=(.*)$`).FindSubmatch(read(t, filepath.Join(root, "deploy/Dockerfile")))
	if image == nil || string(image[1]) != want {
		t.Errorf("deploy/Dockerfile builds with %q, want %s", image, want)
	}
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	if err := json.Unmarshal(read(t, filepath.Join(root, file)), into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
