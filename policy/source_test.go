package policy

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

func TestNoInit(t *testing.T) {
	for _, f := range source(t, token.NewFileSet()) {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init() runs for every importer, asked or not", f.path)
			}
		}
	}
}

// allowed marks a variable that has to be one; the reason follows it.
const allowed = "//policy:mutable "

// A package variable is a constant that Go has no syntax for: a sentinel error, a table, a compiled pattern. It has
// a value from the start, and no statement changes it, takes its address, or hides state in it.
func TestNoMutableGlobals(t *testing.T) {
	byFolder := map[string][]file{}
	for _, f := range source(t, token.NewFileSet()) {
		byFolder[f.folder] = append(byFolder[f.folder], f)
	}
	for _, files := range byFolder {
		globals := map[string]*ast.ValueSpec{}
		for _, f := range files {
			for _, decl := range f.syntax.Decls {
				gen, ok := decl.(*ast.GenDecl)
				if !ok || gen.Tok != token.VAR {
					continue
				}
				for _, spec := range gen.Specs {
					value := spec.(*ast.ValueSpec)
					if commented(gen.Doc, allowed) || commented(value.Doc, allowed) {
						continue
					}
					embedded := commented(gen.Doc, "//go:embed ") || commented(value.Doc, "//go:embed ")
					for _, name := range value.Names {
						if name.Name == "_" {
							continue
						}
						globals[name.Name] = value
						if len(value.Values) == 0 && !embedded {
							t.Errorf("%s: var %s has no value, so something must change it", f.path, name.Name)
						}
						if holdsState(value) {
							t.Errorf("%s: var %s holds state for the whole program", f.path, name.Name)
						}
					}
				}
			}
		}
		for _, f := range files {
			for name, how := range changes(f.syntax, globals) {
				t.Errorf("%s: %s the package variable %s", f.path, how, name)
			}
		}
	}
}

func commented(group *ast.CommentGroup, mark string) bool {
	if group == nil {
		return false
	}
	for _, c := range group.List {
		if strings.HasPrefix(c.Text, mark) {
			return true
		}
	}
	return false
}

// holdsState tells whether the type or the value is a lock, an atomic, a pool, a channel: anything made to change.
// sync.OnceValue and its like are constants computed late.
func holdsState(spec *ast.ValueSpec) bool {
	found := false
	look := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ChanType:
			found = true
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && (x.Name == "sync" || x.Name == "atomic") && !strings.HasPrefix(n.Sel.Name, "Once") {
				found = true
			}
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "sync" && n.Sel.Name == "Once" {
				found = true
			}
		}
		return true
	}
	if spec.Type != nil {
		ast.Inspect(spec.Type, look)
	}
	for _, v := range spec.Values {
		ast.Inspect(v, look)
	}
	return found
}

// changes returns the globals that statements of the file assign to, with how they do it.
func changes(syntax *ast.File, globals map[string]*ast.ValueSpec) map[string]string {
	found := map[string]string{}
	report := func(expr ast.Expr, how string) {
		if name, ok := globalOf(expr, globals); ok {
			found[name] = how
		}
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, left := range n.Lhs {
					report(left, "assigns to")
				}
			}
		case *ast.IncDecStmt:
			report(n.X, "counts in")
		case *ast.CallExpr:
			if fn, ok := n.Fun.(*ast.Ident); ok && (fn.Name == "delete" || fn.Name == "clear") && len(n.Args) > 0 {
				report(n.Args[0], "deletes from")
			}
		}
		return true
	})
	return found
}

// globalOf returns the package variable at the root of an expression that can be assigned to.
func globalOf(expr ast.Expr, globals map[string]*ast.ValueSpec) (string, bool) {
	for {
		switch x := expr.(type) {
		case *ast.IndexExpr:
			expr = x.X
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.StarExpr:
			expr = x.X
		case *ast.ParenExpr:
			expr = x.X
		case *ast.SliceExpr:
			expr = x.X
		case *ast.Ident:
			if globals[x.Name] == nil {
				return "", false
			}
			if x.Obj == nil { // declared in another file of the package
				return x.Name, true
			}
			spec, ok := x.Obj.Decl.(*ast.ValueSpec)
			return x.Name, ok && globals[x.Name] == spec
		default:
			return "", false
		}
	}
}

func TestMainOnlyStarts(t *testing.T) {
	const most = 25
	for _, f := range source(t, token.NewFileSet()) {
		if strings.Contains(f.path, "/cmd/") && f.lines > most {
			t.Errorf("%s has %d lines, at most %d: what it does belongs to the commands", f.path, f.lines, most)
		}
	}
}
