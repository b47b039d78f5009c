package deploy

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

const (
	released    = "v1.98.7"
	releasePath = "github.com/pythonweb/goweb"
	debianImage = "debian:12-slim"
)

// releaseTargets is what the tests make releases for: this machine's own system, and every one in the long version
// (make test-releases), which compiles all programs five times more.
func releaseTargets() []string {
	if os.Getenv("GOWEB_SOAK") != "1" {
		return []string{"linux_" + runtime.GOARCH}
	}
	return []string{"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64", "windows_arm64"}
}

// aRelease is one run of make release in a clone of this checkout's last commit.
type aRelease struct{ clone, dist, push string }

// firstRelease is what the tests of releases share: the run takes minutes.
var firstRelease struct {
	sync.Once
	aRelease
	folder string
	err    error
}

// release returns the run that all tests look at.
func release(t *testing.T) aRelease {
	t.Helper()
	firstRelease.Do(func() {
		firstRelease.folder, firstRelease.err = os.MkdirTemp("", "goweb-release-")
		if firstRelease.err == nil {
			firstRelease.aRelease, firstRelease.err = makeRelease(filepath.Join(firstRelease.folder, "clone"))
		}
	})
	if firstRelease.err != nil {
		t.Fatal(firstRelease.err)
	}
	return firstRelease.aRelease
}

func makeRelease(clone string) (aRelease, error) {
	if out, err := exec.Command("git", "clone", "--quiet", "..", clone).CombinedOutput(); err != nil {
		return aRelease{}, fmt.Errorf("git clone: %w\n%s", err, out)
	}
	cmd := exec.Command("make", "--silent", "release", "VERSION="+released, "TARGETS="+strings.Join(releaseTargets(), ","))
	cmd.Dir = clone
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return aRelease{}, fmt.Errorf("make release: %w\n%s", err, &stderr)
	}
	return aRelease{clone: clone, dist: filepath.Join(clone, "dist"), push: stdout.String()}, nil
}

