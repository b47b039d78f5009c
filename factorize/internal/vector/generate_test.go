package vector

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGenerated compares the assembly with what its generator writes now.
func TestGenerated(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"-out": "kernels_amd64.s", "-stubs": "kernels_amd64.go"}
	run := exec.Command("go", "run", ".", "-pkg", "vector")
	for flag, name := range files {
		run.Args = append(run.Args, flag, filepath.Join(dir, name))
	}
	run.Dir, run.Env = "generate", append(os.Environ(), "GOWORK=off")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range files {
		if code(t, name) != code(t, filepath.Join(dir, name)) {
			t.Errorf("%s is not what the generator writes (go generate ./factorize/internal/vector)", name)
		}
	}
}

// code returns a generated file without its first line, which names the command.
func code(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	return rest
}
