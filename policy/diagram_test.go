package policy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// update tells whether generated documentation is written instead of compared.
var update = flag.Bool("update", false, "write the generated documentation anew")

// The diagram of the modules stands in ARCHITECTURE.md, those of the packages in docs/uml/imports.md; both are made
// from what go list says, never drawn by hand:
//
//	GOWORK=off go test ./policy -run ImportDiagrams -update
func TestImportDiagrams(t *testing.T) {
	generated(t, "ARCHITECTURE.md", "imports", moduleDiagram(t))
	var all strings.Builder
	for i, module := range modules(t) {
		if i > 0 {
			all.WriteString("\n")
		}
		fmt.Fprintf(&all, "## %s\n\n%s", module, packageDiagram(t, module))
	}
	generated(t, "docs/uml/imports.md", "imports", all.String())
}

// moduleDiagram draws an arrow for every module that another one imports, tests aside.
func moduleDiagram(t *testing.T) string {
	var arrows []string
	for _, module := range modules(t) {
		arrows = append(arrows, "    "+module)
		for _, p := range goList(t, module) {
			for _, imported := range p.Imports {
				if other := moduleOf(imported); other != "" && other != module && !testSupport(p) {
					arrows = append(arrows, fmt.Sprintf("    %s --> %s", module, other))
				}
			}
		}
	}
	return flowchart(arrows)
}

// packageDiagram draws the packages of one module and what they import of it and of the shared modules.
func packageDiagram(t *testing.T, module string) string {
	arrows := []string{}
	short := func(path string) string {
		if path == prefix+"/"+module {
			return module
		}
		return strings.TrimPrefix(strings.TrimPrefix(path, prefix+"/"), module+"/")
	}
	node := func(path string) string {
		label := short(path)
		return fmt.Sprintf("%s[%q]", strings.NewReplacer("/", "_", "-", "_").Replace(label), label)
	}
	for _, p := range goList(t, module) {
		arrows = append(arrows, "    "+node(p.ImportPath))
		for _, imported := range p.Imports {
			if moduleOf(imported) != "" {
				arrows = append(arrows, fmt.Sprintf("    %s --> %s", node(p.ImportPath), node(imported)))
			}
		}
	}
	return flowchart(arrows)
}

// testSupport tells the packages that exist for tests only: what they import is no arrow of the product.
func testSupport(p goPackage) bool {
	return strings.HasSuffix(p.Name, "test") || strings.Contains(p.ImportPath, "/bench")
}

func flowchart(lines []string) string {
	slices.Sort(lines)
	return "```mermaid\nflowchart LR\n" + strings.Join(slices.Compact(lines), "\n") + "\n```\n"
}

// generated compares the part of the document between its two marks with what it should be, or writes it there.
func generated(t *testing.T, document, mark, want string) {
	t.Helper()
	name := filepath.Join(root, document)
	begin, end := "<!-- begin "+mark+": generated, see CONTRIBUTING.md -->\n", "<!-- end "+mark+" -->\n"
	before, rest, ok := strings.Cut(string(read(t, name)), begin)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s lacks the marks %q and %q", document, begin, end)
	}
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s: the part %q is not what the code says; run GOWORK=off go test ./policy -update", document, mark)
		return
	}
	if err := os.WriteFile(name, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
