package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const root = "../.."

// TestTables: every line that a table breaks is in the code, and each module breaks enough of them.
func TestTables(t *testing.T) {
	const least = 15
	data, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		t.Fatal(err)
	}
	work, err := modfile.ParseWork("go.work", data, nil)
	if err != nil || len(work.Use) == 0 {
		t.Fatal("no modules", err)
	}
	for _, use := range work.Use {
		module := filepath.Base(use.Path)
		table, err := readTable(root, module)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(table) < least {
			t.Errorf("%s breaks %d lines, at least %d", module, len(table), least)
		}
		for _, m := range table {
			source, err := os.ReadFile(filepath.Join(root, module, m.file))
			if err != nil {
				t.Errorf("%s: %v", m.at, err)
				continue
			}
			if broken, err := m.apply(string(source)); err != nil {
				t.Error(err)
			} else if broken == string(source) {
				t.Errorf("%s: the mutant is the code", m.at)
			}
		}
	}
}

func TestApply(t *testing.T) {
	const source = "func a() {\n\tx++\n\ty++\n}\nfunc b() {\n\tx++\n}"
	for _, test := range []struct {
		name string
		m    mutant
		want string
	}{
		{"first", mutant{lines: []string{"x++", "y++"}, with: []string{"z"}}, "func a() {\nz\n}\nfunc b() {\n\tx++\n}"},
		{"after", mutant{after: "func b() {", lines: []string{"x++"}}, "func a() {\n\tx++\n\ty++\n}\nfunc b() {\n}"},
		{"twice", mutant{lines: []string{"x++"}}, "more than once"},
		{"gone", mutant{lines: []string{"q"}}, "has no line"},
		{"nowhere", mutant{after: "q", lines: []string{"x++"}}, "has no line"},
	} {
		got, err := test.m.apply(source)
		if err != nil {
			got = err.Error()
		}
		if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestParse(t *testing.T) {
	const whole = "file: a.go\nline: x\nwith:\ntest: . -run X\nwhy: because\n"
	if table, err := parseTable("t", "# c\n"+whole+"\n\n"+whole); err != nil || len(table) != 2 || table[1].at != "t:9" {
		t.Errorf("got %v, %v", table, err)
	}
	for _, text := range []string{
		"file: a.go\n", "file: a.go\nline: x\ntest: .\n", whole + "same: it is\n", "nothing\n", "what: x\n",
	} {
		if table, err := parseTable("t", text); err == nil {
			t.Errorf("%q is taken for %v", text, table)
		}
	}
}
