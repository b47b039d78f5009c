package policy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// The rules of the source that hold for every place beside those that ratchetFile counts:
//
//   - example: a public package has an Example that runs
//   - comment: the comment of a function or type begins with its name
//   - columns: a Go line has at most 120 columns
//   - wrap: a comment is not wrapped long before the 120th column
//   - lines: a file has at most 400 lines
//   - files: a package has at most 15 files
//   - goleak: a package that starts goroutines looks for those that are left over
//   - global: a package variable is not made by a constructor of the package, behind which state may hide
//   - inert: no statement does nothing, such as a return that is the last one anyhow
//   - words: no message says "is no file" of what is something else: it sounds as if something were missing
//   - layout: internal/command has command.go, and problem.go with the one table of exit codes
func TestRules(t *testing.T) {
	found := broken{}
	packages := map[string][]file{}
	for _, f := range source(t, token.NewFileSet()) {
		packages[f.folder] = append(packages[f.folder], f)
		comments(found, f)
		inert(found, f)
		words(found, f)
		globals(found, f)
	}
	for folder, files := range packages {
		tests := testsOf(t, folder)
		if public(folder) && files[0].syntax.Name.Name != "main" &&
			!regexp.MustCompile(`(?m)^func Example`).MatchString(tests) {
			found.at("example", folder, "no Example")
		}
		if n := len(files); n > 15 {
			found.at("files", folder, fmt.Sprint(n, " files"))
		}
		if startsGoroutines(files) && !forTests(folder) && !looksForLeaks(files, tests) {
			found.at("goleak", folder, "starts goroutines, and no test looks for those left over")
		}
		if strings.HasSuffix(folder, "/internal/command") {
			for _, name := range []string{"command.go", "problem.go"} {
				if _, err := os.Stat(filepath.Join(root, folder, name)); err != nil {
					found.at("layout", folder, "no "+name)
				}
			}
		}
	}
	for _, module := range modules(t) {
		walk(t, filepath.Join(root, module), func(name string) {
			if strings.HasSuffix(name, ".go") && !strings.Contains(name, "/testdata/") {
				measure(t, found, name)
			}
		})
	}
	ratchetOf(t, found, "example", "comment", "columns", "wrap", "lines", "files", "goleak", "global", "inert", "words", "layout")
}

// TestGoroutines: ARCHITECTURE.md names the packages that start goroutines, and no others.
func TestGoroutines(t *testing.T) {
	_, table, ok := strings.Cut(string(read(t, filepath.Join(root, "ARCHITECTURE.md"))), "\n## Who owns which goroutine\n")
	if !ok {
		t.Fatal("ARCHITECTURE.md has no table of goroutines")
	}
	table, _, _ = strings.Cut(table, "\n## ")
	named := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (`+"`"+`[^|]+) \|`).FindAllStringSubmatch(table, -1) {
		for _, folder := range codeSpans(row[1]) {
			named[folder] = true
		}
	}
	packages := map[string][]file{}
	for _, f := range source(t, token.NewFileSet()) {
		packages[f.folder] = append(packages[f.folder], f)
	}
	for folder, files := range packages {
		if forTests(folder) {
			continue
		}
		if starts := startsGoroutines(files); starts && !named[folder] {
			t.Errorf("%s starts goroutines, and ARCHITECTURE.md does not say who ends them", folder)
		} else if !starts && named[folder] {
			t.Errorf("ARCHITECTURE.md names %s, which starts no goroutine", folder)
		}
		delete(named, folder)
	}
	for folder := range named {
		t.Errorf("ARCHITECTURE.md names %s, which is not a package", folder)
	}
}

// forTests tells whether the package in folder runs tests or benchmarks, and no program.
func forTests(folder string) bool {
	return strings.Contains(folder, "/bench") || strings.Contains(folder, "storetest") ||
		strings.Contains(folder, "storagetest")
}

// public tells whether importers of other modules see the package in folder.
func public(folder string) bool {
	return !strings.Contains(folder+"/", "/internal/") && !strings.Contains(folder+"/", "/bench/") &&
		!strings.Contains(folder+"/", "/cmd/") && !strings.HasSuffix(path.Base(folder), "test")
}

func testsOf(t *testing.T, folder string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		all.Write(read(t, name))
	}
	return all.String()
}

// looksForLeaks tells whether the tests of a package, or the package itself, which is then part of the tests of others,
// look for goroutines that are left over.
func looksForLeaks(files []file, tests string) bool {
	imports := func(f file) bool {
		return slices.ContainsFunc(f.syntax.Imports, func(i *ast.ImportSpec) bool {
			return i.Path.Value == `"go.uber.org/goleak"`
		})
	}
	return strings.Contains(tests, "goleak.") || slices.ContainsFunc(files, imports)
}

func startsGoroutines(files []file) bool {
	found := false
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				found = true
			case *ast.CallExpr: // of a WaitGroup or an errgroup
				sel, ok := n.Fun.(*ast.SelectorExpr)
				found = found || ok && sel.Sel.Name == "Go" && len(n.Args) == 1
			}
			return !found
		})
	}
	return found
}

