package policy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// prefix is the module path of the repository's root; every module's path is the prefix, a slash and its folder.
const prefix = "github.com/pythonweb/goweb"

// root is the repository's root as seen from this package's folder, where go test runs the tests.
const root = ".."

// shared tells whether products may import the module. No other module may be imported by a sibling.
func shared(module string) bool {
	return module == "console" || module == "serializer" || module == "storage"
}

// modules returns the folders that go.work uses, in its order.
func modules(t *testing.T) []string {
	t.Helper()
	name := filepath.Join(root, "go.work")
	work, err := modfile.ParseWork(name, read(t, name), nil)
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, use := range work.Use {
		folders = append(folders, strings.TrimPrefix(use.Path, "./"))
	}
	if len(folders) == 0 {
		t.Fatalf("%s uses no module", name)
	}
	return folders
}

// file is one parsed Go file that is not a test.
type file struct {
	path   string // below the root, with slashes
	folder string // of the path
	syntax *ast.File
	lines  int
}

// source parses every Go file of every module that is no test, nested modules included.
func source(t *testing.T, set *token.FileSet) []file {
	t.Helper()
	var files []file
	for _, module := range modules(t) {
		err := filepath.WalkDir(filepath.Join(root, module), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "testdata" {
				return fs.SkipDir
			}
			if entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			data := read(t, path)
			syntax, err := parser.ParseFile(set, path, data, parser.ParseComments)
			if err != nil {
				return err
			}
			below, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			below = filepath.ToSlash(below)
			files = append(files, file{
				path:   below,
				folder: below[:strings.LastIndex(below, "/")],
				syntax: syntax,
				lines:  strings.Count(string(data), "\n"),
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// workspaceCommand runs a command at the root, within the workspace, and returns what it printed.
func workspaceCommand(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// goCommand runs the go command in a folder below the root, outside the workspace, and returns what it printed.
func goCommand(folder string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = filepath.Join(root, folder)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
