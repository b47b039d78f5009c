package command_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/internal/command"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestMain(m *testing.M) { consoletest.Main(m, map[string]func(){"lrucache": program}) }

// program is cmd/lrucache.
func program() {
	code, answered, down := memo.Warm(os.Args[1:])
	if answered {
		os.Exit(code)
	}
	console.Main(command.New(down))
}

// patient lets Redis take its time, on a machine that is busy with other tests.
const patient = "?read_timeout=20s"

func TestScripts(t *testing.T) {
	consoletest.Scripts(t, "testdata/script", memo.RedisVariable+"="+storagetest.Redis(t).URL+patient)
}

func TestReadme(t *testing.T) {
	t.Setenv(memo.RedisVariable, storagetest.Redis(t).URL+patient)
	consoletest.Session(t, "../../README.md")
}

// run runs lrucache and returns what it printed.
func run(t *testing.T, server *storagetest.Server, timeout string, args ...string) (stdout, stderr []byte, code int) {
	t.Helper()
	path, err := exec.LookPath("lrucache")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), memo.RedisVariable+"="+server.URL+timeout)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.Bytes(), errs.Bytes(), cmd.ProcessState.ExitCode()
}

// Fifty calls at the same time run the command once.
func TestParallelCalls(t *testing.T) {
	server := storagetest.Redis(t)
	ran := filepath.Join(t.TempDir(), "ran")
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			out, errs, code := run(t, server, patient, "run", "--", "sh", "-c", "echo x >>"+ran+"; sleep 1; echo out; echo err >&2")
			if string(out) != "out\n" || string(errs) != "err\n" || code != 0 {
				t.Errorf("%q, %q, %d", out, errs, code)
			}
		})
	}
	wg.Wait()
	if text, err := os.ReadFile(ran); string(text) != "x\n" {
		t.Errorf("the command ran %d times (%v)", strings.Count(string(text), "x"), err)
	}
}

// Every byte comes back, of outputs of every size.
func TestBytes(t *testing.T) {
	server := storagetest.Redis(t)
	file := filepath.Join(t.TempDir(), "data")
	for _, size := range []int{0, 1, 1000, 100_000, 10_000_000, 100_000_000} {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(i * i >> 7) // zero bytes among them, and no UTF-8
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			out, errs, code := run(t, server, patient, "run", "--key", file+string(rune('0'+len(file)%10))+strings.Repeat("x", len(data)%97), "--", "cat", file)
			if !bytes.Equal(out, data) || len(errs) > 0 || code != 0 {
				t.Fatalf("%d bytes: got %d, %q, %d", size, len(out), errs, code)
			}
		}
	}
}

// A Redis that is frozen or dead is as good as none.
func TestWithoutRedis(t *testing.T) {
	server := storagetest.Redis(t)
	check := func() {
		t.Helper()
		begin := time.Now()
		if out, errs, code := run(t, server, "", "run", "--", "sh", "-c", "echo out; exit 3"); string(out) != "out\n" || len(errs) > 0 || code != 3 {
			t.Errorf("%q, %q, %d", out, errs, code)
		}
		t.Logf("after %v", time.Since(begin))
	}
	server.Freeze(t)
	check()
	server.Continue(t)
	server.Kill(t)
	check()
	if _, errs, code := run(t, server, "", "info"); code != 1 || !strings.Contains(string(errs), "Redis does not answer") {
		t.Errorf("info: %q, %d", errs, code)
	}
}

// An output of many megabytes is served like a short one, and a hit is counted when it was.
func TestLongOutput(t *testing.T) {
	server := storagetest.Redis(t)
	ran := filepath.Join(t.TempDir(), "ran")
	var first []byte
	for i := range 4 {
		out, errs, code := run(t, server, patient, "run", "--scope", "long", "--", "sh", "-c",
			"echo x >>"+ran+"; head -c 30000000 /dev/urandom")
		if i == 0 {
			first = out
		}
		if code != 0 || len(errs) > 0 || len(out) != 30000000 || !bytes.Equal(out, first) {
			t.Fatalf("call %d: %d bytes, code %d, %s", i, len(out), code, errs)
		}
	}
	if text, err := os.ReadFile(ran); err != nil || string(text) != "x\n" {
		t.Errorf("it ran %d times, %v", strings.Count(string(text), "x"), err)
	}
	if out, _, _ := run(t, server, patient, "info", "--scope", "long", "--json"); !strings.Contains(string(out), `"hits":3,"misses":1`) {
		t.Errorf("info says %s", out)
	}
}
