package deploy

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What docker build sends to the engine is source and nothing else: files that lie beside it, secrets above all, stay
// on the machine. The classic builder and BuildKit read .dockerignore each in a way of its own; this is the classic
// one.
func TestContext(t *testing.T) {
	tracked := trackedFiles(t)
	folder := t.TempDir()
	for _, name := range tracked {
		if info, err := os.Stat(filepath.Join("..", name)); err == nil && info.Mode().IsRegular() {
			plant(t, folder, name, name)
		}
	}
	planted := []string{
		".env", "id_rsa", "private.pem", "backup.tar.gz", "deploy/secrets.d/postgres_password", "deploy/secrets.d/assistant_store",
		"assistant/private.db", "assistant/private.db-wal", "assistant/secret.pem", "assistant/.env", "assistant/internal/id_ed25519",
		"schooldb/pupils.csv", "schooldb/internal/grades.xlsx", "lanchat/key.json", "junksort/.git-credentials",
		"storage/dump.rdb", "bin/assistant", "bin/tools/staticcheck", "dist/SHA256SUMS", "notes.txt",
	}
	for _, name := range planted {
		plant(t, folder, name, "secret")
	}
	const tag = "goweb/context"
	probe := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.WriteFile(probe, []byte("FROM scratch\nCOPY . /\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("docker", "build", "--quiet", "--tag", tag, "--file", probe, folder)
	cmd.Env = classic()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	defer docker(t, "rmi", tag)
	got := filesOf(t, tag)
	// Everything that a build reads: Go, module files, and what go:embed names; of the rest, how programs are compiled.
	source := regexp.MustCompile(`\.(go|s)$|/go\.(mod|sum)$|\.(sql|lua|toml|html|css|js|svg|ttf)$|/catalog/\w+\.txt$|/(sentence/rules|numbering/plans)\.txt$|/static/\w+\.png$|/completion\.[a-z]+$`)
	test := regexp.MustCompile(`_test\.go$|/(testdata|bench)/`)
	for _, name := range got {
		if name != "deploy/compile" && (!slices.Contains(tracked, name) || !source.MatchString(name) || test.MatchString(name)) {
			t.Errorf("%s is sent to the engine", name)
		}
	}
	for _, p := range programs() {
		wants := append(beside(t, p.module), p.module+"/go.mod", p.module+"/cmd/"+p.name+"/main.go")
		for _, want := range wants {
			if !slices.Contains(got, want) {
				t.Errorf("%s is not sent to the engine (see .dockerignore)", want)
			}
		}
	}
	t.Logf("%d files", len(got))
}

// beside returns what a build of a module reads beside Go: assembly, and the files that are embedded.
func beside(t *testing.T, module string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{$dir := .Dir}}{{range .SFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}{{range .EmbedFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}`, "./...")
	cmd.Dir = filepath.Join("..", module)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v", module, err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for path := range strings.FieldsSeq(string(out)) {
		if path = strings.TrimPrefix(path, root+"/"); !strings.Contains(path, "/testdata/") {
			files = append(files, path)
		}
	}
	return files
}

func trackedFiles(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// plant makes a file of the tree, or one that does not belong there, whose content is its name.
func plant(t *testing.T, folder, name, content string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if name == ".dockerignore" {
		text, err := os.ReadFile("../.dockerignore")
		if err != nil {
			t.Fatal(err)
		}
		content = string(text)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// filesOf returns the paths of the files of an image that was made of nothing else.
func filesOf(t *testing.T, tag string) []string {
	t.Helper()
	container := strings.TrimSpace(docker(t, "create", tag, "none"))
	defer docker(t, "rm", container)
	var names []string
	for r := tar.NewReader(strings.NewReader(docker(t, "export", container))); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		engine := regexp.MustCompile(`^(dev|etc|proc|sys|\.dockerenv)`) // what every container has
		if header.Typeflag == tar.TypeReg && !engine.MatchString(header.Name) {
			names = append(names, header.Name)
		}
	}
}
