package migrate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// file is one migration: how it is applied and how it is undone.
type file struct {
	name     string // NNN_name
	checksum string // of up
	up, down script
}

// script is the text of one SQL file.
type script struct {
	name string
	text string
}

// readFiles reads the migrations at the root of fsys in the order of their numbers.
func readFiles(fsys fs.FS) ([]file, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	byName := map[string]*file{}
	for _, entry := range entries {
		if entry.IsDir() || path.Ext(entry.Name()) != ".sql" {
			continue
		}
		name, up := strings.CutSuffix(entry.Name(), ".up.sql")
		if !up {
			name = strings.TrimSuffix(entry.Name(), ".down.sql")
		}
		digits, words, _ := strings.Cut(name, "_")
		if strings.Trim(digits, "0123456789") != "" || digits == "" || words == "" || name == entry.Name() {
			return nil, fmt.Errorf("%s: the name is not NNN_name.up.sql or NNN_name.down.sql", entry.Name())
		}
		s, err := readScript(fsys, entry.Name())
		if err != nil {
			return nil, err
		}
		f := byName[name]
		if f == nil {
			f = &file{name: name}
			byName[name] = f
		}
		if up {
			sum := sha256.Sum256([]byte(s.text))
			f.up, f.checksum = s, hex.EncodeToString(sum[:])
		} else {
			f.down = s
		}
	}
	files := make([]file, 0, len(byName))
	for _, f := range byName {
		files = append(files, *f)
	}
	slices.SortFunc(files, func(a, b file) int { return compareNames(a.name, b.name) })
	return files, check(files)
}

// readScript reads one SQL file. Line endings are normalized, so that a checkout on Windows has the same checksum.
func readScript(fsys fs.FS, name string) (script, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return script{}, err
	}
	s := script{name: name, text: strings.ReplaceAll(string(text), "\r\n", "\n")}
	if word, line := transactionWord(s.text); word != "" {
		return script{}, fmt.Errorf(
			"%s:%d: %s: a migration runs in one transaction and cannot begin or end another",
			name,
			line,
			word,
		)
	}
	return s, nil
}

// check refuses files of the same number and .down.sql files without an .up.sql file.
func check(files []file) error {
	for i, f := range files {
		if f.up.name == "" {
			return fmt.Errorf("%s: %s.up.sql is missing", f.down.name, f.name)
		}
		if i > 0 && number(files[i-1].name) == number(f.name) {
			return fmt.Errorf("%s and %s have the same number", files[i-1].up.name, f.up.name)
		}
	}
	if len(files) == 0 {
		return errors.New("no NNN_name.up.sql file")
	}
	return nil
}

// number returns the number of a migration without leading zeros.
func number(name string) string {
	digits, _, _ := strings.Cut(name, "_")
	return strings.TrimLeft(digits, "0")
}

// compareNames orders migrations by number; a number with more digits is greater.
func compareNames(a, b string) int {
	m, n := number(a), number(b)
	return cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n), cmp.Compare(a, b))
}
