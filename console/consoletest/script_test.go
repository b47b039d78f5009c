package consoletest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestScripts(t *testing.T) { Scripts(t, "testdata/script") }

func TestTerminal(t *testing.T) {
	s := Terminal(t, []string{"GREETING=hello"}, "sh", "-c", `echo $GREETING $TERM; read x; echo got $x; kill -STOP $$`)
	s.Await("hello xterm")
	s.Type("слово\r")
	if got := s.Await("got .*?\r\n"); got != "got слово\r\n" {
		t.Errorf("got %q", got)
	}
	s.Signal(syscall.SIGKILL)
	if code := s.Ended(); code != 137 {
		t.Errorf("exit code %d", code)
	}
}

func TestVectors(t *testing.T) {
	root := t.TempDir()
	t.Setenv("GOWEB_VECTORS", root)
	if err := os.Mkdir(filepath.Join(root, "suite"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := Vectors(t, "suite"); got != filepath.Join(root, "suite") {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat(filepath.Join(repository(t), "console")); err != nil {
		t.Error(err)
	}
	t.Run("missing", func(t *testing.T) {
		t.Setenv("REQUIRE_SERVICES", "")
		Vectors(t, "no such suite")
		t.Error("the test was not skipped")
	})
}

func TestCount(t *testing.T) {
	t.Setenv("GOWEB_SOAK", "")
	if got := Count(1, 2); got != 1 {
		t.Errorf("got %d", got)
	}
	t.Setenv("GOWEB_SOAK", "1")
	if got := Count(1, 2); got != 2 {
		t.Errorf("in make soak: got %d", got)
	}
}
