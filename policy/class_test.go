package policy

import (
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A class diagram in docs/uml declares its classes as `class id["folder.Type"]`, the folder below the root, and
// joins them by four arrows, each of which the code must bear out:
//
//	a *-- b    a struct a has a field made of b
//	a o-- b    the same, where b is an interface and may be exchanged
//	a <|.. b   b (or *b) implements the interface a
//	a ..> b    a method of a, or a function that returns a, takes or returns b
func TestClassDiagrams(t *testing.T) {
	documents, err := filepath.Glob(filepath.Join(root, "docs/uml/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	class := regexp.MustCompile(`^\s*class (\w+)\["([^"]+)\.(\w+)"\]`)
	arrow := regexp.MustCompile(`^\s*(\w+) (\*--|o--|<\|\.\.|\.\.>) (\w+)`)
	for _, document := range documents {
		_, diagram, ok := strings.Cut(string(read(t, document)), "classDiagram\n")
		if !ok {
			continue
		}
		diagram, _, _ = strings.Cut(diagram, "```")
		code := loadCode(t)
		declared := map[string]types.Object{}
		arrows := 0
		for line := range strings.Lines(diagram) {
			line = strings.TrimRight(line, "\n")
			if m := class.FindStringSubmatch(line); m != nil {
				object := code.lookup(m[2], m[3])
				if object == nil {
					t.Errorf("%s: no type %s in %s", document, m[3], m[2])
				}
				declared[m[1]] = object
				continue
			}
			m := arrow.FindStringSubmatch(line)
			if m == nil {
				if strings.TrimSpace(line) != "" && !strings.HasPrefix(strings.TrimSpace(line), "%%") &&
					strings.TrimSpace(line) != "direction LR" {
					t.Errorf("%s: %q is neither a class nor an arrow that can be checked", document, line)
				}
				continue
			}
			arrows++
			from, to := declared[m[1]], declared[m[3]]
			if from == nil || to == nil {
				t.Errorf("%s: %q joins a class that is not declared above it", document, line)
				continue
			}
			if !code.bearsOut(from, m[2], to) {
				t.Errorf("%s: the code does not bear out %q", document, strings.TrimSpace(line))
			}
		}
		if len(declared) == 0 || arrows == 0 {
			t.Errorf("%s: a class diagram without classes or arrows", document)
		}
	}
}

// code is the type-checked workspace, by folder below the root.
type code map[string]*types.Package

func loadCode(t *testing.T) code {
	t.Helper()
	loaded := code{}
	for _, module := range modules(t) {
		list, err := packages.Load(&packages.Config{
			Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedFiles,
			Dir:  filepath.Join(root, module),
		}, "./...")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			loaded[strings.TrimPrefix(p.PkgPath, prefix+"/")] = p.Types
		}
	}
	return loaded
}

func (c code) lookup(folder, name string) types.Object {
	p := c[folder]
	if p == nil {
		return nil
	}
	return p.Scope().Lookup(name)
}

func (c code) bearsOut(from types.Object, arrow string, to types.Object) bool {
	switch arrow {
	case "*--", "o--":
		structure, ok := from.Type().Underlying().(*types.Struct)
		if !ok || arrow == "o--" && !types.IsInterface(to.Type()) {
			return false
		}
		for field := range structure.Fields() {
			if mentions(field.Type(), to) {
				return true
			}
		}
	case "<|..":
		contract, ok := from.Type().Underlying().(*types.Interface)
		return ok && types.Implements(types.NewPointer(to.Type()), contract)
	case "..>":
		for signature := range signatures(from) {
			if mentions(signature, to) {
				return true
			}
		}
	}
	return false
}

// signatures yields the types of a type's methods and of its package's functions that return it.
func signatures(object types.Object) func(func(types.Type) bool) {
	return func(yield func(types.Type) bool) {
		for method := range types.NewMethodSet(types.NewPointer(object.Type())).Methods() {
			if !yield(method.Obj().Type()) {
				return
			}
		}
		if contract, ok := object.Type().Underlying().(*types.Interface); ok {
			for method := range contract.Methods() {
				if !yield(method.Type()) {
					return
				}
			}
		}
		scope := object.Pkg().Scope()
		for _, name := range scope.Names() {
			if function, ok := scope.Lookup(name).(*types.Func); ok {
				signature := function.Signature()
				if mentions(signature.Results(), object) && !yield(signature) {
					return
				}
			}
		}
	}
}

// mentions tells whether the named type is part of another type: pointed to, in a slice, a map, a signature.
func mentions(t types.Type, named types.Object) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Name() == named.Name() && t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == named.Pkg().Path() {
			return true
		}
		for argument := range t.TypeArgs().Types() {
			if mentions(argument, named) {
				return true
			}
		}
	case *types.Map:
		return mentions(t.Key(), named) || mentions(t.Elem(), named)
	case *types.Signature:
		return mentions(t.Params(), named) || mentions(t.Results(), named)
	case *types.Tuple:
		for v := range t.Variables() {
			if mentions(v.Type(), named) {
				return true
			}
		}
	case interface{ Elem() types.Type }:
		return mentions(t.Elem(), named)
	}
	return false
}
