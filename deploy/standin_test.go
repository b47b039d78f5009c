package deploy

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
)

// A stand-in is a base image made from what is installed on this machine, under the tag that the Dockerfile and the
// compose file name, for machines on which Docker runs but no image registry can be reached. It carries
// standInLabel, so that a later run with a registry does not take it for the real one. A second tag, in standInName,
// is the checksum of its files: as long as nothing changes, it stays the same image, and what was built upon it is
// built.
const (
	standInLabel = "goweb.standin"
	standInName  = "goweb/standin"
)

// baseImage provides tag: as the engine has it, from a registry, or as a stand-in that fill makes.
func baseImage(t *testing.T, tag string, fill func(t *testing.T, root *rootfs), change ...string) {
	t.Helper()
	label, err := exec.Command("docker", "image", "inspect", "--format", `{{index .Config.Labels "`+standInLabel+`"}}`, tag).Output()
	if err == nil && strings.TrimSpace(string(label)) == "" {
		return
	}
	if registryAnswers(tag) {
		return
	}
	t.Logf("%s: no registry answers; making a stand-in from this machine's own files", tag)
	archive, err := os.Create(filepath.Join(t.TempDir(), "rootfs.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	sum := sha256.New()
	root := &rootfs{w: tar.NewWriter(io.MultiWriter(archive, sum)), seen: map[string]bool{}}
	fill(t, root)
	if err := errors.Join(root.err, root.w.Close()); err != nil {
		t.Fatalf("stand-in for %s: %v", tag, err)
	}
	changes := append([]string{"LABEL " + standInLabel + "=1"}, change...)
	fmt.Fprint(sum, changes)
	kept := fmt.Sprintf("%s:%x", standInName, sum.Sum(nil)[:16])
	if exec.Command("docker", "image", "inspect", kept).Run() != nil {
		args := []string{"import"}
		for _, c := range changes {
			args = append(args, "--change", c)
		}
		docker(t, append(args, archive.Name(), kept)...)
	}
	docker(t, "tag", kept, tag)
}

// registryAnswers pulls the image where that is possible.
func registryAnswers(tag string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return exec.CommandContext(ctx, "docker", "pull", "--quiet", tag).Run() == nil
}

// rootfs is the file system of a stand-in while it is written. The first error sticks and is told at the end.
type rootfs struct {
	w    *tar.Writer
	seen map[string]bool
	err  error
}

// base is what the stand-ins for builders and servers have: a shell, certificates, accounts, /tmp.
func (r *rootfs) base(t *testing.T) {
	t.Helper()
	for _, link := range []string{"bin", "sbin", "lib", "lib64"} {
		r.link("/"+link, "usr/"+link)
	}
	r.directory("/tmp", 0o1777)
	r.directory("/run", 0o1777)
	r.directory("/proc", 0o555)
	r.directory("/sys", 0o555)
	r.directory("/dev", 0o755)
	busybox := need(t, "busybox", "busybox-static")
	r.copyAs(busybox, "/usr/bin/busybox")
	applets, err := exec.Command(busybox, "--list").Output()
	r.fail(err)
	for _, applet := range strings.Fields(string(applets)) {
		if applet != "busybox" {
			r.link("/usr/bin/"+applet, "busybox")
		}
	}
	r.file("/etc/ssl/certs/ca-certificates.crt")
	r.text("/etc/passwd", "root:x:0:0::/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\nredis:x:998:998::/data:/bin/sh\n", 0o644)
	r.text("/etc/group", "root:x:0:\npostgres:x:999:\nredis:x:998:\n", 0o644)
	r.text("/etc/nsswitch.conf", "hosts: files dns\n", 0o644)
}

func (r *rootfs) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// fresh tells whether the path is not there yet, and notes it.
func (r *rootfs) fresh(path string) bool {
	if r.err != nil || r.seen[path] {
		return false
	}
	r.seen[path] = true
	return true
}

func (r *rootfs) header(h *tar.Header) {
	h.Name = strings.TrimPrefix(h.Name, "/")
	h.ModTime = time.Unix(0, 0)
	r.fail(r.w.WriteHeader(h))
}

func (r *rootfs) link(path, target string) {
	if r.fresh(path) {
		r.header(&tar.Header{Typeflag: tar.TypeSymlink, Name: path, Linkname: target, Mode: 0o777})
	}
}

func (r *rootfs) directory(path string, mode int64) {
	if r.fresh(path) {
		r.header(&tar.Header{Typeflag: tar.TypeDir, Name: path + "/", Mode: mode})
	}
}

func (r *rootfs) text(path, content string, mode int64) {
	if r.fresh(path) {
		r.header(&tar.Header{Typeflag: tar.TypeReg, Name: path, Mode: mode, Size: int64(len(content))})
		_, err := io.WriteString(r.w, content)
		r.fail(err)
	}
}

// file copies a file of this machine to the same place; a symbolic link with what it leads to.
func (r *rootfs) file(path string) {
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		r.fail(err)
		return
	}
	path = filepath.Join(folder, filepath.Base(path))
	target, err := os.Readlink(path)
	if err != nil {
		r.copyAs(path, path)
		return
	}
	r.link(path, target)
	if !filepath.IsAbs(target) {
		target = filepath.Join(folder, target)
	}
	r.file(target)
}

func (r *rootfs) copyAs(source, path string) {
	if !r.fresh(path) {
		return
	}
	f, err := os.Open(source)
	if err != nil {
		r.fail(err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		r.fail(err)
		return
	}
	r.header(&tar.Header{Typeflag: tar.TypeReg, Name: path, Mode: int64(info.Mode().Perm()), Size: info.Size()})
	_, err = io.CopyN(r.w, f, info.Size())
	r.fail(err)
}

// tree copies a folder of this machine to another place, without the paths that skip names.
func (r *rootfs) tree(source, path string, skip func(below string) bool) {
	r.fail(filepath.WalkDir(source, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(source, name)
		if err != nil {
			return err
		}
		to := filepath.Join(path, below)
		switch {
		case skip != nil && skip(below):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			if err != nil {
				return err
			}
			r.link(to, target)
		case entry.IsDir():
			r.directory(to, 0o755)
		case entry.Type().IsRegular():
			r.copyAs(name, to)
		}
		return r.err
	}))
}

// libraries copies the shared objects that the programs are linked with.
func (r *rootfs) libraries(programs ...string) {
	for _, program := range programs {
		out, err := exec.Command("ldd", program).Output()
		if err != nil {
			continue // a static program, or a script
		}
		for _, word := range strings.Fields(string(out)) {
			if filepath.IsAbs(word) {
				r.file(word)
			}
		}
	}
}

// program copies a program of this machine with what it is linked with.
func (r *rootfs) program(path string) {
	r.file(path)
	r.libraries(path)
}

const goBuilderEnvironment = "ENV PATH=/usr/local/go/bin:/usr/bin:/bin GOPATH=/go GOCACHE=/go/cache GOPROXY=file:///goproxy GOSUMDB=off"

// goBuilder is Go as it is installed here, with a proxy made of the module cache.
func goBuilder(t *testing.T, root *rootfs) {
	for _, p := range programs() {
		cmd := exec.Command("go", "mod", "download")
		cmd.Dir = filepath.Join("..", p.module)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go mod download in %s: %v\n%s", p.module, err, out)
		}
	}
	root.base(t)
	goroot, cache := goEnv(t, "GOROOT"), goEnv(t, "GOMODCACHE")
	root.tree(goroot, "/usr/local/go", func(below string) bool {
		return below == "test" || below == "doc" || below == "api" || strings.HasSuffix(below, "/testdata")
	})
	for _, name := range moduleFiles(t) {
		if file := filepath.Join(cache, "cache", "download", name); exists(file) {
			root.copyAs(file, "/goproxy/"+name)
		}
	}
}

