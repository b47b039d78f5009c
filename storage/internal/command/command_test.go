package command_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/internal/command"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/warm"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestMain(m *testing.M) { consoletest.Main(m, map[string]func(){"lrucache": program}) }

// program is cmd/lrucache.
func program() {
	code, answered, down := warm.Answer(os.Args[1:])
	if answered {
		os.Exit(code)
	}
	os.Args = command.Arguments(os.Args)
	console.Main(command.New(down))
}

// patient lets Redis take its time, on a machine that is busy with other tests.
const patient = "?read_timeout=20s"

// The same scripts for every kind of store, and some that are about one of them.
func TestScripts(t *testing.T) {
	t.Run("redis", func(t *testing.T) {
		consoletest.Scripts(t, "testdata/script", memo.RedisVariable+"="+storagetest.Redis(t).URL+patient)
	})
	t.Run("folder", func(t *testing.T) {
		// A renewal that the last command of a script has begun may still write when the script is over, so the folder
		// goes when nothing comes into it any more.
		dir, err := os.MkdirTemp("", "lrucache-scripts-")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			for deadline := time.Now().Add(time.Minute); ; {
				if err := os.RemoveAll(dir); err == nil {
					return
				} else if time.Now().After(deadline) {
					t.Error(err)
					return
				}
			}
		})
		consoletest.Scripts(t, "testdata/script", memo.StoreVariable+"=dir:"+dir)
	})
	t.Run("only redis", func(t *testing.T) {
		consoletest.Scripts(t, "testdata/redis", memo.RedisVariable+"="+storagetest.Redis(t).URL+patient)
	})
	t.Run("only folder", func(t *testing.T) { consoletest.Scripts(t, "testdata/folder") })
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
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // one that hangs is to fail
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
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
			out, errs, code := run(t, server, patient, "run", "--", "sh", "-c",
				"echo x >>"+ran+"; sleep 1; echo out; echo err >&2")
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

// A command that talks with the one at the terminal is told of and not remembered; another one at a terminal is.
func TestInteractive(t *testing.T) {
	dir := t.TempDir()
	env := []string{memo.StoreVariable + "=dir:" + filepath.Join(dir, "store")}
	for name, tc := range map[string]struct {
		script string
		told   string
		runs   int
	}{
		"asks": {
			"stty -echo; sleep 1; stty echo; echo done", "sh is interactive, so its output is not remembered", 2,
		},
		"prints": {"sleep 1; echo done", "done", 1},
	} {
		t.Run(name, func(t *testing.T) {
			ran := filepath.Join(dir, name)
			for range 2 {
				s := consoletest.Terminal(t, env, "lrucache", "run", "--", "sh", "-c", "echo x >>"+ran+"; "+tc.script)
				s.Await(tc.told)
				if code := s.Ended(); code != 0 {
					t.Errorf("exit code %d", code)
				}
			}
			if text, err := os.ReadFile(ran); err != nil || strings.Count(string(text), "x") != tc.runs {
				t.Errorf("it ran %q, want %d times (%v)", text, tc.runs, err)
			}
		})
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
			key := file + string(rune('0'+len(file)%10)) + strings.Repeat("x", len(data)%97)
			out, errs, code := run(t, server, patient, "run", "--key", key, "--", "cat", file)
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
		out, errs, code := run(t, server, "", "run", "--", "sh", "-c", "echo out; exit 3")
		if string(out) != "out\n" || len(errs) > 0 || code != 3 {
			t.Errorf("%q, %q, %d", out, errs, code)
		}
		t.Logf("after %v", time.Since(begin))
	}
	// What is no hit asks by another client.
	info := func() {
		t.Helper()
		_, errs, code := run(t, server, "", "info")
		if code != 1 || !strings.Contains(string(errs), "Redis does not answer") {
			t.Errorf("info: %q, %d", errs, code)
		}
	}
	server.Freeze(t)
	check()
	info()
	server.Continue(t)
	server.Kill(t)
	check()
	info()
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
	out, _, _ := run(t, server, patient, "info", "--scope", "long", "--json")
	if !strings.Contains(string(out), `"hits":3,"misses":1`) {
		t.Errorf("info says %s", out)
	}
}

// A store that is of no help is named, by the run that asks why, by doctor, and by info with the number of calls lost.
func TestLost(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for name, test := range map[string]struct {
		setting, value string
		want           string
		silent         bool // info is refused, too
	}{
		"no memory":   {"maxmemory", "1", "out of memory", false},
		"password":    {"requirepass", "HUNTER2", "requires a password", true},
		"few writers": {"min-replicas-to-write", "1", "only while it has replicas", false},
	} {
		t.Run(name, func(t *testing.T) {
			server := storagetest.Redis(t)
			options, err := redis.ParseURL(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			client := redis.NewClient(options)
			defer func() { _ = client.Close() }()
			if err := client.ConfigSet(t.Context(), test.setting, test.value).Err(); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				out, errs, code := run(t, server, patient, "run", "--explain", "--", "echo", "simply")
				if string(out) != "simply\n" || code != 0 || !strings.Contains(string(errs), test.want) {
					t.Errorf("run: %q, %q, %d", out, errs, code)
				}
			}
			if out, _, code := run(t, server, patient, "doctor"); code != 1 || !strings.Contains(string(out), test.want) {
				t.Errorf("doctor: %s, %d", out, code)
			}
			out, errs, _ := run(t, server, patient, "info", "--json")
			if test.silent {
				if !strings.Contains(string(errs), test.want) {
					t.Errorf("info: %s", errs)
				}
			} else if !strings.Contains(string(out), `"lost":2,"lost_reason":"`) || !strings.Contains(string(out), test.want) {
				t.Errorf("info: %s", out)
			}
		})
	}
}

// TestGigabytes: an output of gigabytes is passed through unharmed and is not remembered. It costs no more memory than
// one that is just too long to be remembered, whatever the race detector adds to both.
func TestGigabytes(t *testing.T) {
	size := consoletest.Count(768, 3<<10)
	least, most := passThrough(t, 128<<20), passThrough(t, int64(size)<<20)
	t.Logf("%d MiB: %d KB, 128 MiB: %d KB", size, most, least)
	if most > least+least/2 {
		t.Errorf("%d MiB took %d KB of memory, 128 MiB %d KB", size, most, least)
	}
}

// passThrough has lrucache run a command with a long output, and returns how much memory that took, in KB.
func passThrough(t *testing.T, size int64) int64 {
	t.Helper()
	cmd := exec.Command("lrucache", "run", "--explain", "--store", "dir:"+t.TempDir(), "--",
		"head", "-c", fmt.Sprint(size), "/dev/zero")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, out)
	if n != size || err != nil {
		t.Errorf("%d bytes came through (%v)", n, err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(errs.String(), "more than 64 MiB") {
		t.Errorf("%v, %s", err, errs.String())
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
}
