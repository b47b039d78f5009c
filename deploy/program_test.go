package deploy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Every program does its main job in its container, with nothing writable but /data.
func TestPrograms(t *testing.T) {
	images(t)
	t.Run("factorize", func(t *testing.T) {
		contains(t, run(t, newVolume(t), "goweb/factorize", "128", "255"), "128: 1 2 4 8 16 32 64 128\n", "255: 1 3 5 15 17 51 85 255\n")
	})
	t.Run("serializer", func(t *testing.T) {
		folder := shared(t, map[string]string{"a.json": `{"id":12345678901234567890123,"price":1.0}`})
		on(t, folder, "goweb/serializer", "convert", "a.json", "a.cbor")
		contains(t, on(t, folder, "goweb/serializer", "convert", "--to", "json", "a.cbor", "-"), `12345678901234567890123`, `1.0`)
	})
	t.Run("junksort", func(t *testing.T) {
		folder := shared(t, map[string]string{"a.jpg": "a", "b.txt": "b"})
		on(t, folder, "goweb/junksort", "sort", ".")
		for _, name := range []string{"images/a.jpg", "documents/b.txt"} {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Error(err)
			}
		}
		on(t, folder, "goweb/junksort", "undo", ".")
		if _, err := os.Stat(filepath.Join(folder, "a.jpg")); err != nil {
			t.Error(err)
		}
	})
	t.Run("schooldb", func(t *testing.T) {
		volume := newVolume(t)
		run(t, volume, "goweb/schooldb", "migrate")
		run(t, volume, "goweb/schooldb", "seed", "--seed", "1")
		contains(t, run(t, volume, "goweb/schooldb", "query", "stream-average", "--json"), `"mean"`)
	})
	t.Run("lrucache", func(t *testing.T) {
		// The image holds no other program, so lrucache caches itself, in a folder if it has a home.
		contains(t, run(t, newVolume(t), "goweb/lrucache", "run", "--", "/lrucache", "--version"), "lrucache ")
	})
}

// shared makes a folder that containers write to as their own user.
func shared(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, 65532, 65532); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(folder, 65532, 65532); err != nil {
		t.Fatal(err)
	}
	return folder
}

// on runs a program with /data being a folder of this machine.
func on(t *testing.T, folder, image string, args ...string) string {
	t.Helper()
	return run(t, folder, image, args...)
}

// docker run -it: a person types at the prompt, and docker stop ends it with 0.
func TestAssistantAtTheTerminal(t *testing.T) {
	images(t)
	name := "goweb-terminal"
	cmd := exec.Command("docker", append([]string{"run", "--interactive", "--tty", "--name", name},
		hardened("--volume", newVolume(t)+":/data", "goweb/assistant")...)...)
	defer func() { _, _ = dockerCommand("rm", "--force", name) }()
	terminal, screen := onTerminal(t, cmd)
	screen.until(t, "assistant> ")
	fmt.Fprint(terminal, "contact add --name 'Тарас Мельник' --phone 0501234567\r")
	screen.until(t, "added Тарас Мельник")
	fmt.Fprint(terminal, "search тарас\r")
	screen.until(t, "+380501234567")
	screen.until(t, "assistant> ")
	docker(t, "stop", "--time", "5", name)
	if code := strings.TrimSpace(docker(t, "inspect", "--format", "{{.State.ExitCode}}", name)); code != "0" {
		t.Errorf("docker stop at the prompt: exit code %s, want 0", code)
	}
	_ = cmd.Wait() // docker run ends with the container's code
}

// The two lines with which the READMEs start an assistant in a container do so, but for the name of the volume.
func TestNewcomer(t *testing.T) {
	images(t)
	block := regexp.MustCompile("<!-- run by TestNewcomer in deploy -->\n```sh\n(.*)\n(docker run .*)\n```\n")
	var lines []string
	for _, document := range []string{"../README.md", "../README.uk.md"} {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		found := block.FindStringSubmatch(string(text))
		if found == nil || (lines != nil && !slices.Equal(found[1:], lines)) {
			t.Fatalf("%s does not start a container with two lines, the same as in the other language: %q", document, found)
		}
		lines = found[1:]
	}
	// The version that the other tests look for is one that needs no new build.
	cmd := exec.Command("sh", "-c", lines[0]+" VERSION="+version)
	cmd.Dir = ".."
	cmd.Env = classic()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", lines[0], err, out)
	}
	volume := newVolume(t)
	start := strings.Replace(lines[1], "-v assistant:", "-v "+volume+":", 1)
	if start == lines[1] {
		t.Fatalf("%q keeps no data in a volume", start)
	}
	for _, dialogue := range [][2]string{
		{"contact add --name 'Леся Косач' --birthday 1871-02-25\r", "added Леся Косач"},
		{"пошук леся\r", "1871-02-25"}, // in the next container
	} {
		cmd := exec.Command("sh", "-c", start)
		terminal, screen := onTerminal(t, cmd)
		screen.until(t, "assistant> ")
		fmt.Fprint(terminal, dialogue[0])
		screen.until(t, dialogue[1])
		fmt.Fprint(terminal, "exit\r")
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", start, err)
		}
	}
}

