// Command shape measures source trees by the points that docs/comparison.md compares:
//
//	GOWORK=off go run ./policy/shape . $(go list -m -f '{{.Dir}}' filippo.io/age) ...
//
// Folders named vendor or testdata, and generated files, do not count.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shape is what is measured of a tree.
type shape struct {
	files, code, comments, tests, examples int
	largestFile                            int
	exported, documented                   int
	functions                              []int          // lines of each
	packages                               map[string]int // files of each folder
}

func main() {
	for _, dir := range os.Args[1:] {
		s, err := measure(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, "shape:", err)
			os.Exit(1)
		}
		fmt.Printf("%s\n%s", filepath.Base(dir), s)
	}
}

// measure walks the tree under dir.
func measure(dir string) (*shape, error) {
	s := &shape{packages: map[string]int{}}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			name := entry.Name()
			if name == "vendor" || name == "testdata" || (path != dir && strings.HasPrefix(name, ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") {
			return s.add(path)
		}
		return nil
	})
	return s, err
}

// add measures one file.
func (s *shape) add(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, path, data, parser.ParseComments)
	if err != nil {
		return err
	}
	if ast.IsGenerated(syntax) {
		return nil
	}
	lines := strings.Count(string(data), "\n")
	if strings.HasSuffix(path, "_test.go") {
		s.tests += lines
		s.examples += strings.Count(string(data), "\nfunc Example")
		return nil
	}
	s.files++
	s.packages[filepath.Dir(path)]++
	s.largestFile = max(s.largestFile, lines)
	for line := range strings.Lines(string(data)) {
		switch line = strings.TrimSpace(line); {
		case line == "":
		case strings.HasPrefix(line, "//"):
			s.comments++
		default:
			s.code++
		}
	}
	for _, decl := range syntax.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		s.functions = append(s.functions, 1+set.Position(fn.End()).Line-set.Position(fn.Pos()).Line)
		if fn.Name.IsExported() {
			s.exported++
			if fn.Doc != nil {
				s.documented++
			}
		}
	}
	return nil
}

// over returns how many functions have more than n lines.
func (s *shape) over(n int) int {
	count := 0
	for _, lines := range s.functions {
		if lines > n {
			count++
		}
	}
	return count
}

func (s *shape) String() string {
	slices.Sort(s.functions)
	median := 0
	if len(s.functions) > 0 {
		median = s.functions[len(s.functions)/2]
	}
	largest := 0
	for _, files := range s.packages {
		largest = max(largest, files)
	}
	all := s.code + s.comments
	return fmt.Sprintf("  %d files, %d packages, the largest of %d files\n", s.files, len(s.packages), largest) +
		fmt.Sprintf("  %d lines of code, %d of comment (%d%%), %d of tests\n", s.code, s.comments, 100*s.comments/max(1, all), s.tests) +
		fmt.Sprintf("  largest file %d lines; median function %d, %d over 60, %d over 100\n",
			s.largestFile, median, s.over(60), s.over(100)) +
		fmt.Sprintf("  %d of %d exported functions documented; %d Examples\n", s.documented, s.exported, s.examples)
}
