package first_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage/storagetest"
)

// A hit is answered before what it does not use is set up.
func TestBeforeAll(t *testing.T) {
	directory := t.TempDir()
	program := filepath.Join(directory, "lrucache")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/lrucache").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, store := range map[string]string{
		"folder": "dir:" + filepath.Join(directory, "store"), "redis": storagetest.Redis(t).URL,
	} {
		t.Run(name, func(t *testing.T) {
			run := func() (string, map[string]bool) {
				var out, trace bytes.Buffer
				cmd := exec.Command(program, "run", "--store", store, "--", "echo", "hello")
				cmd.Env = append(cmd.Environ(), "GODEBUG=inittrace=1", "HOME="+directory)
				cmd.Stdout, cmd.Stderr = &out, &trace
				if err := cmd.Run(); err != nil {
					t.Fatalf("%v: %s", err, &trace)
				}
				packages := map[string]bool{}
				for line := range strings.Lines(trace.String()) {
					if words := strings.Fields(line); len(words) > 1 && words[0] == "init" {
						packages[words[1]] = true
					}
				}
				return out.String(), packages
			}
			late := []string{"github.com/redis/go-redis/v9", "github.com/urfave/cli/v2", "crypto/tls", "net", "regexp"}
			for hit := range 2 {
				out, packages := run()
				if out != "hello\n" {
					t.Errorf("printed %q", out)
				}
				for _, p := range late {
					if packages[p] != (hit == 0) {
						t.Errorf("run %d: %s is set up: %v", hit, p, packages[p])
					}
				}
			}
		})
	}
}
