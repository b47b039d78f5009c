package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tableFile is where a module keeps its mutants.
const tableFile = "testdata/mutants.txt"

// mutant is one block of a table: lines of a file, what stands in their place, and the tests that have to notice.
type mutant struct {
	at    string   // where the block stands: "console/testdata/mutants.txt:3"
	file  string   // below the module
	after string   // a line before the one that is meant, where that stands more than once
	lines []string // without white space around them
	with  []string // instead; none deletes the lines
	test  []string // arguments of go test, run in the module's folder
	why   string   // what goes wrong for the user when the line is broken
	same  string   // why nothing goes wrong: the mutant is equivalent
}

// readTable reads the mutants of a module.
func readTable(root, module string) ([]mutant, error) {
	name := filepath.Join(root, module, tableFile)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseTable(module+"/"+tableFile, string(data))
}

// parseTable parses blocks of "key: value" lines, of which an empty line ends each. Lines that begin with # are
// comments.
func parseTable(name, text string) ([]mutant, error) {
	var table []mutant
	var m mutant
	flush := func() error {
		if m.at == "" {
			return nil
		}
		switch {
		case m.file == "" || len(m.lines) == 0 || len(m.test) == 0:
			return fmt.Errorf("%s: a mutant needs file, line and test", m.at)
		case (m.why == "") == (m.same == ""):
			return fmt.Errorf("%s: a mutant needs why or, if nothing can notice it, same", m.at)
		}
		table = append(table, m)
		m = mutant{}
		return nil
	}
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			if err := flush(); err != nil {
				return nil, err
			}
			continue
		}
		if line[0] == '#' {
			continue
		}
		if m.at == "" {
			m.at = fmt.Sprintf("%s:%d", name, number)
		}
		key, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
			return nil, fmt.Errorf("%s:%d: not of the form key: value", name, number)
		case key == "file":
			m.file = value
		case key == "after":
			m.after = value
		case key == "line":
			m.lines = append(m.lines, value)
		case key == "with":
			if value != "" {
				m.with = append(m.with, value)
			}
		case key == "test":
			m.test = strings.Fields(value)
		case key == "why":
			m.why = value
		case key == "same":
			m.same = value
		default:
			return nil, fmt.Errorf("%s:%d: unknown key %q (file, after, line, with, test, why, same)", name, number, key)
		}
	}
	return table, flush()
}

// apply returns source with the lines of m broken. They have to be there exactly once, after m.after if that is given.
func (m mutant) apply(source string) (string, error) {
	all := strings.Split(source, "\n")
	from := 0
	if m.after != "" {
		for from < len(all) && strings.TrimSpace(all[from]) != m.after {
			from++
		}
		if from == len(all) {
			return "", fmt.Errorf("%s: %s has no line %q", m.at, m.file, m.after)
		}
	}
	found := -1
	for i := from; i+len(m.lines) <= len(all); i++ {
		if !m.standsAt(all[i:]) {
			continue
		}
		if found >= 0 {
			return "", fmt.Errorf("%s: %s has the line %q more than once (say after which line)", m.at, m.file, m.lines[0])
		}
		found = i
		if m.after != "" {
			break
		}
	}
	if found < 0 {
		return "", fmt.Errorf("%s: %s has no line %q", m.at, m.file, m.lines[0])
	}
	broken := append([]string{}, all[:found]...)
	broken = append(broken, m.with...)
	return strings.Join(append(broken, all[found+len(m.lines):]...), "\n"), nil
}

func (m mutant) standsAt(lines []string) bool {
	for i, line := range m.lines {
		if strings.TrimSpace(lines[i]) != line {
			return false
		}
	}
	return true
}
