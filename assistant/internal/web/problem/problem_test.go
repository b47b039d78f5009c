package problem_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
)

// table is every error of the library, and how it is answered.
var table = map[string]struct {
	err    error
	status int
}{
	"FieldErrors":    {assistant.FieldErrors{{Field: "name", Problem: "a contact needs a name"}}, 422},
	"FieldError":     {&assistant.FieldError{Field: "q", Problem: "nothing"}, 422},
	"AmbiguousError": {&assistant.AmbiguousError{Kind: assistant.KindNote}, 409},
	"ConflictError":  {&assistant.ConflictError{Kind: assistant.KindNote}, 409},
	"NotFoundError":  {&assistant.NotFoundError{Kind: assistant.KindNote, Ref: "x"}, 404},
	"ErrNotFound":    {assistant.ErrNotFound, 404},
	"ErrExists":      {assistant.ErrExists, 409},
	"ErrReadOnly":    {assistant.ErrReadOnly, 403},
	"ErrFirstBook":   {assistant.ErrFirstBook, 409},
	"ErrUID":         {assistant.ErrUID, 409},
	"MaxBytesError":  {&http.MaxBytesError{Limit: 1}, 413},
	"ErrUnsupported": {errors.ErrUnsupported, 501},
	"Canceled":       {context.Canceled, 503},
	"Deadline":       {context.DeadlineExceeded, 503},
	"unknown":        {errors.New("disk on fire"), 500},
	"Problem":        {problem.New(problem.TooMany, "slow down", ""), 429},
}

// What says something about one item of an import is no answer to a request, nor is what CardDAV answers in its own
// words.
var items = map[string]bool{
	"CardError": true, "MergeConflict": true, "RepeatedUID": true, "TextValue": true, "ProbableDuplicate": true,
	"ErrToken": true,
}

func TestEveryErrorHasAStatus(t *testing.T) {
	for name, test := range table {
		for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err)} {
			p := problem.Of(err)
			if p.Status != test.status || p.Kind == "" || p.Detail == "" {
				t.Errorf("%s: %+v, not %d", name, p, test.status)
			}
		}
	}
	if p := problem.Of(errors.New("secret text of a database")); strings.Contains(p.Detail+p.Hint, "secret") {
		t.Error("the text of an unknown error is told")
	}
}

// Every error that package assistant exports is in the table above.
func TestTheTableIsWhole(t *testing.T) {
	names, err := filepath.Glob("../../../*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	check := func(name string) {
		seen++
		if _, ok := table[name]; !ok && !items[name] {
			t.Errorf("%s has no row", name)
		}
	}
	find := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv != nil && n.Name.Name == "Error" {
				receiver := n.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				check(receiver.(*ast.Ident).Name)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if strings.HasPrefix(name.Name, "Err") {
					check(name.Name)
				}
			}
		}
		return true
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, find)
	}
	if seen < 10 {
		t.Errorf("only %d errors were found", seen)
	}
}