func comments(found broken, f file) {
	check := func(doc *ast.CommentGroup, name string) {
		if doc == nil {
			return
		}
		text := doc.Text()
		for _, article := range []string{"A ", "An ", "The "} {
			text = strings.TrimPrefix(text, article)
		}
		if !strings.HasPrefix(text, name) && text != "" {
			found.at("comment", f.path, name+": "+strings.SplitN(text, "\n", 2)[0])
		}
	}
	for _, decl := range f.syntax.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			check(decl.Doc, decl.Name.Name)
		case *ast.GenDecl:
			if decl.Tok != token.TYPE {
				continue
			}
			for _, spec := range decl.Specs {
				typ := spec.(*ast.TypeSpec)
				check(typ.Doc, typ.Name.Name)
				if !decl.Lparen.IsValid() {
					check(decl.Doc, typ.Name.Name)
				}
			}
		}
	}
}

// inert finds returns and continues that are the last statement anyhow, behind a condition that so decides nothing.
func inert(found broken, f file) {
	last := func(body *ast.BlockStmt, isLoop bool, name string) {
		if body == nil || len(body.List) == 0 {
			return
		}
		branch, ok := body.List[len(body.List)-1].(*ast.IfStmt)
		if !ok || branch.Else != nil || len(branch.Body.List) != 1 {
			return
		}
		switch s := branch.Body.List[0].(type) {
		case *ast.ReturnStmt:
			if !isLoop && len(s.Results) == 0 {
				found.at("inert", f.path, name+" ends with a return behind a condition")
			}
		case *ast.BranchStmt:
			if isLoop && s.Tok == token.CONTINUE && s.Label == nil {
				found.at("inert", f.path, "a loop ends with a continue behind a condition")
			}
		}
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			last(n.Body, false, n.Name.Name)
		case *ast.FuncLit:
			last(n.Body, false, "a function")
		case *ast.ForStmt:
			last(n.Body, true, "")
		case *ast.RangeStmt:
			last(n.Body, true, "")
		}
		return true
	})
}

// globals finds package variables that a function of the package makes, or that are pointers to something new.
func globals(found broken, f file) {
	for _, decl := range f.syntax.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR || commented(gen.Doc, allowed) {
			continue
		}
		for _, spec := range gen.Specs {
			value := spec.(*ast.ValueSpec)
			if commented(value.Doc, allowed) {
				continue
			}
			for _, v := range value.Values {
				suspect := false
				switch v := v.(type) {
				case *ast.CallExpr:
					fn, ok := v.Fun.(*ast.Ident)
					suspect = ok && (strings.HasPrefix(fn.Name, "new") || strings.HasPrefix(fn.Name, "New") || fn.Name == "make")
				case *ast.UnaryExpr:
					suspect = v.Op == token.AND
				}
				if suspect {
					found.at("global", f.path, value.Names[0].Name+" is made by a constructor (mark it "+strings.TrimSpace(allowed)+" with a reason, or pass it on)")
				}
			}
		}
	}
}

// isNo matches what says of something that it is no such thing, with what may stand before and behind it.
var isNo = regexp.MustCompile(`(?i)(there )?\b(?:is|are) no (\w+)`)

// words looks at the literals of a file: "%q is not a number", and never "is no number". "There is no" and "is no
// longer" are something else.
func words(found broken, f file) {
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		for _, m := range isNo.FindAllStringSubmatch(literal.Value, -1) {
			if m[1] == "" && m[2] != "longer" {
				found.at("words", f.path, fmt.Sprintf("%q (say what it is, or that it is not one)", m[0]))
			}
		}
		return true
	})
}

// measure counts the lines and columns of a Go file, tests included.
func measure(t *testing.T, found broken, name string) {
	t.Helper()
	data := string(read(t, name))
	below := strings.TrimPrefix(filepath.ToSlash(name), root+"/")
	if n := strings.Count(data, "\n"); n > 400 {
		found.at("lines", below, fmt.Sprint(n, " lines"))
	}
	if syntax, err := parser.ParseFile(token.NewFileSet(), name, data, parser.PackageClauseOnly|parser.ParseComments); err != nil ||
		ast.IsGenerated(syntax) {
		return
	}
	number, above, output := 0, "", false // output of an Example
	for line := range strings.Lines(data) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > 120 {
			found.at("columns", below, fmt.Sprintf("line %d has %d columns", number, n))
		}
		output = commentLine.MatchString(line) && (output || exampleOutput.MatchString(line))
		if !output && wrapsEarly(above, line) {
			found.at("wrap", below, fmt.Sprintf("line %d ends early", number-1))
		}
		above = line
	}
}

var (
	exampleOutput = regexp.MustCompile(`(?i)// (unordered )?output:`)
	commentLine   = regexp.MustCompile(`^(\t*// )(\S.*)$`)
)

// wrapsEarly tells whether a sentence of a comment goes on below though its next word has room, with 30 columns to
// spare.
func wrapsEarly(above, below string) bool {
	a, b := commentLine.FindStringSubmatch(above), commentLine.FindStringSubmatch(below)
	if a == nil || b == nil || a[1] != b[1] || strings.ContainsRune(".:;", rune(a[2][len(a[2])-1])) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(b[2])
	word, _, _ := strings.Cut(b[2], " ")
	return unicode.IsLower(first) && utf8.RuneCountInString(above+" "+word) <= 90
}
