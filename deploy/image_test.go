package deploy

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is one image: the program's name, the module that holds it, and how large it may be.
type program struct {
	name, module string
	megabytes    int64
}

func programs() []program {
	return []program{
		{"assistant", "assistant", 50},
		{"serializer", "serializer", 25},
		{"lrucache", "storage", 25},
		{"junksort", "junksort", 25},
		{"factorize", "factorize", 25},
		{"schooldb", "schooldb", 32},
		{"lanchat", "lanchat", 25},
	}
}

const (
	goImage       = "golang:1.26.8-bookworm"
	postgresImage = "postgres:17"
	redisImage    = "redis:7"
	mongoImage    = "mongo:7"

	distrolessImage = "gcr.io/distroless/static-debian12"
)

func TestMain(m *testing.M) {
	if out, err := exec.Command("docker", "info").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "test-images needs Docker's engine (Debian: docker.io) and the right to use it: %v\n%s", err, out)
		if os.Getenv("REQUIRE_SERVICES") == "1" {
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	_ = os.RemoveAll(firstRelease.folder)
	os.Exit(code)
}

// version is stamped into every program of these tests.
const version = "1.2.3-test"

// images builds all images as a user does, once for all tests of the package.
func images(t *testing.T) {
	t.Helper()
	built.Do(func() {
		baseImage(t, goImage, goBuilder, goBuilderEnvironment)
		cmd := exec.Command("make", "images", "VERSION="+version)
		cmd.Dir = ".."
		cmd.Env = classic()
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("make images: %w\n%s", err, out)
		}
		built.done = built.err == nil
	})
	if !built.done {
		t.Fatalf("the images could not be built: %v", built.err)
	}
}

// built is what [images] has done: the one thing that the tests of this package share.
var built struct {
	sync.Once
	done bool
	err  error
}

// classic is the environment in which docker builds with the classic builder, the one that understands least.
func classic() []string { return append(os.Environ(), "DOCKER_BUILDKIT=0") }

// build makes one image in another way than the Makefile does.
func build(p program, tag string, flags ...string) error {
	// As the Makefile has it, so that its layers are used again.
	warm := "std"
	if modules, err := os.ReadFile("../" + p.module + "/go.mod"); err != nil {
		return err
	} else if bytes.Contains(modules, []byte("modernc.org/sqlite")) {
		warm += " modernc.org/sqlite"
	}
	args := append([]string{
		"build", "--file", "deploy/Dockerfile", "--target", p.name, "--tag", tag,
		"--build-arg", "MODULE=" + p.module, "--build-arg", "PROGRAM=" + p.name, "--build-arg", "VERSION=" + version,
		"--build-arg", "WARM=" + warm,
	}, flags...)
	cmd := exec.Command("docker", append(args, ".")...)
	cmd.Dir = ".."
	cmd.Env = classic()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("docker build %s: %w\n%s", p.name, err, out)
	}
	return nil
}

// docker runs the docker command and returns its standard output; a failure ends the test.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := dockerCommand(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func dockerCommand(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("docker %s: %w\n%s%s", strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String(), nil
}

// hardened is how every container of these tests runs: nothing but /data can be written, no capability is held.
func hardened(args ...string) []string {
	return append([]string{"--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"}, args...)
}

// run runs a one-shot container on a volume and returns what it printed.
func run(t *testing.T, volume, image string, args ...string) string {
	t.Helper()
	flags := append([]string{"run", "--rm"}, hardened("--volume", volume+":/data", image)...)
	return docker(t, append(flags, args...)...)
}

// newVolume makes a volume that goes with the test.
func newVolume(t *testing.T) string {
	t.Helper()
	name := strings.TrimSpace(docker(t, "volume", "create"))
	t.Cleanup(func() {
		if _, err := dockerCommand("volume", "rm", "--force", name); err != nil {
			t.Error(err)
		}
	})
	return name
}

func TestImages(t *testing.T) {
	images(t)
	for _, p := range programs() {
		t.Run(p.name, func(t *testing.T) {
			var inspected []struct {
				Size   int64
				Config struct {
					User        string
					Labels      map[string]string
					Entrypoint  []string
					Healthcheck *struct{ Test []string }
				}
			}
			if err := json.Unmarshal([]byte(docker(t, "image", "inspect", "goweb/"+p.name)), &inspected); err != nil {
				t.Fatal(err)
			}
			image := inspected[0]
			t.Logf("%s: %.1f MB", p.name, float64(image.Size)/1e6)
			if image.Size > p.megabytes*1e6 {
				t.Errorf("%.1f MB, at most %d MB", float64(image.Size)/1e6, p.megabytes)
			}
			if image.Config.User != "65532:65532" {
				t.Errorf("runs as %q, want the numeric user 65532:65532", image.Config.User)
			}
			if (p.name == "lanchat" || p.name == "assistant") && (image.Config.Healthcheck == nil || image.Config.Healthcheck.Test[0] != "CMD") {
				t.Error("a server without an exec-form HEALTHCHECK")
			}
			for _, label := range []string{
				"title", "description", "version", "revision", "vendor", "licenses", "url", "source", "documentation",
			} {
				if image.Config.Labels["org.opencontainers.image."+label] == "" {
					t.Errorf("no label org.opencontainers.image.%s", label)
				}
			}
			if got := run(t, newVolume(t), "goweb/"+p.name, "--version"); got != p.name+" "+version+"\n" {
				t.Errorf("--version prints %q, want the stamped version %s", got, version)
			}
		})
	}
}

// The programs run on a distroless base as they do on none.
func TestDistroless(t *testing.T) {
	images(t)
	baseImage(t, distrolessImage, distroless)
	const tag = "goweb/lanchat:distroless"
	if err := build(program{name: "lanchat", module: "lanchat"}, tag, "--build-arg", "BASE_IMAGE="+distrolessImage); err != nil {
		t.Fatal(err)
	}
	volume := newVolume(t)
	contains(t, run(t, volume, tag, "--version"), version)
	contains(t, run(t, volume, tag, "id"), "name")
	docker(t, "rmi", tag)
}

// Two runs of the builder must give the same bytes. The second one starts from an image of another identity, so that no
// layer of the first is used again: one program is enough to tell that the way of building is sound, all are built
// again in the long version (make test-releases).
func TestBuildsAreReproducible(t *testing.T) {
	images(t)
	const other = "goweb/builder:other"
	cmd := exec.Command("docker", "build", "--tag", other, "-")
	cmd.Stdin = strings.NewReader("FROM " + goImage + "\nLABEL goweb.other=1\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	twice := []program{{name: "factorize", module: "factorize"}}
	if os.Getenv("GOWEB_SOAK") == "1" {
		twice = programs()
	}
	for _, p := range twice {
		again := "goweb/" + p.name + ":again"
		if err := build(p, again, "--build-arg", "GO_IMAGE="+other); err != nil {
			t.Fatal(err)
		}
		first, second := binarySum(t, "goweb/"+p.name, p.name), binarySum(t, again, p.name)
		if first != second {
			t.Errorf("%s: two builds differ: %x and %x", p.name, first, second)
		}
		docker(t, "rmi", again)
	}
	docker(t, "rmi", other)
}

// binarySum is the SHA-256 of the program inside an image.
func binarySum(t *testing.T, image, name string) [sha256.Size]byte {
	t.Helper()
	container := strings.TrimSpace(docker(t, "create", image))
	defer docker(t, "rm", container)
	files := tar.NewReader(strings.NewReader(docker(t, "cp", container+":/"+name, "-")))
	if _, err := files.Next(); err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(files)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(data)
}
