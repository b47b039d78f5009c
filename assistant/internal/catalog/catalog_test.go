package catalog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/pythonweb/goweb/assistant/internal/catalog"
)

// Whatever the commands and views say through the catalogue is in it, in Ukrainian, with the same verbs.
func TestUkrainianIsComplete(t *testing.T) {
	uk := catalog.New("uk")
	said := 0
	for _, pattern := range []string{"../command/*.go", "../view/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
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
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if method.Sel.Name == "plain" { // the heads of a table
					for _, arg := range call.Args {
						if text, ok := literal(arg); ok && text != "ID" && !uk.Knows(text) {
							t.Errorf("%s: no Ukrainian for the column %q", file, text)
						}
					}
				}
				if method.Sel.Name == "Message" && len(call.Args) > 0 && english(call.Args[0]) {
					t.Errorf("%s: a message is said without the catalogue", file)
				}
				if !isLanguage(method.X) {
					return true
				}
				for _, arg := range call.Args[:min(2, len(call.Args))] {
					if text, ok := literal(arg); ok && (arg == call.Args[0] || method.Sel.Name == "Count") {
						said++
						if !uk.Knows(text) {
							t.Errorf("%s: no Ukrainian for %q", file, text)
						}
					}
				}
				return true
			})
		}
	}
	texts := regexp.MustCompile(`(?:\.T|\.Count [.A-Za-z$]+|"heading"|Field "[a-z_]+") "([^"]+)"`)
	for _, pattern := range []string{"../view/html/*.html", "../web/page/html/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range texts.FindAllStringSubmatch(string(text), -1) {
				if said++; !uk.Knows(found[1]) {
					t.Errorf("%s: no Ukrainian for %q", file, found[1])
				}
			}
		}
	}
	if said < 80 {
		t.Errorf("only %d texts were found", said)
	}
}

// english says that an expression is a text, or begins with one.
func english(e ast.Expr) bool {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return english(sum.X)
	}
	text, ok := literal(e)
	return ok && text != "" && unicode.IsLetter(rune(text[0]))
}

func isLanguage(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return strings.EqualFold(e.Sel.Name, "lang")
	case *ast.Ident:
		return e.Name == "lang"
	}
	return false
}

// literal returns a text that is written in the code, also in parts.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also
	}
	return "", false
}

func TestVerbsAgree(t *testing.T) {
	verbs := regexp.MustCompile(`%(\[\d\])?[a-z]`)
	uk := catalog.New("uk_UA.UTF-8")
	for _, english := range uk.Texts() {
		want := verbs.FindAllString(strings.Split(english, "|")[len(strings.Split(english, "|"))-1], -1)
		forms := strings.Split(uk.Text(english), "|")
		for _, form := range forms[len(forms)-1:] {
			if got := verbs.FindAllString(form, -1); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%q has %q and %q has %q", english, want, form, got)
			}
		}
	}
}

func TestPlural(t *testing.T) {
	uk, en := catalog.New("uk"), catalog.New("de_DE")
	for n, want := range map[int]string{
		0: "0 днів", 1: "1 день", 2: "2 дні", 5: "5 днів", 11: "11 днів",
		12: "12 днів", 21: "21 день", 22: "22 дні", 111: "111 днів",
	} {
		if got := uk.Count(n, "%d day|%d days"); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if got := en.Count(1, "%d day|%d days") + en.Count(0, "%d day|%d days"); got != "1 day0 days" {
		t.Error(got)
	}
}
