// Package consoletest tests command line programs as their users run them: scripts that start the real program and
// look at its exit code, stdout, stderr and files, and the terminal sessions of a README. A module needs:
//
//	func TestMain(m *testing.M) {
//		consoletest.Main(m, map[string]func(){"junksort": func() { console.Main(command.New()) }})
//	}
//	func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }
//	func TestReadme(t *testing.T)  { consoletest.Session(t, "README.md") }
//
// No program has to be built: the test binary is the program when it is called by its name.
package consoletest

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// Main runs the tests of m with the given programs on PATH, also for processes that the tests start. It does not
// return.
func Main(m *testing.M, programs map[string]func()) {
	// The race detector makes every program wait a second before it exits, so that other threads can report. Scripts run
	// hundreds of programs.
	if _, ok := os.LookupEnv("GORACE"); !ok {
		_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	if _, ok := programs[filepath.Base(os.Args[0])]; !ok {
		heed()
	}
	testscript.Main(m, programs)
}

// heed gives the programs that the tests start their usual signals, even when the tests themselves were started by
// nohup or by a script in the background: a child inherits which signals are ignored, but not which are caught.
func heed() {
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

// Need returns the path of a program that a test cannot do without, such as "zsh" or "redis-server". Where it is
// missing, the test is skipped with the name of the Debian package that has it; under REQUIRE_SERVICES=1 it fails.
func Need(t testing.TB, program, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	Missing(t, "%s is not installed; on Debian: apt-get install %s", program, debianPackage)
	return ""
}

// Vectors returns the folder dir of the public test suites: in the folder that GOWEB_VECTORS names, else in
// ../shared/vectors from the repository's root. Where it is missing, the test is skipped; under REQUIRE_SERVICES=1
// it fails.
func Vectors(t testing.TB, dir string) string {
	t.Helper()
	root := os.Getenv("GOWEB_VECTORS")
	if root == "" {
		root = filepath.Join(repository(t), "..", "shared", "vectors")
	}
	path := filepath.Join(root, dir)
	if _, err := os.Stat(path); err != nil {
		Missing(t, "no test suite %s; set GOWEB_VECTORS to the folder that holds it", path)
	}
	return path
}

// Missing skips t, saying what is missing, or fails it under REQUIRE_SERVICES=1, where everything has to be there.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("REQUIRE_SERVICES") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf("SKIPPED: "+format, args...)
}

// repository returns the root of the repository: the folder above the test with a go.work.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("the test is in no repository: no go.work above it")
		}
		dir = filepath.Dir(dir)
	}
}

// Count returns how often a test repeats something: small in make test, soak in make soak (GOWEB_SOAK=1).
func Count(small, soak int) int {
	if os.Getenv("GOWEB_SOAK") == "1" {
		return soak
	}
	return small
}

// Eventually waits until a condition holds and returns how long that took. It asks every few milliseconds, and fails t
// after a minute, with what was waited for.
func Eventually(t testing.TB, what string, holds func() bool) time.Duration {
	t.Helper()
	begun := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); !holds(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("not within a minute: ", what)
		}
	}
	return time.Since(begun)
}
