package consoletest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console"
)

// Outcome is what a program's table of problems makes of an error: the error, and how the program ends because of it.
type Outcome struct {
	Name string // the variable or the type: "assistant.ErrNotFound", "assistant.FieldError"
	Err  error
	Code console.Code
	JSON string // the name in JSON; empty for that of Code
	Hint string // a part of it
}

// Problems compares problems with outcomes, which have to be complete both ways: every exported variable Err… and every
// exported type …Error of the packages in folders (relative to the test) must be in them, or in inside, the errors that
// no command returns; and every row of the table is needed by one of them.
func Problems(t *testing.T, problems console.Problems, folders, inside []string, outcomes []Outcome) {
	t.Helper()
	expected := slices.Clone(inside)
	needed := map[int]bool{}
	for _, o := range outcomes {
		expected = append(expected, o.Name)
		err := fmt.Errorf("wrapped: %w", o.Err)
		var got *console.Error
		if !errors.As(problems.Explain(err), &got) {
			t.Errorf("%s: no row fits it", o.Name)
			continue
		}
		hinted := strings.Contains(got.Hint, o.Hint) && (o.Hint == "") == (got.Hint == "")
		if got.Code != o.Code || got.Name != o.JSON || !hinted {
			t.Errorf("%s: exit code %d, name %q, hint %q, want %d, %q, %q",
				o.Name, got.Code, got.Name, got.Hint, o.Code, o.JSON, o.Hint)
		}
		if i, _, ok := problems.Row(err); ok {
			needed[i] = true
		}
	}
	for i := range problems {
		if !needed[i] {
			t.Errorf("row %d of the table (%v) is reached by no error of this test", i, problems[i].Is)
		}
	}
	for _, folder := range folders {
		for _, name := range exportedErrors(t, folder) {
			if !slices.Contains(expected, name) {
				t.Errorf("%s is neither in the test nor among the errors that stay inside", name)
			}
		}
	}
}

// exportedErrors returns the variables Err… and the types …Error of a package: "assistant.ErrNotFound".
func exportedErrors(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s (%v)", folder, err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, data, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range syntax.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						if gen.Tok == token.VAR && strings.HasPrefix(name.Name, "Err") {
							names = append(names, syntax.Name.Name+"."+name.Name)
						}
					}
				case *ast.TypeSpec:
					if ast.IsExported(spec.Name.Name) && strings.HasSuffix(spec.Name.Name, "Error") {
						names = append(names, syntax.Name.Name+"."+spec.Name.Name)
					}
				}
			}
		}
	}
	return names
}