// moduleFiles returns the files in which a proxy keeps what the programs' go.sum files name:
// "github.com/urfave/cli/v2/@v/v2.27.7.zip".
// Of many modules no more than the go.mod is ever needed.
func moduleFiles(t *testing.T) []string {
	var found []string
	for _, p := range programs() {
		sums, err := os.ReadFile(filepath.Join("..", p.module, "go.sum"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(sums)) {
			fields := strings.Fields(line)
			escaped, err := module.EscapePath(fields[0])
			if err != nil {
				t.Fatal(err)
			}
			version, short := strings.CutSuffix(fields[1], "/go.mod")
			found = append(found, escaped+"/@v/"+version+".mod")
			if !short {
				found = append(found, escaped+"/@v/"+version+".info", escaped+"/@v/"+version+".zip")
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func postgresServer(t *testing.T, root *rootfs) {
	postgres, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(postgres) == 0 {
		t.Fatalf("no PostgreSQL server on this machine: install the Debian package postgresql (%v)", err)
	}
	root.base(t)
	home := filepath.Dir(filepath.Dir(postgres[len(postgres)-1]))
	root.tree(home, home, func(below string) bool {
		return strings.Contains(below, "llvmjit") || strings.Contains(below, "bitcode")
	})
	root.tree(strings.Replace(home, "/lib/", "/share/", 1), strings.Replace(home, "/lib/", "/share/", 1), nil)
	root.tree("/usr/share/zoneinfo", "/usr/share/zoneinfo", nil)
	root.tree("/usr/lib/locale/C.utf8", "/usr/lib/locale/C.utf8", nil)
	objects, err := filepath.Glob(home + "/*/*")
	root.fail(err)
	for _, object := range objects {
		if !strings.Contains(object, "llvmjit") {
			root.libraries(object)
		}
	}
	root.text("/entrypoint", fmt.Sprintf(postgresEntrypoint, home), 0o755)
}

// postgresEntrypoint understands what compose.yaml says to the real image: user, database, password file, init scripts.
const postgresEntrypoint = `#!/bin/sh
set -e
bin=%s/bin
export PATH=$bin:$PATH PGDATA=/var/lib/postgresql/data LC_ALL=C.UTF-8
if [ "$(id -u)" = 0 ]; then
	mkdir -p "$PGDATA" /var/run/postgresql
	chown -R 999:999 /var/lib/postgresql /var/run/postgresql
	chmod 700 "$PGDATA"
	exec su postgres -c "PATH=$PATH exec $0 postgres"
fi
if [ ! -f "$PGDATA/PG_VERSION" ]; then
	initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth=scram-sha-256 --auth-local=trust >/dev/null
	echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
	pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -k /tmp" -w start >/dev/null
	[ "$POSTGRES_DB" = postgres ] || psql -h /tmp -U "$POSTGRES_USER" -d postgres -qc "CREATE DATABASE \"$POSTGRES_DB\""
	for script in /docker-entrypoint-initdb.d/*.sql; do
		[ -f "$script" ] && psql -h /tmp -U "$POSTGRES_USER" -d "$POSTGRES_DB" -qf "$script"
	done
	pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -k /tmp
`

// distroless has certificates, accounts and folders, and no program at all. Its certificates are of another day than
// those that the Dockerfile copies: a layer that changes nothing is one that the classic builder loses.
func distroless(_ *testing.T, root *rootfs) {
	root.directory("/tmp", 0o1777)
	root.text("/etc/ssl/certs/ca-certificates.crt", "", 0o644)
	root.text("/etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n", 0o644)
	root.text("/etc/group", "root:x:0:\nnonroot:x:65532:\n", 0o644)
}

// redisServer is Debian's Redis with the setting that the official image is compiled with: it answers its network.
func redisServer(t *testing.T, root *rootfs) {
	root.base(t)
	root.copyAs(need(t, "redis-server", "redis-server"), "/usr/bin/redis-server.debian")
	root.libraries(need(t, "redis-server", "redis-server"))
	root.text("/usr/bin/redis-server", "#!/bin/sh\nexec redis-server.debian \"$@\" --protected-mode no\n", 0o755)
	root.program(need(t, "redis-cli", "redis-tools"))
	root.directory("/data", 0o777)
}

// ferretServer stands in for MongoDB: FerretDB speaks its protocol, with less behind it and without a password.
func ferretServer(t *testing.T, root *rootfs) {
	path := filepath.Join(t.TempDir(), "ferretdb")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = "../storage/storagetest/ferretdb"
	cmd.Env = append(os.Environ(), "GOWORK=off") // as storagetest builds it, whose compiled packages are used again
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build FerretDB: %v\n%s", err, out)
	}
	root.base(t)
	root.copyAs(path, "/usr/bin/ferretdb")
	root.libraries(path)
	// What the health check of compose.yaml calls; it only sees that the port is open.
	root.text("/usr/bin/mongosh", "#!/bin/sh\nexec nc -w 1 127.0.0.1 27017 </dev/null\n", 0o755)
	root.directory("/data", 0o777)
	root.directory("/data/db", 0o777)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// need returns the path of a program that the tests use.
func need(t *testing.T, program, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is missing: install the Debian package %s", program, debianPackage)
	}
	return path
}
