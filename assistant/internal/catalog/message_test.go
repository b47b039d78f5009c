package catalog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant/internal/catalog"
)

// Every error and hint that a person may read is in the catalogue: those of the commands, of the library, of package
// console, and what package storage says of its databases.
func TestErrorsAreInUkrainian(t *testing.T) {
	uk := catalog.New("uk")
	words := regexp.MustCompile(`[A-Za-z]{2,}`)
	verbs := regexp.MustCompile(`%(\[\d\])?[a-z]`)
	seen := map[string]bool{}
	check := func(file string, e ast.Expr) {
		text, ok := literal(e)
		if !ok || !words.MatchString(verbs.ReplaceAllString(text, "")) || seen[text] {
			return
		}
		seen[text] = true
		if !uk.Knows(text) {
			t.Errorf("%s: no Ukrainian for %q", file, text)
		}
	}
	for _, pattern := range []string{
		"../../*.go", "../*/*.go", "../../../console/*.go", "../../../storage/reason*.go", "../../../storage/*/reason.go",
	} {
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
				for _, e := range said(n, strings.Contains(file, "reason")) {
					check(file, e)
				}
				return true
			})
		}
	}
	if len(seen) < 200 {
		t.Errorf("only %d texts were found", len(seen))
	}
}

// said returns the texts for people in a call, a composite literal or, where reasons are made, a return.
func said(n ast.Node, reasons bool) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		method, ok := n.Fun.(*ast.SelectorExpr)
		name := ""
		if ok {
			name = method.Sel.Name
			if x, ok := method.X.(*ast.Ident); ok && x.Name == "fmt" {
				return nil // within an error that is said otherwise
			}
		} else if f, ok := n.Fun.(*ast.Ident); ok {
			name = f.Name
		}
		if slices.Contains([]string{"Errorf", "Usagef", "Warnf", "Notef", "Confirm", "Message"}, name) {
			return n.Args[:min(3, len(n.Args))]
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "Problem" || key.Name == "Hint") {
			return []ast.Expr{n.Value}
		}
	case *ast.ReturnStmt:
		if reasons {
			return n.Results
		}
	case *ast.CompositeLit:
		if reasons {
			return slices.DeleteFunc(slices.Clone(n.Elts), func(e ast.Expr) bool {
				text, ok := literal(e)
				return !ok || !strings.Contains(text, " ")
			})
		}
	}
	return nil
}

// A message is known by the pattern that makes it, and what a person typed in it stays.
func TestMessages(t *testing.T) {
	uk := catalog.New("uk")
	for english, want := range map[string]string{
		`unknown command "ad"`:                           `немає команди "ad"`,
		`did you mean "contact add" or "note add"?`:      `можливо, "contact add" або "note add"?`,
		"see assistant contact add --help":               "див. assistant contact add --help",
		`unknown time zone "a \"quoted\" one"`:           `немає часового поясу "a \"quoted\" one"`,
		"2 of 3 commands failed":                         "не вдалося команд: 2 з 3",
		"contact rm needs ID|NAME":                       "команді contact rm потрібно: ID|NAME",
		"db needs a command (migrate, status)":           "команді db потрібно: команда (migrate, status)",
		"note needs note":                                "команді note потрібно: note",
		`немає нотатки "he needs milk"`:                  `немає нотатки "he needs milk"`,
		`--days: "soon" is not a whole number`:           `--days: "soon" — це не ціле число`,
		"what nobody has translated":                     "what nobody has translated",
		"remove contact \"%s %d\" needs to be confirmed": "це треба підтвердити: remove contact \"%s %d\"",
	} {
		if got := uk.Message(english); got != want {
			t.Errorf("%q: %q, not %q", english, got, want)
		}
		if got := catalog.New("en").Message(english); got != english {
			t.Errorf("English: %q", got)
		}
	}
}
