package deploy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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
		// The image holds no other program, so lrucache caches itself; without a Redis the command simply runs.
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
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	screen := watch(terminal)
	screen.until(t, "assistant")
	fmt.Fprint(terminal, "contact add --name 'Тарас Мельник' --phone 0501234567\r")
	screen.until(t, "added Тарас Мельник")
	fmt.Fprint(terminal, "search тарас\r")
	screen.until(t, "Тарас Мельник")
	docker(t, "stop", "--time", "5", name)
	if code := strings.TrimSpace(docker(t, "inspect", "--format", "{{.State.ExitCode}}", name)); code != "0" {
		t.Errorf("docker stop at the prompt: exit code %s, want 0", code)
	}
	_ = cmd.Wait()
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

// until reads until the text has been shown since the last call.
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
	s.seen.Reset()
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

// A volume that an older image wrote is brought up to date by the first command of a newer one. The older volume is made
// by undoing the newest migration, as its .down.sql says.
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
	script := fmt.Sprintf(".bail on\nBEGIN;\n.read %s\nDELETE FROM schema_migrations WHERE name = '%s';\nCOMMIT;\n", downs[len(downs)-1], newest)
	undo := exec.Command(sqlite, database)
	undo.Stdin = strings.NewReader(script)
	if out, err := undo.CombinedOutput(); err != nil {
		t.Fatalf("sqlite3: %v\n%s", err, out)
	}
	contains(t, run(t, volume, "goweb/assistant", "db", "status"), newest)
	contains(t, run(t, volume, "goweb/assistant", "search", "оксана"), "Оксана Шевчук")
}
