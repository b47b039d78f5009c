package policy

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// commands returns the folders of all programs, below the root: "storage/cmd/lrucache".
func commands(t *testing.T) []string {
	t.Helper()
	var folders []string
	for _, module := range modules(t) {
		found, err := filepath.Glob(filepath.Join(root, module, "cmd", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range found {
			folders = append(folders, strings.TrimPrefix(filepath.ToSlash(folder), root+"/"))
		}
	}
	return folders
}

// The sessions of the READMEs at the root run with the programs as make build makes them.
func TestRootReadmes(t *testing.T) {
	bin := t.TempDir()
	for _, folder := range commands(t) {
		cmd := exec.Command("go", "build", "-tags", "urfave_cli_no_docs", "-o", bin+string(filepath.Separator), "./"+folder)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOWORK=") // this package's own module is outside the workspace
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, out)
		}
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, document := range []string{"README.md", "README.uk.md"} {
		t.Run(document, func(t *testing.T) { consoletest.Session(t, filepath.Join(root, document)) })
	}
}

func TestModuleReadmes(t *testing.T) {
	const most = 150
	session := regexp.MustCompile(`consoletest\.Session\(t, "(\.\./)*README\.md"\)`)
	for _, folder := range commands(t) {
		module, _, _ := strings.Cut(folder, "/")
		readme := filepath.Join(root, module, "README.md")
		if lines := strings.Count(string(read(t, readme)), "\n"); lines > most {
			t.Errorf("%s has %d lines, at most %d", readme, lines, most)
		}
		executed := false
		walk(t, filepath.Join(root, module), func(path string) {
			if strings.HasSuffix(path, "_test.go") && session.Match(read(t, path)) {
				executed = true
			}
		})
		if !executed {
			t.Errorf("no test of %s calls consoletest.Session with its README", module)
		}
	}
}

// A document shows commands as a session, which a test runs. What no test can run stands in a block marked sh, after a
// comment that says why.
func TestNoUntestedCommands(t *testing.T) {
	reason := regexp.MustCompile(`<!-- not run by a test: .+ -->\n$`)
	walk(t, root, func(path string) {
		if !strings.HasSuffix(path, ".md") || strings.Contains(path, "/testdata/") {
			return
		}
		text := string(read(t, path))
		for _, fence := range regexp.MustCompile("(?m)^```(sh|bash|shell|zsh)\n").FindAllStringIndex(text, -1) {
			if !reason.MatchString(text[:fence[0]]) {
				t.Errorf("%s:%d: commands that no test runs, without a reason", path, 1+strings.Count(text[:fence[0]], "\n"))
			}
		}
	})
}

// walk calls visit with every file below the folder that git would keep.
func walk(t *testing.T, folder string, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "bin") {
			return fs.SkipDir
		}
		if err == nil && entry.Type().IsRegular() {
			visit(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
