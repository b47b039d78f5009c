package deploy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// project is one run of compose.yaml with names, volumes and networks of its own.
type project struct {
	t       *testing.T
	name    string
	command []string // docker-compose, or docker compose where the plugin is installed
}

// compose provides the base images of the servers and takes everything down when the test ends.
func compose(t *testing.T, profiles ...string) *project {
	t.Helper()
	images(t)
	if slices.ContainsFunc(profiles, func(p string) bool { return p == "postgres" || p == "redis" || p == "school" }) {
		baseImage(t, postgresImage, postgresServer, `ENTRYPOINT ["/entrypoint"]`, `CMD ["postgres"]`,
			"VOLUME /var/lib/postgresql/data", "ENV PATH="+filepath.Dir(postgresProgram(t))+":/usr/bin:/bin")
	}
	if slices.Contains(profiles, "redis") {
		baseImage(t, redisImage, redisServer, `CMD ["redis-server"]`, "WORKDIR /data", "USER 998:998")
	}
	if slices.Contains(profiles, "mongo") {
		baseImage(t, mongoImage, ferretServer, `CMD ["ferretdb", "0.0.0.0:27017", "/data/db"]`, "VOLUME /data/db")
	}
	p := &project{t: t, name: "goweb-" + strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))}
	switch {
	case exec.Command("docker", "compose", "version").Run() == nil:
		p.command = []string{"docker", "compose"}
	case exec.Command("docker-compose", "version").Run() == nil:
		p.command = []string{"docker-compose"}
	default:
		t.Fatal("neither docker compose nor docker-compose is here: install the Debian package docker-compose")
	}
	if out, err := exec.Command("./secrets").CombinedOutput(); err != nil {
		t.Fatalf("deploy/secrets: %v\n%s", err, out)
	}
	p.command = append(p.command, "--file", "compose.yaml", "--project-name", p.name)
	for _, profile := range profiles {
		p.command = append(p.command, "--profile", profile)
	}
	t.Cleanup(func() {
		if t.Failed() {
			out, err := p.try("", "logs", "--no-color")
			t.Logf("logs: %s%v", out, err)
		}
		p.run("down", "--volumes", "--timeout", "5")
	})
	return p
}

