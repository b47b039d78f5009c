package policy

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// libraries are the packages that other people's modules are meant to import.
func libraries() []string {
	return []string{
		"assistant/store",
		"serializer",
		"storage/lru",
		"schooldb",
		"junksort",
		"lanchat",
		"factorize",
		"console",
	}
}

// TestOutside: a module somewhere else that imports a library is built and does what the library's Example says. Its
// main function is the Example of example_test.go, which so has nothing but the public packages.
func TestOutside(t *testing.T) {
	for _, library := range libraries() {
		t.Run(library, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(root, library, "example_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			program, want := mainOf(t, string(data))
			dir := t.TempDir()
			put(t, filepath.Join(dir, "main.go"), []byte(program))
			module, _, _ := strings.Cut(library, "/")
			outsideModule(t, dir, module)
			cmd := exec.Command("go", "run", ".")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
			out, err := cmd.CombinedOutput()
			if err != nil || strings.TrimSpace(string(out)) != want {
				t.Errorf("%v\ngot\n%s\nwant\n%s", err, out, want)
			}
		})
	}
}

// mainOf makes a program of a file with an Example, and returns what it prints.
func mainOf(t *testing.T, example string) (program, want string) {
	t.Helper()
	header := regexp.MustCompile(`(?m)^package \w+_test$`)
	function := regexp.MustCompile(`(?m)^func Example\(\) \{$`)
	if !header.MatchString(example) || !function.MatchString(example) {
		t.Fatal("example_test.go has to be of the package …_test, with func Example()")
	}
	program = function.ReplaceAllString(header.ReplaceAllString(example, "package main"), "func main() {")
	_, output, ok := strings.Cut(program, "// Output:")
	if !ok {
		t.Fatal("the Example has no output")
	}
	output, _, _ = strings.Cut(output, "\n}")
	var lines []string
	for line := range strings.SplitSeq(output, "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "//")
		lines = append(lines, strings.TrimPrefix(line, " "))
	}
	return program, strings.TrimSpace(strings.Join(lines, "\n"))
}

// outsideModule makes a module in dir that requires what module requires, and module itself, all from this repository.
func outsideModule(t *testing.T, dir, module string) {
	t.Helper()
	mod := goMod(t, module)
	if err := mod.AddModuleStmt("example.com/outside"); err != nil {
		t.Fatal(err)
	}
	if err := mod.AddRequire(prefix+"/"+module, "v0.0.0"); err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	siblings := []string{module}
	for _, r := range mod.Replace {
		siblings = append(siblings, path.Base(r.Old.Path))
	}
	for _, sibling := range siblings {
		if err := mod.AddReplace(prefix+"/"+sibling, "", filepath.Join(here, sibling), ""); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(dir, "go.mod"), modfile.Format(mod.Syntax))
	put(t, filepath.Join(dir, "go.sum"), read(t, filepath.Join(root, module, "go.sum")))
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