// onTerminal starts a command on a terminal, which is closed at the end of the test.
func onTerminal(t *testing.T, cmd *exec.Cmd) (*os.File, *screen) {
	t.Helper()
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = terminal.Close() })
	return terminal, watch(terminal)
}

// screen collects what a terminal shows.
type screen struct {
	lines chan string
	seen  strings.Builder
}

func watch(r io.Reader) *screen {
	s := &screen{lines: make(chan string, 1024)}
	go func() {
		defer close(s.lines)
		buffer := make([]byte, 4096)
		for {
			n, err := r.Read(buffer)
			if n > 0 {
				s.lines <- string(buffer[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// until reads until the text has been shown after what the last call found.
func (s *screen) until(t *testing.T, text string) {
	t.Helper()
	patience := time.After(time.Minute)
	for !strings.Contains(s.seen.String(), text) {
		select {
		case more, ok := <-s.lines:
			if !ok {
				t.Fatalf("the terminal ended before %q; it showed:\n%s", text, s.seen.String())
			}
			s.seen.WriteString(more)
		case <-patience:
			t.Fatalf("no %q on the terminal; it showed:\n%s", text, s.seen.String())
		}
	}
	_, rest, _ := strings.Cut(s.seen.String(), text)
	s.seen.Reset()
	s.seen.WriteString(rest)
}

// A container is killed while contacts are added: every one that was confirmed is there afterwards.
func TestAssistantKilledInTheMiddle(t *testing.T) {
	images(t)
	volume, name := newVolume(t), "goweb-killed"
	cmd := exec.Command("docker", append([]string{"run", "--interactive", "--rm", "--name", name},
		hardened("--volume", volume+":/data", "goweb/assistant", "--json")...)...)
	var input bytes.Buffer
	for i := range 2000 {
		fmt.Fprintf(&input, "contact add --name 'Person %d'\n", i)
	}
	cmd.Stdin = &input
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	confirmed := 0
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.Contains(lines.Text(), fmt.Sprintf(`"Person %d"`, confirmed)) {
			confirmed++
		}
		if confirmed == 100 {
			docker(t, "kill", name)
		}
	}
	_ = cmd.Wait() // killed
	if confirmed < 100 || confirmed == 2000 {
		t.Fatalf("%d contacts were confirmed before the kill", confirmed)
	}
	list := run(t, volume, "goweb/assistant", "contact", "list", "--json")
	for i := range confirmed {
		if !strings.Contains(list, fmt.Sprintf(`"Person %d"`, i)) {
			t.Errorf("Person %d was confirmed and is lost", i)
		}
	}
	t.Logf("%d confirmed before the kill, all there", confirmed)
}

// A volume that an older image wrote is brought up to date by the first command of a newer one. The older volume is
// made by undoing the newest migration, as its .down.sql says.
func TestAssistantUpgradesAVolume(t *testing.T) {
	images(t)
	sqlite := need(t, "sqlite3", "sqlite3")
	volume := newVolume(t)
	run(t, volume, "goweb/assistant", "contact", "add", "--name", "Оксана Шевчук", "--phone", "0671234567")
	mount := strings.TrimSpace(docker(t, "volume", "inspect", "--format", "{{.Mountpoint}}", volume))
	var database string
	err := filepath.WalkDir(mount, func(path string, entry os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".db") {
			database = path
		}
		return err
	})
	if err != nil || database == "" {
		t.Fatalf("no database in the volume (%v)", err)
	}
	downs, err := filepath.Glob("../assistant/internal/sqlstore/sqlite/*.down.sql")
	if err != nil || len(downs) < 2 {
		t.Fatalf("%d migrations to undo, want at least 2 (%v)", len(downs), err)
	}
	newest := strings.TrimSuffix(filepath.Base(downs[len(downs)-1]), ".down.sql")
	script := fmt.Sprintf(".bail on\nBEGIN;\n.read %s\nDELETE FROM assistant_migrations WHERE name = '%s';\nCOMMIT;\n", downs[len(downs)-1], newest)
	undo := exec.Command(sqlite, database)
	undo.Stdin = strings.NewReader(script)
	if out, err := undo.CombinedOutput(); err != nil {
		t.Fatalf("sqlite3: %v\n%s", err, out)
	}
	contains(t, run(t, volume, "goweb/assistant", "db", "status"), newest)
	contains(t, run(t, volume, "goweb/assistant", "search", "оксана"), "Оксана Шевчук")
}
