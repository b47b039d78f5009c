package memo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Whatever a command's output is said to depend on makes another key, and nothing else does.
func TestKeys(t *testing.T) {
	variables := map[string]string{"EMPTY": "", "SET": "x", "OTHER": "x"}
	lookup := func(name string) (string, bool) { v, set := variables[name]; return v, set }
	at := func(directory string) Surroundings {
		return Surroundings{Lookup: lookup, Cwd: func() (string, error) { return directory, nil }}
	}
	input := func(text string) Surroundings { s := at("/"); s.Stdin = []byte(text); return s }
	type call struct {
		o       Options
		command []string
		s       Surroundings
	}
	different := []call{
		{Options{}, []string{"a b"}, at("/")},
		{Options{}, []string{"a", "b"}, at("/")},
		{Options{}, []string{"a", "b", ""}, at("/")},
		{Options{}, []string{"a\x00b"}, at("/")},
		{Options{Key: "a b", KeySet: true}, nil, at("/")},
		{Options{KeySet: true}, nil, at("/")},
		{Options{Env: []string{"UNSET"}}, []string{"a"}, at("/")},
		{Options{Env: []string{"EMPTY"}}, []string{"a"}, at("/")},
		{Options{Env: []string{"SET"}}, []string{"a"}, at("/")},
		{Options{Env: []string{"SET", "OTHER"}}, []string{"a"}, at("/")},
		{Options{Cwd: true}, []string{"a"}, at("/")},
		{Options{Cwd: true}, []string{"a"}, at("/tmp")},
		{Options{Stdin: true}, []string{"a"}, input("")},
		{Options{Stdin: true}, []string{"a"}, input("x")},
		{Options{}, []string{"a"}, at("/")},
	}
	seen := map[string]int{}
	for i, c := range different {
		k, err := keyOf(c.o, c.command, c.s)
		if err != nil {
			t.Fatal(err)
		}
		if j, found := seen[k.member]; found {
			t.Errorf("calls %d and %d have one key", j, i)
		}
		seen[k.member] = i
	}
	k, err := keyOf(Options{TTL: time.Hour, Capacity: 3, CacheFailures: true, Redis: "redis://h"}, []string{"a"}, at("/tmp"))
	if err != nil || seen[k.member] != len(different)-1 {
		t.Errorf("what is no part of the key changes it (%v)", err)
	}
	variables["SET"] = "HUNTER2"
	if k, _ := keyOf(Options{Env: []string{"SET"}}, []string{"a"}, at("/")); strings.Contains(string(k.full), "HUNTER2") {
		t.Error("the value of a variable is stored")
	}
	gone := Surroundings{Lookup: lookup, Cwd: func() (string, error) { return "", errors.New("gone") }}
	if _, err := keyOf(Options{Cwd: true}, []string{"a"}, gone); err == nil {
		t.Error("a directory that is gone is part of a key")
	}
}

// The quick parser understands plain command lines as the real one does, and leaves all others to it.
func TestQuickParse(t *testing.T) {
	t.Setenv(RedisVariable, "")
	defaults := func(change func(*Options)) Options {
		o := Options{Scope: DefaultScope, Redis: DefaultRedis, Capacity: DefaultCapacity}
		change(&o)
		return o
	}
	for line, want := range map[string]Options{
		"run -- a":                                    defaults(func(*Options) {}),
		"run --scope s --ttl=1m -- a":                 defaults(func(o *Options) { o.Scope, o.TTL = "s", time.Minute }),
		"run --env A --env=B,C --cwd -- a":            defaults(func(o *Options) { o.Env, o.Cwd = []string{"A", "B,C"}, true }),
		"run --key -- -- a":                           defaults(func(o *Options) { o.Key, o.KeySet = "--", true }),
		"run --key= --capacity -1 --stale 2s -- a":    defaults(func(o *Options) { o.KeySet, o.Capacity, o.Stale = true, -1, 2*time.Second }),
		"run --redis redis://h --cache-failures -- a": defaults(func(o *Options) { o.Redis, o.CacheFailures = "redis://h", true }),
	} {
		o, command, ok := quickParse(strings.Fields(line))
		if diff := cmp.Diff(want, o); diff != "" || !ok || !cmp.Equal(command, []string{"a"}) {
			t.Errorf("%s: %q, %v\n%s", line, command, ok, diff)
		}
	}
	for _, line := range []string{
		"", "info", "run", "run a", "run --", "run -- ", "run --stdin -- a", "run --ttl x -- a", "run --ttl -1s -- a", "run --capacity 0 -- a",
		"run --capacity -2 -- a", "run --cwd=false -- a", "run --help -- a", "run --scope", "run -scope s -- a", "--quiet run -- a", "run a -- b",
	} {
		if _, command, ok := quickParse(strings.Fields(line)); ok {
			t.Errorf("%q: %q", line, command)
		}
	}
}

func FuzzResult(f *testing.F) {
	f.Add(0, []byte("out"), []byte("err"), []byte{})
	f.Add(255, []byte{0}, []byte{}, []byte{0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, code int, out, errs, hostile []byte) {
		r := Result{Code: code & 255, Stdout: out, Stderr: errs}
		got, ok := unpack(r.pack())
		if !ok || got.Code != r.Code || string(got.Stdout) != string(out) || string(got.Stderr) != string(errs) {
			t.Errorf("%+v became %+v", r, got)
		}
		if r, ok := unpack(hostile); ok && (r.Code < 0 || r.Code > 255 || len(r.Stdout)+len(r.Stderr) > len(hostile)) {
			t.Errorf("%q became %+v", hostile, r)
		}
	})
}
