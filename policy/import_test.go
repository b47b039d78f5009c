package policy

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goPackage is what these tests read of `go list -json`.
type goPackage struct {
	ImportPath   string
	Name         string
	Doc          string
	Deps         []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// goList lists the packages of a module, as the workspace builds them.
func goList(t *testing.T, module string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Deps,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = filepath.Join(root, module)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v", module, err)
	}
	var list []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// moduleOf returns the sibling module that holds the package, "" for a package of somebody else.
func moduleOf(path string) string {
	below, ok := strings.CutPrefix(path, prefix+"/")
	if !ok {
		return ""
	}
	module, _, _ := strings.Cut(below, "/")
	return module
}

func TestProductsNeverImportEachOther(t *testing.T) {
	for _, module := range modules(t) {
		for _, p := range goList(t, module) {
			for _, list := range [][]string{p.Deps, p.TestImports, p.XTestImports} {
				for _, dependency := range list {
					if other := moduleOf(dependency); other != "" && other != module && !shared(other) {
						t.Errorf("%s depends on %s: only console, serializer and storage are shared", p.ImportPath, dependency)
					}
				}
			}
		}
	}
}

// The command is the outermost layer: only main knows it, and the library below it can be used without it.
func TestArrowsRunOneWay(t *testing.T) {
	for _, module := range modules(t) {
		library, command := prefix+"/"+module, prefix+"/"+module+"/internal/command"
		for _, p := range goList(t, module) {
			for _, imported := range p.Imports {
				within := func(folder string) bool { return imported == folder || strings.HasPrefix(imported, folder+"/") }
				isMain := strings.HasPrefix(p.ImportPath, library+"/cmd/")
				isCommand := p.ImportPath == command || strings.HasPrefix(p.ImportPath, command+"/")
				switch {
				case within(library + "/cmd"):
					t.Errorf("%s imports the program %s", p.ImportPath, imported)
				case within(command) && !isMain && !isCommand:
					t.Errorf("%s imports %s: only main and the commands may", p.ImportPath, imported)
				case p.ImportPath == library && module != "console" && imported == prefix+"/console":
					t.Errorf("%s, a library, imports the command line", p.ImportPath)
				}
			}
		}
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	for _, module := range modules(t) {
		for _, p := range goList(t, module) {
			if p.Doc == "" {
				t.Errorf("%s has no package comment", p.ImportPath)
			}
		}
	}
}

func TestPackageNames(t *testing.T) {
	forbidden := []string{"util", "utils", "common", "helper", "helpers", "misc", "base", "shared", "types", "models", "model", "manager", "lib"}
	for _, module := range modules(t) {
		for _, p := range goList(t, module) {
			for _, name := range forbidden {
				if p.Name == name || strings.HasSuffix(p.ImportPath, "/"+name) {
					t.Errorf("%s: the name %q says nothing about what is inside", p.ImportPath, name)
				}
			}
		}
	}
}