func (p *project) run(args ...string) string {
	p.t.Helper()
	out, err := p.try("", args...)
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// try runs a compose command with the given standard input and returns its standard output.
func (p *project) try(input string, args ...string) (string, error) {
	words := slices.Concat(p.command, args)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin = strings.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("compose %s: %w\n%s%s", strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String(), nil
}

// once runs a service as a one-shot container, without a terminal.
func (p *project) once(service string, args ...string) string {
	p.t.Helper()
	return p.run(slices.Concat([]string{"run", "--rm", "-T", service}, args)...)
}

func contains(t *testing.T, output string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(output, want) {
			t.Errorf("%q is not in:\n%s", want, output)
		}
	}
}

// The assistant gives the same answers on every store that compose.yaml offers.
func TestComposeAssistant(t *testing.T) {
	for _, test := range []struct{ service, profile string }{
		{"assistant", "assistant"},
		{"assistant-postgres", "postgres"},
		{"assistant-mongo", "mongo"},
		{"assistant-cached", "redis"},
	} {
		t.Run(test.service, func(t *testing.T) {
			p := compose(t, strings.Fields(test.profile)...)
			p.once(test.service, "contact", "add", "--name", "Оксана Шевчук", "--phone", "067 123-45-67", "--birthday", "1990-11-28")
			p.once(test.service, "note", "add", "Замовити торт для Оксани", "--title", "Торт")
			contains(t, p.once(test.service, "search", "оксан"), "Оксана Шевчук", "+380671234567", "Торт")
			contains(t, p.once(test.service, "birthdays", "--on", "2026-11-25"), "2026-11-28", "36")
			if test.profile == "redis" {
				answeredFromTheCache(t, p, test.service)
			}
		})
	}
}

// answeredFromTheCache asks the same question twice: without a cache that answers, there is no hit.
func answeredFromTheCache(t *testing.T, p *project, service string) {
	t.Helper()
	p.once(service, "search", "шевчук")
	p.once(service, "search", "шевчук")
	text, hits := p.once(service, "cache", "info", "--json"), 0
	for line := range strings.Lines(text) {
		var info struct{ Hits int }
		if err := json.Unmarshal([]byte(line), &info); err != nil {
			t.Errorf("cache info says %q: %v", line, err)
		}
		hits += info.Hits
	}
	if hits < 1 {
		t.Errorf("nothing was answered from the cache: %s", text)
	}
}

func TestComposeSchooldb(t *testing.T) {
	p := compose(t, "school")
	if out, err := p.try("", "run", "--rm", "-T", "schooldb", "query", "top-students"); err == nil {
		t.Errorf("a database without tables was queried: %s", out)
	}
	p.once("schooldb", "migrate")
	p.once("schooldb", "seed", "--seed", "1")
	if rows := p.once("schooldb", "query", "top-students", "--json"); strings.Count(rows, `"student_id"`) != 5 {
		t.Errorf("top-students gives %s, want five rows", rows)
	}
	p.once("schooldb", "verify")
}

// Two hosts of one network. One of them is killed while messages come in: what was answered OK is there afterwards.
func TestComposeLanchat(t *testing.T) {
	p := compose(t, "lanchat")
	p.run("up", "--detach", "lanchat-olena", "lanchat-taras")
	port := lanchatPort(t)
	send := func(text string) error {
		_, err := p.try("", "exec", "-T", "lanchat-olena", "/lanchat", "send", "--timeout", "5s", "taras:"+port, text)
		return err
	}
	p.healthy("lanchat-taras")
	if err := send("привіт"); err != nil {
		t.Fatal(err)
	}
	var stored []string
	killed := make(chan error, 1)
	for i := range 12 {
		if i == 4 {
			go func() {
				_, err := p.try("", "kill", "--signal", "SIGKILL", "lanchat-taras")
				killed <- err
			}()
		}
		if text := fmt.Sprintf("message %d", i); send(text) == nil {
			stored = append(stored, text)
		}
	}
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	p.run("up", "--detach", "lanchat-taras")
	p.healthy("lanchat-taras")
	if out, err := p.try("", "exec", "-T", "lanchat-olena", "/lanchat", "outbox", "retry"); err != nil {
		t.Logf("outbox retry: %s %v", out, err)
	}
	inbox := p.run("exec", "-T", "lanchat-taras", "/lanchat", "inbox", "--json")
	contains(t, inbox, append(stored, "привіт")...)
	for _, text := range stored {
		if n := strings.Count(inbox, `"`+text+`"`); n != 1 {
			t.Errorf("%q is in the inbox %d times", text, n)
		}
	}
	p.stopsCleanly("lanchat-olena", "lanchat-taras")
}

// lanchatPort is the port that the image says it listens on.
func lanchatPort(t *testing.T) string {
	t.Helper()
	port := docker(t, "image", "inspect", "--format", "{{range $p, $_ := .Config.ExposedPorts}}{{$p}}{{end}}", "goweb/lanchat")
	return strings.TrimSuffix(strings.TrimSpace(port), "/tcp")
}

// healthy waits until the health check of the service's container has passed.
func (p *project) healthy(service string) {
	p.t.Helper()
	p.await(service, `[ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]`)
}

// shows waits until the service's container has printed the text.
func (p *project) shows(service, text string) {
	p.t.Helper()
	p.await(service, `docker logs "$1" 2>&1 | grep -qF "$2"`, text)
}

// await waits until a condition of the shell holds, in which $1 is the service's container.
func (p *project) await(service, condition string, args ...string) {
	p.t.Helper()
	script := `for i in $(seq 120); do ` + condition + ` && exit 0; sleep 0.5; done; docker inspect --format '{{json .State}}' "$1"; exit 1`
	cmd := exec.Command("sh", slices.Concat([]string{"-c", script, "sh", p.container(service)}, args)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("%s is not ready: %s", service, out)
	}
}

func (p *project) container(service string) string {
	p.t.Helper()
	return strings.TrimSpace(p.run("ps", "--quiet", service))
}

// stopsCleanly stops services and looks at their exit codes: 0, within the five seconds after which they would be
// killed.
func (p *project) stopsCleanly(services ...string) {
	p.t.Helper()
	containers := map[string]string{}
	for _, service := range services {
		containers[service] = p.container(service)
	}
	p.run(slices.Concat([]string{"stop", "--timeout", "5"}, services)...)
	for service, container := range containers {
		if code := strings.TrimSpace(docker(p.t, "inspect", "--format", "{{.State.ExitCode}}", container)); code != "0" {
			p.t.Errorf("%s ended with %s after its stop signal, want 0", service, code)
		}
	}
}

// Every container of compose.yaml that stays up ends with 0 when it is told to: the servers, and an assistant at its
// prompt.
func TestComposeStops(t *testing.T) {
	p := compose(t, "assistant", "postgres", "mongo", "redis", "lanchat")
	assistants := []string{"assistant", "assistant-postgres", "assistant-mongo", "assistant-cached"}
	servers := []string{"postgres", "mongo", "redis", "lanchat-olena", "lanchat-taras"}
	p.run(slices.Concat([]string{"up", "--detach"}, servers, assistants)...)
	for _, service := range servers {
		p.healthy(service)
	}
	for _, service := range assistants {
		p.shows(service, "Ctrl-D ends")
	}
	p.stopsCleanly(slices.Concat(assistants, servers)...)
}

// compose.yaml says nothing that either reader of it refuses or warns of; no service starts that no profile names, and
// each has its limits.
func TestComposeFileIsValid(t *testing.T) {
	p := compose(t)
	cmd := exec.Command(p.command[0], append(p.command[1:], "config", "--quiet")...)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("compose config says: %s%v", out, err)
	}
	config, services := p.run("config"), strings.Count(p.run("config", "--services"), "\n")
	for _, each := range []string{
		"profiles:", "mem_limit: ", "pids_limit: 256", "max-size: 10m", "- no-new-privileges:true", "- ALL",
	} {
		found := 0
		for line := range strings.Lines(config) {
			if strings.HasPrefix(strings.TrimSpace(line), strings.TrimSpace(each)) {
				found++
			}
		}
		if found < services {
			t.Errorf("%d of %d services have %q", found, services, each)
		}
	}
}

func postgresProgram(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err = errors.Join(err, os.ErrNotExist); len(found) == 0 {
		t.Fatalf("no PostgreSQL server on this machine: install the Debian package postgresql (%v)", err)
	}
	return found[len(found)-1]
}
