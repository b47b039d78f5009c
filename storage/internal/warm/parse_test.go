package warm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/storage/internal/memo"
)

// The quick parser understands plain command lines as the real one does, and leaves all others to it.
func TestParse(t *testing.T) {
	for _, variable := range []string{memo.StoreVariable, memo.RedisVariable, "LRUCACHE_CONFIG"} {
		unset(t, variable)
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	defaults := func(change func(*call)) call {
		c := call{Options: memo.Options{Scope: memo.DefaultScope, Capacity: memo.DefaultCapacity}, command: []string{"a"}}
		change(&c)
		return c
	}
	for line, want := range map[string]call{
		"run -- a": defaults(func(*call) {}),
		"-- a":     defaults(func(*call) {}),
		"run --scope s --ttl=1m -- a": defaults(func(c *call) {
			c.Scope, c.scoped, c.TTL = "s", true, time.Minute
		}),
		"--ttl 1d12h -- a":                  defaults(func(c *call) { c.TTL = 36 * time.Hour }),
		"run --env A --key-env=B,C -- a":    defaults(func(c *call) { c.Env = []string{"A", "B,C"} }),
		"run --cwd --explain -- a":          defaults(func(c *call) { c.Cwd = true }),
		"run --key-file f --errors 1s -- a": defaults(func(c *call) { c.Files, c.Errors = []string{"f"}, time.Second }),
		"run --stdin=false -- a":            defaults(func(c *call) { c.input = true }),
		"run --key -- -- a":                 defaults(func(c *call) { c.Key, c.KeySet, c.input = "--", true, true }),
		"run --key= --capacity -1 --stale 2s -- a": defaults(func(c *call) {
			c.KeySet, c.input, c.Capacity, c.Stale = true, true, -1, 2*time.Second
		}),
		"run --redis redis://h --cache-failures -- a": defaults(func(c *call) { c.Store, c.named = "redis://h", true }),
		"run --store dir:x -- a":                      defaults(func(c *call) { c.Store, c.named = "dir:x", true }),
	} {
		c, ok := parse(strings.Fields(line))
		if diff := cmp.Diff(want, c, cmp.AllowUnexported(call{})); diff != "" || !ok {
			t.Errorf("%s: %v\n%s", line, ok, diff)
		}
	}
	for _, line := range []string{
		"", "info", "run", "run a", "run --", "run -- ", "run --stdin -- a", "run --ttl x -- a", "run --ttl -1s -- a",
		"run --capacity 0 -- a", "run --capacity -2 -- a", "run --cwd=false -- a", "run --help -- a", "run --scope",
		"run -scope s -- a", "--quiet run -- a", "run a -- b", "--", "run --store dir:x --redis redis://h -- a",
	} {
		if c, ok := parse(strings.Fields(line)); ok {
			t.Errorf("%q: %+v", line, c)
		}
	}
}

// The store is the one that a flag names, else the environment, else the settings; what is not sure is left to the real
// parser.
func TestParseStore(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", folder)
	settings := filepath.Join(folder, "lrucache", "config")
	if err := os.MkdirAll(filepath.Dir(settings), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		line, environment, redis, file, settings string
		store, scope                             string
		unsure                                   bool
	}{
		{line: "-- a", scope: "default"},
		{line: "-- a", environment: "dir:e", redis: "redis://r", store: "dir:e", scope: "default"},
		{line: "-- a", redis: "redis://r", store: "redis://r", scope: "default"},
		{line: "--store dir:f -- a", environment: "dir:e", file: "/f", store: "dir:f", scope: "default"},
		{line: "-- a", file: "/f", unsure: true},
		{line: "-- a", settings: "# mine\n store = dir:s \nscope=t\n", store: "dir:s", scope: "t"},
		{line: "--scope u -- a", environment: "dir:e", settings: "redis=redis://s\nscope=t\n", store: "dir:e", scope: "u"},
		{line: "-- a", settings: "other = 1\n", unsure: true},
		{line: "-- a", settings: "store=dir:a\nredis=redis://b\n", unsure: true},
		{line: "-- a", settings: "no setting\n", unsure: true},
	} {
		for variable, value := range map[string]string{
			memo.StoreVariable: test.environment, memo.RedisVariable: test.redis, memo.RedisVariable + "_FILE": test.file,
		} {
			if unset(t, variable); value != "" {
				t.Setenv(variable, value)
			}
		}
		if err := os.WriteFile(settings, []byte(test.settings), 0o600); err != nil {
			t.Fatal(err)
		}
		c, ok := parse(strings.Fields(test.line))
		if ok == test.unsure || ok && (c.Store != test.store || c.Scope != test.scope) {
			t.Errorf("%+v: %v, %q, %q", test, ok, c.Store, c.Scope)
		}
	}
}

// unset removes a variable for the time of the test.
func unset(t *testing.T, variable string) {
	t.Helper()
	t.Setenv(variable, "")
	if err := os.Unsetenv(variable); err != nil {
		t.Fatal(err)
	}
}
