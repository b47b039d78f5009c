package policy

import (
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// budgets holds for every program how large it may be, in megabytes, and the modules that are linked into it:
// what a program grows by, it grows by on purpose.
const budgets = "testdata/binaries.txt"

// binaries looks at the programs that make build has put into the folder: they need nothing of the machine on which
// they run, not even a libc, and have grown by nothing that nobody decided.
func binaries(t *testing.T, bin string, programs []string) {
	var written strings.Builder
	allowed := readBudgets(t)
	for _, program := range programs {
		file := filepath.Join(bin, program)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if isDynamic(t, file) {
			t.Errorf(
				"%s is linked with the libraries of the machine that built it (deploy/compile says how it is built)",
				program,
			)
		}
		budget, linked := allowed[program], linkedModules(t, file)
		size := float64(info.Size()) / 1e6
		if size > budget.megabytes {
			t.Errorf(
				"%s has %.1f MB, its budget is %.1f: if that is wanted, raise it in policy/%s",
				program,
				size,
				budget.megabytes,
				budgets,
			)
		}
		for _, module := range linked {
			if !*update && !slices.Contains(budget.modules, module) {
				t.Errorf(
					"%s links %s, which it did not: if that is wanted, run GOWORK=off go test ./policy -update",
					program,
					module,
				)
			}
		}
		for _, module := range budget.modules {
			if !*update && !slices.Contains(linked, module) {
				t.Errorf("%s no longer links %s: run GOWORK=off go test ./policy -update", program, module)
			}
		}
		fmt.Fprintf(&written, "%s %.1f\n\t%s\n", program, budget.megabytes, strings.Join(linked, "\n\t"))
	}
	if *update {
		if err := os.WriteFile(budgets, []byte(written.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type budget struct {
	megabytes float64
	modules   []string
}

func readBudgets(t *testing.T) map[string]budget {
	t.Helper()
	all, program := map[string]budget{}, ""
	for line := range strings.Lines(string(read(t, budgets))) {
		b := all[program]
		if module, ok := strings.CutPrefix(line, "\t"); ok {
			b.modules = append(b.modules, strings.TrimSpace(module))
		} else if _, err := fmt.Sscanf(line, "%s %f", &program, &b.megabytes); err != nil {
			t.Fatalf("%s: %q: %v", budgets, line, err)
		} else {
			b.modules = nil
		}
		all[program] = b
	}
	return all
}

// isDynamic tells whether the program asks for a dynamic loader; what is no ELF file has none of ours.
func isDynamic(t *testing.T, file string) bool {
	t.Helper()
	f, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}

// linkedModules returns the third-party modules in a program, without their versions.
func linkedModules(t *testing.T, file string) []string {
	t.Helper()
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, dep := range info.Deps {
		if !strings.HasPrefix(dep.Path, prefix) {
			paths = append(paths, dep.Path)
		}
	}
	slices.Sort(paths)
	return paths
}
