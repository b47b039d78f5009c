package view_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/view"
)

// Every sentence that says in the sources what is wrong with a field has a code of its own, and is said in Ukrainian.
func TestEveryProblemHasACode(t *testing.T) {
	said := problemsInSources(t)
	if len(said) < 40 {
		t.Errorf("only %d problems were found", len(said))
	}
	english, ukrainian, codes := catalog.New("en"), catalog.New("uk"), map[string]string{}
	for sentence, file := range said {
		e := &assistant.FieldError{Field: "name", Problem: sentence}
		code := e.ProblemCode()
		if other, taken := codes[code]; taken || code == assistant.OtherProblem {
			t.Errorf("%s: %q has the code %q, as %q", file, sentence, code, other)
		}
		codes[code] = sentence
		if text := view.Wrong(english, e); text != sentence {
			t.Errorf("%s: %q in English", file, text)
		}
		if text := view.Wrong(ukrainian, e); text == sentence || !ukrainian.Knows(sentence) {
			t.Errorf("%s: %q in Ukrainian", file, text)
		}
		if back := assistant.ProblemSentence(code); back != sentence {
			t.Errorf("%s is the code of %q and of %q", code, sentence, back)
		}
	}
	_, err := assistant.ParsePhone("12345", "UA")
	wrong, ok := err.(*assistant.FieldError)
	if !ok || wrong.ProblemCode() != "phone_of_no_region" || view.Wrong(english, wrong) != wrong.Problem ||
		strings.Contains(view.Wrong(ukrainian, wrong), "not") {
		t.Errorf("%v in Ukrainian: %q", err, view.Wrong(ukrainian, wrong))
	}
}

// problemsInSources returns the sentences, and the file of each: what stands as the Problem of a FieldError, what a
// variable of that name gets, and what the helpers wrong and invalid are given.
func problemsInSources(t *testing.T) map[string]string {
	t.Helper()
	said := map[string]string{}
	for _, pattern := range []string{"../../*.go", "../../store/*.go", "../*/*.go", "../web/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if lit, ok := n.(*ast.CompositeLit); ok {
					if name, ok := lit.Type.(*ast.SelectorExpr); ok && name.Sel.Name == "SyntaxError" {
						return false // of a card, not of a field
					}
				}
				for _, e := range problemsOf(n) {
					if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						if text, err := strconv.Unquote(lit.Value); err == nil && text != "" {
							said[text] = file
						}
					}
				}
				return true
			})
		}
	}
	for _, password := range []string{"short", strings.Repeat("long", 1000)} {
		said[secret.Check(password).Error()] = "secret"
	}
	delete(said, "not a telephone number of region ") // which has a value in it, and a Code
	return said
}

// problemsOf returns the expressions of a node that are sentences about a field.
func problemsOf(n ast.Node) []ast.Expr {
	named := func(e ast.Expr) bool {
		name, ok := e.(*ast.Ident)
		return ok && slices.Contains([]string{"problem", "noDate", "ambiguousDate"}, name.Name)
	}
	var found []ast.Expr
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Problem" {
			found = append(found, n.Value)
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if named(left) && i < len(n.Rhs) {
				found = append(found, n.Rhs[i])
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if named(name) && i < len(n.Values) {
				found = append(found, n.Values[i])
			}
		}
	case *ast.CallExpr:
		name, ok := n.Fun.(*ast.Ident)
		if ok && name.Name == "wrong" && len(n.Args) == 2 {
			found = append(found, n.Args[0])
		}
		if ok && name.Name == "invalid" && len(n.Args) == 2 {
			found = append(found, n.Args[1])
		}
	}
	return found
}
