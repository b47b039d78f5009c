package policy

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// everyModule returns the modules of go.work and the root module, ".".
func everyModule(t *testing.T) []string {
	return append(modules(t), ".")
}

func goMod(t *testing.T, module string) *modfile.File {
	t.Helper()
	name := filepath.Join(root, module, "go.mod")
	mod, err := modfile.Parse(name, read(t, name), nil)
	if err != nil {
		t.Fatal(err)
	}
	return mod
}

// A program that is built from two modules must not change its libraries with the folder it is built in.
func TestVersionsAreEqual(t *testing.T) {
	type use struct{ version, module string }
	first := map[string]use{}
	for _, module := range everyModule(t) {
		mod := goMod(t, module)
		for path, version := range map[string]string{"go": mod.Go.Version, "toolchain": mod.Toolchain.Name} {
			if was, ok := first[path]; ok && was.version != version {
				t.Errorf("%s: %s in %s, %s in %s", path, version, module, was.version, was.module)
			}
			first[path] = use{version, module}
		}
		for _, require := range mod.Require {
			path, version := require.Mod.Path, require.Mod.Version
			if was, ok := first[path]; ok && was.version != version {
				t.Errorf("%s: %s in %s, %s in %s (make tidy)", path, version, module, was.version, was.module)
				continue
			}
			first[path] = use{version, module}
		}
	}
}

func TestSiblingsAreReplaced(t *testing.T) {
	for _, module := range everyModule(t) {
		mod := goMod(t, module)
		for _, require := range mod.Require {
			sibling, ok := strings.CutPrefix(require.Mod.Path, prefix+"/")
			if !ok {
				continue
			}
			if require.Mod.Version != "v0.0.0" {
				t.Errorf("%s requires %s at %s, want v0.0.0", module, sibling, require.Mod.Version)
			}
			want := "../" + sibling
			if module == "." {
				want = "./" + sibling
			}
			replaced := slices.ContainsFunc(mod.Replace, func(r *modfile.Replace) bool {
				return r.Old.Path == require.Mod.Path && r.New.Path == want
			})
			if !replaced {
				t.Errorf("%s does not replace %s by %s", module, require.Mod.Path, want)
			}
		}
	}
}

func TestTidy(t *testing.T) {
	for _, module := range everyModule(t) {
		if diff, err := goCommand(module, "mod", "tidy", "-diff"); err != nil {
			t.Errorf("%s: go mod tidy would change:\n%s", module, diff)
		}
	}
}

// Whoever takes one module alone gets no go.work with it.
func TestBuildsOutsideTheWorkspace(t *testing.T) {
	for _, module := range modules(t) {
		if out, err := goCommand(module, "build", "./..."); err != nil {
			t.Errorf("%s: GOWORK=off go build: %v\n%s", module, err, out)
		}
		if out, err := goCommand(module, "vet", "./..."); err != nil {
			t.Errorf("%s: GOWORK=off go vet: %v\n%s", module, err, out)
		}
	}
}