// Two runs in other folders give the same bytes and the same commit; the check sums are right, and nothing else is
// there.
func TestReleaseIsReproducible(t *testing.T) {
	first := release(t)
	second, err := makeRelease(filepath.Join(t.TempDir(), "elsewhere"))
	if err != nil {
		t.Fatal(err)
	}
	sums := func(r aRelease) string {
		text, err := os.ReadFile(filepath.Join(r.dist, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if a, b := sums(first), sums(second); a != b {
		t.Errorf("the runs differ:\n%s\n%s", a, b)
	}
	if a, b := gitSays(t, first.clone, "rev-parse", released), gitSays(t, second.clone, "rev-parse", released); a != b {
		t.Errorf("the release commits differ: %s and %s", a, b)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
	check.Dir = first.dist
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
	entries, err := os.ReadDir(first.dist)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(sums(first), "\n"); n != len(entries)-1 {
		t.Errorf("%d files, %d check sums", len(entries)-1, n)
	}
	if want := "git push origin " + released; !strings.HasPrefix(first.push, want) {
		t.Errorf("the last line is %q, want %q …", first.push, want)
	}
	// Beside the branch, not on it, and nothing of it pushed.
	if log := gitSays(t, first.clone, "log", "--format=%s", "HEAD"); strings.Contains(log, "Release "+released) {
		t.Error("the release commit is on the branch")
	}
	refuse := exec.Command("make", "--silent", "release", "VERSION="+released)
	refuse.Dir = first.clone
	if out, err := refuse.CombinedOutput(); err == nil || !strings.Contains(string(out), "holds files already") {
		t.Errorf("a second run into the same folder: %v\n%s", err, out)
	}
}

// Every program is there for every target, or it is said why not; each archive has all that belongs to the program.
func TestReleaseArchives(t *testing.T) {
	r := release(t)
	for _, p := range programs() {
		for _, target := range releaseTargets() {
			system, processor, _ := strings.Cut(target, "_")
			if p.name == "junksort" && system == "windows" {
				continue
			}
			name := fmt.Sprintf("%s_%s_%s", p.name, released[1:], target)
			binary, files := p.name, map[string][]byte{}
			if system == "windows" {
				binary += ".exe"
				files = unzip(t, filepath.Join(r.dist, name+".zip"))
			} else {
				files = untar(t, filepath.Join(r.dist, name+".tar.gz"))
			}
			for _, want := range []string{
				binary, "README.md", "LICENSE", "LICENSES.txt", "CHANGELOG.md", p.name + ".1",
				"completion/" + p.name, "completion/_" + p.name, "completion/" + p.name + ".fish",
			} {
				if len(files[name+"/"+want]) == 0 {
					t.Errorf("%s has no %s", name, want)
				}
			}
			if !bytes.Contains(files[name+"/LICENSES.txt"], []byte("urfave/cli")) {
				t.Errorf("%s: the terms of urfave/cli are missing", name)
			}
			billOf(t, filepath.Join(r.dist, name+".cdx.json"))
			if system != runtime.GOOS || processor != runtime.GOARCH {
				continue
			}
			file := filepath.Join(t.TempDir(), p.name)
			if err := os.WriteFile(file, files[name+"/"+binary], 0o755); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(file, "--version").Output()
			if got := string(out); err != nil || got != p.name+" "+released+"\n" {
				t.Errorf("%s --version: %q, %v", name, got, err)
			}
		}
	}
}

// billOf reads a bill of materials and asks for what every program contains.
func billOf(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
		return
	}
	var bill struct {
		BOMFormat  string `json:"bomFormat"`
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(data, &bill); err != nil || bill.BOMFormat != "CycloneDX" {
		t.Errorf("%s: %q, %v", file, bill.BOMFormat, err)
	}
	for _, c := range bill.Components {
		if c.Name == "github.com/urfave/cli/v2" && c.Version != "" {
			return
		}
	}
	t.Errorf("%s does not list github.com/urfave/cli/v2", file)
}

func untar(t *testing.T, file string) map[string][]byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(unpacked); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

func unzip(t *testing.T, file string) map[string][]byte {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer r.Close()
	files := map[string][]byte{}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// From the tags a proxy serves what `go install` and another module's build take.
func TestReleaseFromAProxy(t *testing.T) {
	r := release(t)
	proxy := t.TempDir()
	for _, tag := range strings.Fields(strings.TrimPrefix(r.push, "git push origin ")) {
		if m, ok := strings.CutSuffix(tag, "/"+released); ok {
			serve(t, proxy, r.clone, m, tag)
		}
	}
	home := t.TempDir()
	// The modules of others come from where this machine has them.
	cache := "file://" + filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download")
	environment := append(os.Environ(), "GOWORK=off", "GOFLAGS=-modcacherw", "GOBIN="+home, "GOMODCACHE="+filepath.Join(home, "modules"),
		"GOPROXY=file://"+proxy+","+cache+","+goEnv(t, "GOPROXY"), "GOSUMDB=off", "CGO_ENABLED=0")
	run := func(folder string, args ...string) {
		t.Helper()
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir, cmd.Env = folder, environment
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run(home, "go", "install", releasePath+"/factorize/cmd/factorize@"+released)
	out, err := exec.Command(filepath.Join(home, "factorize"), "--version").Output()
	if got := string(out); err != nil || got != "factorize "+released+"\n" {
		t.Errorf("--version of what go install made: %q, %v", got, err)
	}
	importer := t.TempDir()
	const source = `package main

import "github.com/pythonweb/goweb/storage/lru"

func main() { var _ *lru.Cache }
`
	if err := os.WriteFile(filepath.Join(importer, "main.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	run(importer, "go", "mod", "init", "example.com/importer")
	run(importer, "go", "get", releasePath+"/storage@"+released)
	run(importer, "go", "mod", "tidy")
	run(importer, "go", "build", "./...")
}

// serve puts one module of a tag where a file proxy is looked for it.
func serve(t *testing.T, proxy, clone, m, tag string) {
	t.Helper()
	path, err := module.EscapePath(releasePath + "/" + m)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(proxy, path, "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(folder, released+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	version := module.Version{Path: releasePath + "/" + m, Version: released}
	if err := errors.Join(modzip.CreateFromVCS(f, version, clone, tag, m), f.Close()); err != nil {
		t.Fatal(err)
	}
	mod := gitSays(t, clone, "show", tag+":"+m+"/go.mod")
	if strings.Contains(mod, "replace") {
		t.Errorf("%s still replaces modules:\n%s", tag, mod)
	}
	for name, text := range map[string]string{
		released + ".mod": mod, released + ".info": `{"Version":"` + released + `"}`, "list": released + "\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func gitSays(t *testing.T, folder string, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-C", folder}, args...)...).Output()
	if err != nil {
		t.Fatalf("git %s: %v", args, err)
	}
	if args[0] == "show" {
		return string(out)
	}
	return strings.TrimSpace(string(out))
}

// Debian's own checker finds no error, and what a unit may do is little.
func TestReleasePackagesAreDebian(t *testing.T) {
	r := release(t)
	lintian := need(t, "lintian", "lintian")
	packages, err := filepath.Glob(filepath.Join(r.dist, "*_amd64.deb"))
	if err != nil || len(packages) != len(programs()) {
		t.Fatalf("%d packages (%v)", len(packages), err)
	}
	out, err := exec.Command(lintian, append([]string{"--allow-root", "--fail-on", "error", "--tag-display-limit", "0"}, packages...)...).CombinedOutput()
	if err != nil {
		t.Errorf("lintian: %v\n%s", err, out)
	}
	units, err := filepath.Glob("systemd/*.service")
	if err != nil || len(units) == 0 {
		t.Fatalf("no units (%v)", err)
	}
	analyze := need(t, "systemd-analyze", "systemd")
	for _, unit := range units {
		out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=20", unit).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", unit, err, out)
		}
	}
}

// A package is installed, upgraded over its data, removed, which keeps the data, and purged, which does not.
func TestReleasePackageComesAndGoes(t *testing.T) {
	r := release(t)
	baseImage(t, debianImage, debian)
	older := olderPackage(t, filepath.Join(r.dist, fmt.Sprintf("goweb-lanchat_%s-1_amd64.deb", released[1:])))
	// By its path: the shell of a stand-in has a dpkg of its own.
	script := `set -e
/usr/bin/dpkg --install /older.deb >/dev/null
dpkg-query --show goweb-lanchat
lanchat --version
test -s /usr/share/man/man1/lanchat.1.gz
test -s /usr/share/bash-completion/completions/lanchat
test -s /lib/systemd/system/lanchat.service
test ! -e /lib/systemd/system/assistant.service
lanchat --data /var/lib/lanchat id >/first
/usr/bin/dpkg --install /dist/goweb-lanchat_*_amd64.deb >/dev/null
dpkg-query --show goweb-lanchat
lanchat --data /var/lib/lanchat id | cmp - /first && echo the same key
/usr/bin/dpkg --remove goweb-lanchat >/dev/null
test ! -e /usr/bin/lanchat && test -d /var/lib/lanchat && echo removed
/usr/bin/dpkg --purge goweb-lanchat >/dev/null
test ! -e /var/lib/lanchat && echo purged
for p in /dist/*_amd64.deb; do /usr/bin/dpkg --install $p >/dev/null; done
test -s /lib/systemd/system/assistant.service
for p in /usr/bin/assistant /usr/bin/factorize /usr/bin/junksort /usr/bin/lrucache /usr/bin/schooldb /usr/bin/serializer; do $p --version; done
`
	out := docker(t, "run", "--rm", "--volume", r.dist+":/dist:ro", "--volume", older+":/older.deb:ro", debianImage, "sh", "-c", script)
	contains(t, out, "goweb-lanchat\t0.0.1-1\n", "lanchat "+released, "goweb-lanchat\t"+released[1:]+"-1\n", "the same key\n", "removed\n", "purged\n",
		"assistant "+released, "serializer "+released)
}

// olderPackage is the same package with an older version in its control file.
func olderPackage(t *testing.T, file string) string {
	t.Helper()
	folder := t.TempDir()
	tree, older := filepath.Join(folder, "tree"), filepath.Join(folder, "older.deb")
	if out, err := exec.Command("dpkg-deb", "--raw-extract", file, tree).CombinedOutput(); err != nil {
		t.Fatalf("dpkg-deb: %v\n%s", err, out)
	}
	control := filepath.Join(tree, "DEBIAN", "control")
	text, err := os.ReadFile(control)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`(?m)^Version: .*$`).ReplaceAll(text, []byte("Version: 0.0.1-1"))
	if err := os.WriteFile(control, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, older).CombinedOutput(); err != nil {
		t.Fatalf("dpkg-deb: %v\n%s", err, out)
	}
	return older
}

// debian is what the packages are installed into: dpkg of this machine and what it calls.
func debian(t *testing.T, root *rootfs) {
	// Before busybox, which has the same names.
	for _, name := range []string{"dpkg", "dpkg-deb", "dpkg-query", "dpkg-split", "dpkg-trigger", "tar", "diff", "ldconfig", "start-stop-daemon"} {
		path, err := exec.LookPath(name)
		if err != nil {
			path = "/sbin/" + name
		}
		root.program(path)
	}
	root.base(t)
	for _, folder := range []string{
		"/var", "/var/lib", "/var/lib/dpkg", "/var/lib/dpkg/info", "/var/lib/dpkg/updates", "/var/lib/dpkg/triggers", "/var/log", "/etc/dpkg",
		"/etc/dpkg/dpkg.cfg.d", "/var/cache", "/usr/local",
	} {
		root.directory(folder, 0o755)
	}
	// As on every system, a package owns the folders and links that all others use: dpkg takes away what nobody owns.
	root.text("/var/lib/dpkg/status", "Package: base-files\nStatus: install ok installed\nPriority: required\nSection: admin\n"+
		"Maintainer: Nobody <nobody@example.com>\nArchitecture: all\nVersion: 1\nDescription: folders\n\n", 0o644)
	root.text("/var/lib/dpkg/info/base-files.list",
		"/.\n/bin\n/lib\n/lib64\n/sbin\n/usr\n/usr/bin\n/usr/lib\n/usr/share\n/var\n/var/lib\n", 0o644)
	root.text("/var/lib/dpkg/available", "", 0o644)
}
